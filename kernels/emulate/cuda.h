// cuda.h: as much of CUDA as runs a kernel's source on the host, so that its results can be checked without a GPU.
//
// The threads of a block are coroutines that run one after the other, each up to its next barrier. So a barrier, of a block or of a
// warp, holds if all of its threads come to it equally often. Compile without joining products and sums: -ffp-contract=off.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <functional>
#include <ucontext.h>
#include <vector>

#define __device__
#define __global__
#define __forceinline__ inline
#define __shared__ static
#define __launch_bounds__(...)

using std::max;
using std::min;

struct Place { int x = 0, y = 0, z = 0; };
struct float4 { float x, y, z, w; };
struct int4 { int x, y, z, w; };
struct uchar4 { unsigned char x, y, z, w; };
static Place threadIdx, blockIdx, blockDim;

inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uchar4 make_uchar4(int x, int y, int z, int w)
{
    return {(unsigned char)x, (unsigned char)y, (unsigned char)z, (unsigned char)w};
}

inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline float __uint2float_rn(unsigned int a) { return (float)a; }
inline float __int_as_float(int bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline unsigned int atomicAdd(unsigned int *at, unsigned int value)
{
    unsigned int before = *at;
    *at += value;
    return before;
}

#define MOST_THREADS 256
static ucontext_t scheduler, coroutines[MOST_THREADS];
static char stacks[MOST_THREADS][1 << 16];
static bool running[MOST_THREADS];
static std::function<void()> body;
static float exchanged[MOST_THREADS];

inline void __syncthreads() { swapcontext(&coroutines[threadIdx.x], &scheduler); }   // blocks that wait are 1-D
inline void __syncwarp() { __syncthreads(); }

inline float __shfl_xor_sync(unsigned int, float value, int mask)
{
    int thread = threadIdx.x;
    exchanged[thread] = value;
    __syncwarp();
    float other = exchanged[thread ^ mask];
    __syncwarp();
    return other;
}

static void run_coroutine()
{
    int thread = threadIdx.x;
    body();
    running[thread] = false;
}

// Runs a kernel that has barriers, blocks of `threads` one after the other.
inline void launch_waiting(int blocks_x, int blocks_y, int threads, std::function<void()> kernel)
{
    body = kernel;
    blockDim = {threads, 1, 1};
    for (int block = 0; block < blocks_x * blocks_y; ++block) {
        blockIdx = {block % blocks_x, block / blocks_x, 0};
        for (int t = 0; t < threads; ++t) {
            getcontext(&coroutines[t]);
            coroutines[t].uc_stack.ss_sp = stacks[t];
            coroutines[t].uc_stack.ss_size = sizeof stacks[t];
            coroutines[t].uc_link = &scheduler;
            makecontext(&coroutines[t], run_coroutine, 0);
            running[t] = true;
        }
        for (int left = threads; left > 0;) {
            for (int t = 0; t < threads; ++t) {
                if (!running[t]) continue;
                threadIdx = {t, 0, 0};
                swapcontext(&scheduler, &coroutines[t]);
                if (!running[t]) --left;
            }
        }
    }
}

// Runs a kernel without barriers: a thread per x and y, at least.
inline void launch(int threads_x, int threads_y, std::function<void()> kernel)
{
    blockDim = {1, 1, 1};
    threadIdx = {};
    for (int y = 0; y < threads_y; ++y) {
        for (int x = 0; x < threads_x; ++x) {
            blockIdx = {x, y, 0};
            kernel();
        }
    }
}
