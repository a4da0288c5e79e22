// select.cu: where a ranking by gradient ends, without sorting it.
//
// count_gradients  counts Gaussians by a digit of their mean gradient's bits
// count_indices    counts Gaussians of one mean gradient by a digit of their index
//
// The host takes the digits from the highest down, each time among the Gaussians that agree in the digits before: a radix
// selection. Three digits of a gradient find the last one that there is room for; three of an index settle a tie.
//
// Launch  1-D, one thread per Gaussian; counts in shared memory, then integer atomics: same bits on every run
// Host    CountDigitsKernel.java        Reference  CpuDensify.java
// Source  Alabi et al. 2012, "Fast k-Selection Algorithms for Graphics Processing Units"
#include "pointers.cuh"

#define SELECT_BINS 2048
#define SELECT_THREADS 256

// Which keys are counted, and by which digit. By value; DigitArgument.java has the same members.
struct Digit {
    unsigned int mask;    // a key counts if its bits under this mask
    unsigned int prefix;  // are these
    int shift;            // to the digit's lowest bit
    float gradient;       // count_gradients: the least that counts; count_indices: the one that counts
};

__device__ __forceinline__ float mean_gradient(ReadOnly<float4> first, ReadOnly<float4> second, int n) {
    float seen = second[3 * n + 2].w;
    return seen > 0.0f ? first[3 * n + 2].w / seen : 0.0f;
}

// Adds the block's keys to `counts`. All threads of the block call it, each with a key of its own or none.
__device__ __forceinline__ void count_key(bool counts_in, unsigned int key, const Digit &digit, unsigned int *__restrict__ counts) {
    __shared__ unsigned int block_counts[SELECT_BINS];
    for (int i = threadIdx.x; i < SELECT_BINS; i += SELECT_THREADS) block_counts[i] = 0;
    __syncthreads();
    if (counts_in && (key & digit.mask) == digit.prefix) atomicAdd(&block_counts[(key >> digit.shift) % SELECT_BINS], 1u);
    __syncthreads();
    for (int i = threadIdx.x; i < SELECT_BINS; i += SELECT_THREADS) {
        if (block_counts[i] > 0) atomicAdd(&counts[i], block_counts[i]);
    }
}

extern "C" __global__ void __launch_bounds__(SELECT_THREADS) count_gradients(
    int num_gaussians,                  // N
    Digit digit,
    GeometryPointers geometry,          // first and second are read
    // outputs
    unsigned int *__restrict__ counts)  // [SELECT_BINS] +=
{
    int n = blockIdx.x * SELECT_THREADS + threadIdx.x;
    float gradient = n < num_gaussians ? mean_gradient(geometry.first, geometry.second, n) : -1.0f;
    count_key(gradient >= digit.gradient, __float_as_uint(gradient), digit, counts);
}

extern "C" __global__ void __launch_bounds__(SELECT_THREADS) count_indices(
    int num_gaussians,                  // N
    Digit digit,
    GeometryPointers geometry,          // first and second are read
    // outputs
    unsigned int *__restrict__ counts)  // [SELECT_BINS] +=
{
    int n = blockIdx.x * SELECT_THREADS + threadIdx.x;
    float gradient = n < num_gaussians ? mean_gradient(geometry.first, geometry.second, n) : -1.0f;
    count_key(gradient == digit.gradient, n, digit, counts);
}
