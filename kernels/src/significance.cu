// significance.cu: how much of each Gaussian a view shows.
//
// Writes  for each Gaussian, the sum of its opacity times the transmittance before it, over the pixels it blends into
// Launch  one block of 128 threads per tile: see share.cuh. Same bits on every run
// Host    SignificanceKernel.java        Reference  CpuBlend.java
// Source  Fan et al. 2024, "LightGaussian", equation 2
#include "share.cuh"

struct ShownMeasure {
    __device__ __forceinline__ float weight(int, int) const { return 1.0f; }
    __device__ __forceinline__ float share(float, float before, float) const { return before; }
    __device__ __forceinline__ float total(float sum, float log2_opacity) const { return exp2_fast(log2_opacity) * sum; }
};

extern "C" __global__ void __launch_bounds__(128) significance(
    Frame frame,
    ListPointers lists,
    SplatPointers splats,
    const Progress *__restrict__ progress,
    // outputs
    unsigned long long *__restrict__ shown)   // [N] += parts of SHARE_UNIT
{
    __shared__ Batch batches[4];
    if (progress->overflow) return;
    add_shares(frame, lists, splats, batches[threadIdx.x / WARP], ShownMeasure(), shown);
}
