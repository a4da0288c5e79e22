// blend.cu: alpha compositing, near to far, and its gradients.
//
//   C = sum of c alpha T, plus T background; T = product of (1 - alpha) so far; a pixel is finished before T < TRANSMITTANCE_MIN
//
// A warp has a patch that is 8 pixels wide. It reads 32 splats of its tile's list at a time, one per lane, keeps those that reach
// its patch, and blends them one by one; each lane has its own pixels. Patches of 8x8 suit large pictures. Patches of 8x4 (blend_*_coarse) suit pictures with few tiles, where more and shorter warps fill the GPU better.
// The backward pass runs front to back too: the colour behind a splat is the final colour minus what was blended so far. Other
// blocks start in the middle of long lists, from checkpoints, so that no block has more than one segment.
//
// Launch  one block per tile, one warp per patch. blend_forward: same bits on every run; blend_backward: float atomics, one set
//         per (patch, splat) pair, so sums differ in their last bits
// Host    BlendForwardKernel.java, BlendBackwardKernel.java        Reference  CpuBlend.java
// Source  Kerbl et al. 2023, section 6 and appendix C
#include "moments.cuh"

#define SEGMENT 256         // pairs of a list that one block of the backward pass takes; a multiple of 32
#define COARSE_SEGMENT 128

// CheckpointPointers: a list has a segment every `segment` pairs, and the forward pass saves each pixel's transmittance and colour
// where a segment begins. Every `segment` pairs of the sorted lists contain at most one such beginning. Its position divided by
// `segment` therefore identifies the segment.

template <int rows, int segment>
__device__ __forceinline__ void blend_forward_patch(
    const Frame &frame, const Background &background, const ListPointers &lists, float *__restrict__ image,
    const CheckpointPointers &checkpoints, Batch &batch) {
    typedef Patch<rows> P;
    int width = frame.width, height = frame.height, pitch = frame.pitch, plane = frame.plane;
    P patch(blockIdx.x, frame.tiles_x);
    if (patch.left > width || patch.top > height) return;
    float t[P::pixels], r[P::pixels], g[P::pixels], b[P::pixels];
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) {
        t[i] = patch.column < width && patch.row + 4 * i < height ? 1.0f : -1.0f;
        r[i] = g[i] = b[i] = 0.0f;
    }
    int lane = threadIdx.x & 31, warp = threadIdx.x / WARP;
    int2 range = pairs_of(lists, blockIdx.x);
    List list(lists, range.x, range.y);
    for (int m = range.x; m < range.y; m += WARP) {
        if (m > range.x && (m - range.x) % segment == 0) {
            int place = m / segment * (8 / P::pixels) + warp;
            if (lane == 0) checkpoints.owners[place] = blockIdx.x + 1;
#pragma unroll
            for (int i = 0; i < P::pixels; ++i)
                checkpoints.pixels[(size_t)(place * P::pixels + i) * WARP + lane] = make_float4(r[i], g[i], b[i], t[i]);
        }
        int count = list.take(batch, patch.left, patch.top, patch.left + (PATCH_WIDTH - 1), patch.top + (rows - 1));
        for (int j = 0; j < count; ++j) {
            float4 first = batch.first[j];
            float4 second = batch.second[j];
            float4 color = make_float4(second.z, second.w, batch.third[j].x, 0.0f);
            float dx = patch.x - first.x, dy = patch.y - first.y;
            float constant = second.y - first.z * dx * dx;
            float slope = first.w * dx;
#pragma unroll
            for (int i = 0; i < P::pixels; ++i) {
                float at = dy + 4 * i;
                float exponent = constant - at * (slope + second.x * at);
                bool reaches = exponent >= EXPONENT_MIN;
                float weight = fminf(exp2_fast(exponent), ALPHA_MAX) * t[i];
                float next = t[i] - weight;
                bool takes = reaches && next >= TRANSMITTANCE_MIN;
                weight = takes ? weight : 0.0f;
                r[i] += weight * color.x;
                g[i] += weight * color.y;
                b[i] += weight * color.z;
                float kept = reaches ? -fabsf(t[i]) : t[i];
                t[i] = takes ? next : kept;
            }
        }
        bool open = false;
#pragma unroll
        for (int i = 0; i < P::pixels; ++i) open |= is_open(t[i]);
        if (!__any_sync(FULL_WARP, open)) break;
    }
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) {
        if (patch.column < width && patch.row + 4 * i < height) {
            int at = (patch.row + 4 * i) * pitch + patch.column;
            image[at] = r[i] + fabsf(t[i]) * background.red;
            image[plane + at] = g[i] + fabsf(t[i]) * background.green;
            image[2 * plane + at] = b[i] + fabsf(t[i]) * background.blue;
        }
    }
}

