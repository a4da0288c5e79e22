// scan.cuh: prefix sums within a warp, within a block, and over the blocks of one launch.
#pragma once
#include "splat.cuh"

// Exclusive sum over the warp's lanes. All 32 lanes call it; `total` is valid in all.
__device__ __forceinline__ unsigned int warp_exclusive_sum(unsigned int value, unsigned int *total) {
    int lane = threadIdx.x & 31;
    unsigned int sum = value;
#pragma unroll
    for (int d = 1; d < WARP; d *= 2) {
        unsigned int below = __shfl_up_sync(FULL_WARP, sum, d);
        if (lane >= d) sum += below;
    }
    *total = __shfl_sync(FULL_WARP, sum, 31);
    return sum - value;
}

// Exclusive sum over a block of `threads`. All threads call it; `shared` is [threads / 32] and may be reused after
// the next barrier; `total` is valid in all threads.
template <int threads>
__device__ __forceinline__ unsigned int block_exclusive_sum(unsigned int value, unsigned int *shared, unsigned int *total) {
    unsigned int warp_total;
    unsigned int prefix = warp_exclusive_sum(value, &warp_total);
    int warp = threadIdx.x / WARP;
    if ((threadIdx.x & 31) == 31) shared[warp] = warp_total;
    __syncthreads();
    unsigned int sum = 0;
    unsigned int all = 0;
#pragma unroll
    for (int w = 0; w < threads / WARP; ++w) {
        unsigned int part = shared[w];
        if (w < warp) sum += part;
        all += part;
    }
    *total = all;
    return sum + prefix;
}

// A block's word in a chained scan (Merrill and Garland 2016, "Single-pass Parallel Prefix Scan with Decoupled
// Look-back"): two flag bits over a 30-bit sum.
#define CHAIN_PART 0x40000000u     // the word has the block's own sum
#define CHAIN_PREFIX 0x80000000u   // the word has the sum of all blocks up to and including this one
#define CHAIN_VALUE 0x3fffffffu

__device__ __forceinline__ unsigned int chain_load(const unsigned int *word) {
    unsigned int value;
    asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(word) : "memory");
    return value;
}

__device__ __forceinline__ void chain_store(unsigned int *word, unsigned int value) {
    asm volatile("st.relaxed.gpu.global.u32 [%0], %1;" : : "l"(word), "r"(value) : "memory");
}

// Sum of `part` over the blocks before this one. All 32 lanes of one warp call it, with the same arguments; the result is
// valid in all. `chain` is [blocks] words, zero before the launch. `block` is a ticket, so all blocks before it have started.
__device__ __forceinline__ unsigned int chain_prefix(unsigned int *chain, unsigned int block, unsigned int part) {
    int lane = threadIdx.x & 31;
    if (block == 0) {
        if (lane == 0) chain_store(chain, CHAIN_PREFIX | part);
        return 0;
    }
    if (lane == 0) chain_store(chain + block, CHAIN_PART | part);
    unsigned int sum = 0;
    int from = (int)block - 1;
    while (true) {
        int mine = from - lane;
        unsigned int word = CHAIN_PREFIX;
        if (mine >= 0) {
            do {
                word = chain_load(chain + mine);
            } while ((word & (CHAIN_PART | CHAIN_PREFIX)) == 0);
        }
        unsigned int ends = __ballot_sync(FULL_WARP, (word & CHAIN_PREFIX) != 0);
        int last = ends ? __ffs(ends) - 1 : 31;   // nearest block whose whole prefix is known
        unsigned int value = lane <= last ? word & CHAIN_VALUE : 0;
#pragma unroll
        for (int d = 16; d > 0; d /= 2) value += __shfl_xor_sync(FULL_WARP, value, d);
        sum += value;
        if (ends) break;
        from -= WARP;
    }
    if (lane == 0) chain_store(chain + block, CHAIN_PREFIX | (sum + part));
    return sum;
}
