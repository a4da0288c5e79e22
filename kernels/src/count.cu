// count.cu: how much work is it to blend a view? For benchmarks; not part of a step.
//
//   tested        (patch, splat) pairs of lists, as long as the patch has open pixels: each is a test whether the splat reaches it
//   evaluated     (pixel, splat) pairs whose falloff is computed: all pixels of each patch that a splat reaches
//   contributing  (pixel, splat) pairs that change a pixel
//
// Launch  one block per tile, one warp per patch of 8x4 or 8x8, as in blend.cu; same counts on every run
// Host    CountPairsKernel.java        Reference  PairCountIT.java
#include "patch.cuh"

// Sums over a picture. PairCounts.java reads the same words.
struct PairCounts {
    unsigned long long tested, evaluated, contributing;
};

template <int rows>
__device__ __forceinline__ void count_patch(
    const Frame &frame, const ListPointers &lists, PairCounts *__restrict__ counts, Batch &batch) {
    typedef Patch<rows> P;
    int width = frame.width, height = frame.height;
    P patch(blockIdx.x, frame.tiles_x);
    if (patch.left > width || patch.top > height) return;
    float t[P::pixels];
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) t[i] = patch.column < width && patch.row + 4 * i < height ? 1.0f : -1.0f;
    int2 range = pairs_of(lists, blockIdx.x);
    List list(lists, range.x, range.y);
    unsigned int tested = 0, kept = 0, contributing = 0;
    for (int m = range.x; m < range.y; m += WARP) {
        int count = list.take(batch, patch.left, patch.top, patch.left + (PATCH_WIDTH - 1), patch.top + (rows - 1));
        tested += min(WARP, range.y - m);
        kept += count;
        for (int j = 0; j < count; ++j) {
            float4 first = batch.first[j];
            float4 second = batch.second[j];
            float dx = patch.x - first.x, dy = patch.y - first.y;
            float constant = second.y - first.z * dx * dx;
            float slope = first.w * dx;
#pragma unroll
            for (int i = 0; i < P::pixels; ++i) {
                float at = dy + 4 * i;
                float exponent = constant - at * (slope + second.x * at);
                if (exponent >= EXPONENT_MIN) {
                    float next = t[i] - fminf(exp2_fast(exponent), ALPHA_MAX) * t[i];
                    bool blends = next >= TRANSMITTANCE_MIN;
                    t[i] = blends ? next : -fabsf(t[i]);
                    contributing += blends;
                }
            }
        }
        bool open = false;
#pragma unroll
        for (int i = 0; i < P::pixels; ++i) open |= is_open(t[i]);
        if (!__any_sync(FULL_WARP, open)) break;
    }
#pragma unroll
    for (int d = 16; d > 0; d /= 2) contributing += __shfl_xor_sync(FULL_WARP, contributing, d);
    if ((threadIdx.x & 31) == 0) {
        atomicAdd(&counts->tested, tested);
        atomicAdd(&counts->evaluated, (unsigned long long)kept * PATCH_WIDTH * rows);
        atomicAdd(&counts->contributing, contributing);
    }
}

extern "C" __global__ void __launch_bounds__(256) count_pairs_4(
    Frame frame,
    ListPointers lists,
    // outputs
    PairCounts *__restrict__ counts)   // +=
{
    __shared__ Batch batches[8];
    count_patch<4>(frame, lists, counts, batches[threadIdx.x / WARP]);
}

extern "C" __global__ void __launch_bounds__(128) count_pairs_8(
    Frame frame,
    ListPointers lists,
    // outputs
    PairCounts *__restrict__ counts)   // +=
{
    __shared__ Batch batches[4];
    count_patch<8>(frame, lists, counts, batches[threadIdx.x / WARP]);
}