extern "C" __global__ void __launch_bounds__(128) blend_forward(
    Frame frame,
    Background background,
    ListPointers lists,
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture,         // the image
    CheckpointPointers checkpoints)  // owners zero
{
    __shared__ Batch batches[4];
    if (progress->overflow) return;
    blend_forward_patch<8, SEGMENT>(frame, background, lists, picture.image, checkpoints, batches[threadIdx.x / WARP]);
}

extern "C" __global__ void __launch_bounds__(256) blend_forward_coarse(
    Frame frame,
    Background background,
    ListPointers lists,
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture,         // the image
    CheckpointPointers checkpoints)  // owners zero
{
    __shared__ Batch batches[8];
    if (progress->overflow) return;
    blend_forward_patch<4, COARSE_SEGMENT>(frame, background, lists, picture.image, checkpoints, batches[threadIdx.x / WARP]);
}

// A lane's pixels in the backward pass.
template <int pixels>
struct OpenPixels {
    float t[pixels];                             // transmittance
    float behind[pixels];                        // gradient x colour of everything behind, as seen without what is in front
    float gr[pixels], gg[pixels], gb[pixels];    // d loss / d pixel
};

// What a splat contributes at the lane's pixels: shares of the sums of its moments, and its colour's weights.
template <int pixels>
struct Contribution {
    float shares[pixels];    // alpha x d loss / d alpha; 0 where alpha is clamped to ALPHA_MAX
    float weights[pixels];   // alpha T
};

// Takes a splat away from the lane's pixels: what it contributes, and what then is left of transmittance and of what is behind.
template <int pixels>
__device__ __forceinline__ void unblend(
    const float4 &first, const float4 &second, float blue, float x, float y, OpenPixels<pixels> &open, Contribution<pixels> &to) {
    float dx = x - first.x, dy = y - first.y;
    float constant = second.y - first.z * dx * dx;
    float slope = first.w * dx;
#pragma unroll
    for (int i = 0; i < pixels; ++i) {
        float at = dy + 4 * i;
        float exponent = constant - at * (slope + second.x * at);
        bool reaches = exponent >= EXPONENT_MIN;
        float raw = exp2_fast(exponent);
        float alpha = reaches ? fminf(raw, ALPHA_MAX) : 0.0f;
        float next = open.t[i] - alpha * open.t[i];
        bool takes = next >= TRANSMITTANCE_MIN;
        alpha = takes ? alpha : 0.0f;
        float weight = alpha * open.t[i];
        float ahead = second.z * open.gr[i] + (second.w * open.gg[i] + (blue * open.gb[i] - open.behind[i]));
        ahead *= reciprocal_fast(1.0f - alpha);
        open.behind[i] -= alpha * ahead;
        to.shares[i] = raw <= ALPHA_MAX ? weight * ahead : 0.0f;
        to.weights[i] = weight;
        open.t[i] = takes ? next : 0.0f;
    }
}

// The largest value of the warp's lanes.
__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
    for (int bit = 16; bit > 0; bit /= 2) value = fmaxf(value, __shfl_xor_sync(FULL_WARP, value, bit));
    return value;
}

// A warp's shared memory in the backward pass.
template <int rows>
struct BackwardWarp {
    Collected<rows> collected;
    Batch batch;
};

