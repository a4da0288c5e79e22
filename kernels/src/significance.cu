// significance.cu: how much of each Gaussian a view shows.
//
// Writes  for each Gaussian, the sum of its opacity times the transmittance before it, over the pixels it blends into
// Launch  one block per tile, one warp per patch of 8x8 (blend_forward's). Sums are whole numbers, so the order of atomics does
//         not matter: same bits on every run
// Host    SignificanceKernel.java        Reference  CpuBlend.java
// Source  Fan et al. 2024, "LightGaussian", equation 2
#include "patch.cuh"

#define SIGNIFICANCE_UNIT 16777216.0f   // parts of 1: SignificanceKernel.java has the same

extern "C" __global__ void __launch_bounds__(128) significance(
    Frame frame,
    ListPointers lists,
    SplatPointers splats,
    const Progress *__restrict__ progress,
    // outputs
    unsigned long long *__restrict__ shown)   // [N] += parts of SIGNIFICANCE_UNIT
{
    ReadOnly<int> gaussian_indices = splats.gaussian_indices;
    int width = frame.width, height = frame.height;
    typedef Patch<8> P;
    __shared__ Batch batches[4];
    if (progress->overflow) return;
    Batch &batch = batches[threadIdx.x / WARP];
    P patch(blockIdx.x, frame.tiles_x);
    if (patch.left > width || patch.top > height) return;
    float t[P::pixels];
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) t[i] = patch.column < width && patch.row + 4 * i < height ? 1.0f : -1.0f;
    int2 range = __ldg(&lists.ranges[blockIdx.x]);
    List list(lists, range.x, range.y);
    for (int m = range.x; m < range.y; m += WARP) {
        int count = list.take(batch, patch.left, patch.top, patch.left + (PATCH_WIDTH - 1), patch.top + 7);
        for (int j = 0; j < count; ++j) {
            float4 first = batch.first[j];
            float4 second = batch.second[j];
            float dx = patch.x - first.x, dy = patch.y - first.y;
            float constant = second.y - first.z * dx * dx;
            float slope = first.w * dx;
            float before = 0.0f;
#pragma unroll
            for (int i = 0; i < P::pixels; ++i) {
                float at = dy + 4 * i;
                float exponent = constant - at * (slope + second.x * at);
                if (exponent >= EXPONENT_MIN) {
                    float next = t[i] - fminf(exp2_fast(exponent), ALPHA_MAX) * t[i];
                    bool blends = next >= TRANSMITTANCE_MIN;
                    if (blends) before += t[i];
                    t[i] = blends ? next : -fabsf(t[i]);
                }
            }
            unsigned int parts = __float2uint_rn(exp2_fast(second.y) * before * SIGNIFICANCE_UNIT);
#pragma unroll
            for (int d = 16; d > 0; d /= 2) parts += __shfl_xor_sync(FULL_WARP, parts, d);
            if ((threadIdx.x & 31) == 0 && parts > 0)
                atomicAdd(&shown[gaussian_indices[__float_as_uint(batch.third[j].y)]], (unsigned long long)parts);
        }
        bool open = false;
#pragma unroll
        for (int i = 0; i < P::pixels; ++i) open |= is_open(t[i]);
        if (!__any_sync(FULL_WARP, open)) break;
    }
}
