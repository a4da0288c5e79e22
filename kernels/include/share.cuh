// share.cuh: adds up what each Gaussian adds to a view's pixels.
#pragma once
#include "patch.cuh"

#define SHARE_UNIT 16777216.0f   // parts of 1; a pixel's share is below 1

// Goes through the lists of a tile's patches of 8x8 (blend_forward's), one warp per patch. `measure` gives each pixel's share and
// what a Gaussian's sum is multiplied by; pixels that it says are of no interest may be skipped. Sums are whole numbers, so the order
// of atomics does not matter: same bits on every run. Blocks of 128 threads call it, one per tile.
template <class Measure>
__device__ __forceinline__ void add_shares(
    const Frame &frame, const ListPointers &lists, const SplatPointers &splats, Batch &batch, const Measure &measure,
    unsigned long long *__restrict__ sums) {
    ReadOnly<int> gaussian_indices = splats.gaussian_indices;
    int width = frame.width, height = frame.height;
    typedef Patch<8> P;
    P patch(blockIdx.x, frame.tiles_x);
    if (patch.left > width || patch.top > height) return;
    float t[P::pixels], weight[P::pixels];
    bool interesting = false;
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) {
        bool inside = patch.column < width && patch.row + 4 * i < height;
        t[i] = inside ? 1.0f : -1.0f;
        weight[i] = inside ? measure.weight(patch.row + 4 * i, patch.column) : 0.0f;
        interesting |= weight[i] > 0.0f;
    }
    if (!__any_sync(FULL_WARP, interesting)) return;
    int2 range = pairs_of(lists, blockIdx.x);
    List list(lists, range.x, range.y);
    for (int m = range.x; m < range.y; m += WARP) {
        int count = list.take(batch, patch.left, patch.top, patch.left + (PATCH_WIDTH - 1), patch.top + 7);
        for (int j = 0; j < count; ++j) {
            float4 first = batch.first[j];
            float4 second = batch.second[j];
            float dx = patch.x - first.x, dy = patch.y - first.y;
            float constant = second.y - first.z * dx * dx;
            float slope = first.w * dx;
            float sum = 0.0f;
#pragma unroll
            for (int i = 0; i < P::pixels; ++i) {
                float at = dy + 4 * i;
                float exponent = constant - at * (slope + second.x * at);
                if (exponent >= EXPONENT_MIN) {
                    float alpha = fminf(exp2_fast(exponent), ALPHA_MAX);
                    float next = t[i] - alpha * t[i];
                    bool blends = next >= TRANSMITTANCE_MIN;
                    if (blends) sum += measure.share(alpha, t[i], weight[i]);
                    t[i] = blends ? next : -fabsf(t[i]);
                }
            }
            unsigned int parts = __float2uint_rn(measure.total(sum, second.y) * SHARE_UNIT);
#pragma unroll
            for (int d = 16; d > 0; d /= 2) parts += __shfl_xor_sync(FULL_WARP, parts, d);
            if ((threadIdx.x & 31) == 0 && parts > 0)
                atomicAdd(&sums[gaussian_indices[__float_as_uint(batch.third[j].y)]], (unsigned long long)parts);
        }
        bool open = false;
#pragma unroll
        for (int i = 0; i < P::pixels; ++i) open |= is_open(t[i]);
        if (!__any_sync(FULL_WARP, open)) break;
    }
}