// The first `num_tiles` blocks each do a tile's first segment. Each other block does a segment with a checkpoint of the forward pass.
template <int rows, int segment>
__device__ __forceinline__ void blend_backward_patch(
    const Frame &frame, const ListPointers &lists, const PicturePointers &picture, const CheckpointPointers &checkpoints,
    float *__restrict__ splat_gradients, BackwardWarp<rows> &shared) {
    typedef Patch<rows> P;
    ReadOnly<float> image = picture.image;
    ReadOnly<float> image_gradient = picture.image_gradient;
    ReadOnly<unsigned int> owners = checkpoints.owners;
    ReadOnly<float4> pixels = checkpoints.pixels;
    int width = frame.width, height = frame.height, pitch = frame.pitch, plane = frame.plane;
    int num_tiles = frame.tiles_x * frame.tiles_y;
    constexpr int patches = TILE_SIZE * TILE_SIZE / (PATCH_WIDTH * rows);
    int lane = threadIdx.x & 31, warp = threadIdx.x / WARP;
    bool is_first = blockIdx.x < num_tiles;
    int slot = blockIdx.x - num_tiles;
    int place = slot * patches + warp;
    int tile = is_first ? (int)blockIdx.x : (int)owners[place] - 1;
    if (tile < 0) return;
    int2 range = pairs_of(lists, tile);
    if (!is_first) {
        // the one beginning of a segment of this tile that lies in [slot, slot + 1) x segment
        range.x += (slot * segment - range.x + segment - 1) / segment * segment;
    }
    range.y = min(range.y, range.x + segment);
    P patch(tile, frame.tiles_x);
    if (patch.left > width || patch.top > height) return;
    float center_x = patch.left + 0.5f * (PATCH_WIDTH - 1), center_y = patch.top + 0.5f * (rows - 1);
    OpenPixels<P::pixels> open;
    float largest = 0.0f;
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) {
        bool inside = patch.column < width && patch.row + 4 * i < height;
        int at = (patch.row + 4 * i) * pitch + patch.column;
        open.t[i] = inside ? 1.0f : 0.0f;
        open.gr[i] = inside ? image_gradient[at] : 0.0f;
        open.gg[i] = inside ? image_gradient[plane + at] : 0.0f;
        open.gb[i] = inside ? image_gradient[2 * plane + at] : 0.0f;
        largest = fmaxf(largest, fmaxf(fabsf(open.gr[i]), fmaxf(fabsf(open.gg[i]), fabsf(open.gb[i]))));
    }
    largest = warp_max(largest);
    if (!(largest > 1e-30f)) return;  // nothing depends on this patch
    shared.collected.put_coordinates(lane);
    __syncwarp();
    float relative = 1.0f / largest;
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) {
        bool inside = patch.column < width && patch.row + 4 * i < height;
        int at = (patch.row + 4 * i) * pitch + patch.column;
        open.gr[i] *= relative;
        open.gg[i] *= relative;
        open.gb[i] *= relative;
        shared.collected.put_gradient(lane, i, open.gr[i], open.gg[i], open.gb[i]);
        open.behind[i] = inside
            ? open.gr[i] * image[at] + open.gg[i] * image[plane + at] + open.gb[i] * image[2 * plane + at] : 0.0f;
        if (!is_first) {
            float4 pixel = pixels[(size_t)(place * P::pixels + i) * WARP + lane];
            open.behind[i] -= open.gr[i] * pixel.x + open.gg[i] * pixel.y + open.gb[i] * pixel.z;
            open.t[i] = pixel.w;
            open.behind[i] = pixel.w > 0.0f ? open.behind[i] / pixel.w : 0.0f;
        }
    }
    int collected = 0;
    List list(lists, range.x, range.y);
    for (int m = range.x; m < range.y; m += WARP) {
        int count = list.take(shared.batch, patch.left, patch.top, patch.left + (PATCH_WIDTH - 1), patch.top + (rows - 1));
        for (int j = 0; j < count; ++j) {
            float4 first = shared.batch.first[j];
            float4 second = shared.batch.second[j];
            float2 third = shared.batch.third[j];
            Contribution<P::pixels> contribution;
            unblend(first, second, third.x, patch.x, patch.y, open, contribution);
            if (shared.collected.put_splat(collected, contribution.shares, contribution.weights)) {
                if (lane == 0) shared.collected.places[collected] = make_float4(first.x, first.y, third.y, 0.0f);
                if (++collected == FOLD_SPLATS) {
                    shared.collected.fold(FOLD_SPLATS, largest, center_x, center_y, splat_gradients);
                    collected = 0;
                }
            }
        }
        bool any_open = false;
#pragma unroll
        for (int i = 0; i < P::pixels; ++i) any_open |= is_open(open.t[i]);
        if (!__any_sync(FULL_WARP, any_open)) break;
    }
    if (collected > 0) shared.collected.fold(collected, largest, center_x, center_y, splat_gradients);
}

extern "C" __global__ void __launch_bounds__(128) blend_backward(
    Frame frame,
    ListPointers lists,
    PicturePointers picture,         // the image as blend_forward wrote it, and its gradient
    CheckpointPointers checkpoints,  // as blend_forward left them
    const Progress *__restrict__ progress,
    // outputs
    float *__restrict__ splat_gradients)          // [V, 12] SplatGradient, += by atomics
{
    __shared__ BackwardWarp<8> warps[4];
    if (progress->overflow) return;
    blend_backward_patch<8, SEGMENT>(frame, lists, picture, checkpoints, splat_gradients, warps[threadIdx.x / WARP]);
}

extern "C" __global__ void __launch_bounds__(256) blend_backward_coarse(
    Frame frame,
    ListPointers lists,
    PicturePointers picture,         // the image as blend_forward wrote it, and its gradient
    CheckpointPointers checkpoints,  // as blend_forward left them
    const Progress *__restrict__ progress,
    // outputs
    float *__restrict__ splat_gradients)          // [V, 12] SplatGradient, += by atomics
{
    __shared__ BackwardWarp<4> warps[8];
    if (progress->overflow) return;
    blend_backward_patch<4, COARSE_SEGMENT>(frame, lists, picture, checkpoints, splat_gradients, warps[threadIdx.x / WARP]);
}
