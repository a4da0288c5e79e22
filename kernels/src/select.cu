// select.cu: where a ranking by keys ends, without sorting it.
//
// count_keys     counts Gaussians by a digit of their key's bits; negative keys are not counted
// count_indices  counts Gaussians of one key by a digit of their index
//
// The host takes the digits from the highest down, each time among the Gaussians that agree in the digits before: a radix
// selection. Three digits of a key find the last one that there is room for; three of an index settle a tie.
//
// Launch  1-D, one thread per Gaussian; counts in shared memory, then integer atomics: same bits on every run
// Host    CountDigitsKernel.java        Reference  CpuDensify.java
// Source  Alabi et al. 2012, "Fast k-Selection Algorithms for Graphics Processing Units"
#include "splat.cuh"

#define SELECT_BINS 2048
#define SELECT_THREADS 256

// Which keys are counted, and by which digit. By value; DigitArgument.java has the same members.
struct Digit {
    unsigned int mask;    // a key counts if its bits under this mask
    unsigned int prefix;  // are these
    int shift;            // to the digit's lowest bit
    float key;            // count_indices: the key that counts
};

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

extern "C" __global__ void __launch_bounds__(SELECT_THREADS) count_keys(
    int num_gaussians,                  // N
    Digit digit,
    const float *__restrict__ keys,     // [N]
    // outputs
    unsigned int *__restrict__ counts)  // [SELECT_BINS] +=
{
    int n = blockIdx.x * SELECT_THREADS + threadIdx.x;
    float key = n < num_gaussians ? keys[n] : -1.0f;
    count_key(key >= 0.0f, __float_as_uint(key), digit, counts);
}

extern "C" __global__ void __launch_bounds__(SELECT_THREADS) count_indices(
    int num_gaussians,                  // N
    Digit digit,
    const float *__restrict__ keys,     // [N]
    // outputs
    unsigned int *__restrict__ counts)  // [SELECT_BINS] +=
{
    int n = blockIdx.x * SELECT_THREADS + threadIdx.x;
    float key = n < num_gaussians ? keys[n] : -1.0f;
    count_key(key == digit.key, n, digit, counts);
}
