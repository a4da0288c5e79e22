// blend.cu: alpha compositing, near to far, and its gradients.
//
//   C = sum of c alpha T, plus T background; T = product of (1 - alpha) so far; a pixel is finished before T < TRANSMITTANCE_MIN
//
// A warp has a patch that is 8 pixels wide. It reads 32 splats of its tile's list at a time, one per lane, keeps those that reach
// its patch, and blends them one by one; each lane has its own pixels. Patches of 8x8 (backward 8x16) suit large pictures. Patches
// of 8x4 (blend_*_coarse) suit pictures with few tiles, where more and shorter warps fill the GPU better.
// The backward pass runs front to back too: the colour behind a splat is the final colour minus what was blended so far. Other
// blocks start in the middle of long lists, from checkpoints, so that no block has more than one segment.
//
// Launch  one block per tile, one warp per patch. blend_forward: same bits on every run; blend_backward: float atomics, one set
//         per (patch, splat) pair, so sums differ in their last bits
// Host    BlendForwardKernel.java, BlendBackwardKernel.java        Reference  CpuBlend.java
// Source  Kerbl et al. 2023, section 6 and appendix C
#include "patch.cuh"

#define SEGMENT 256         // pairs of a list that one block of the backward pass takes; a multiple of 32
#define COARSE_SEGMENT 128
#define MOMENTS 9   // floats of a SplatGradient

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
    int2 range = __ldg(&lists.ranges[blockIdx.x]);
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
                if (exponent >= EXPONENT_MIN) {
                    float alpha = fminf(exp2_fast(exponent), ALPHA_MAX);
                    float next = t[i] - alpha * t[i];
                    if (next >= TRANSMITTANCE_MIN) {
                        float weight = alpha * t[i];
                        r[i] += weight * color.x;
                        g[i] += weight * color.y;
                        b[i] += weight * color.z;
                        t[i] = next;
                    } else {
                        t[i] = -fabsf(t[i]);
                    }
                }
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

// Reduces `count` values per lane to (count + 1) / 2. Lanes with `bit` keep the upper values, other lanes the lower ones, and each
// adds its partner's values. All lanes call it.
template <int count>
__device__ __forceinline__ void fold(float values[MOMENTS], int bit) {
    constexpr int half = (count + 1) / 2;
    bool upper = threadIdx.x & bit;
#pragma unroll
    for (int i = 0; i < half; ++i) {
        float low = values[i];
        float high = i + half < count ? values[i + half] : 0.0f;
        float kept = upper ? high : low;
        float sent = upper ? low : high;
        values[i] = kept + __shfl_xor_sync(FULL_WARP, sent, bit);
    }
}

// Which of nine sums a lane has after folding by 16, 8, 4, 2, 1; -1: none, or one that another lane also has.
__device__ __forceinline__ int folded_moment(int lane) {
    int low = 0, high = MOMENTS, half = 5;
    for (int bit = 16; bit > 1; bit /= 2) {
        if (lane & bit) low += half; else high = min(high, low + half);
        half = (half + 1) / 2;
    }
    return (lane & 1) == 0 && low < high ? low : -1;
}

// A lane's pixels in the backward pass.
template <int pixels>
struct OpenPixels {
    float t[pixels];                             // transmittance; negative if finished
    float behind[pixels];                        // gradient x colour of everything behind
    float gr[pixels], gg[pixels], gb[pixels];    // d loss / d pixel
};

// Computes a splat's gradients at the lane's pixels and updates their transmittance. Returns whether there are any gradients.
template <int pixels>
__device__ __forceinline__ bool unblend(
    const Batch &batch, int j, float x, float y, OpenPixels<pixels> &open, float moments[MOMENTS]) {
    float4 first = batch.first[j];
    float4 second = batch.second[j];
    float blue = batch.third[j].x;
    float dx = x - first.x, dy = y - first.y;
    float constant = second.y - first.z * dx * dx;
    float slope = first.w * dx;
    float w = 0.0f, w_y = 0.0f, w_yy = 0.0f;
    float cr = 0.0f, cg = 0.0f, cb = 0.0f;
    bool touched = false;
#pragma unroll
    for (int i = 0; i < pixels; ++i) {
        float at = dy + 4 * i;
        float exponent = constant - at * (slope + second.x * at);
        if (exponent >= EXPONENT_MIN) {
            float raw = exp2_fast(exponent);
            float alpha = fminf(raw, ALPHA_MAX);
            float next = open.t[i] - alpha * open.t[i];
            if (next >= TRANSMITTANCE_MIN) {
                float weight = alpha * open.t[i];
                float seen = second.z * open.gr[i] + second.w * open.gg[i] + blue * open.gb[i];
                open.behind[i] -= weight * seen;
                cr += weight * open.gr[i];
                cg += weight * open.gg[i];
                cb += weight * open.gb[i];
                // alpha x d loss / d alpha; 0 where alpha is clamped to ALPHA_MAX
                float share = weight * seen - open.behind[i] * __fdividef(alpha, 1.0f - alpha);
                share = raw > ALPHA_MAX ? 0.0f : share;
                float share_y = share * at;
                w += share;
                w_y += share_y;
                w_yy += share_y * at;
                open.t[i] = next;
                touched = true;
            } else {
                open.t[i] = -fabsf(open.t[i]);
            }
        }
    }
    // d = pixel - mean2d; the order is that of SplatGradient
    moments[0] = w; moments[1] = w * dx; moments[2] = w_y;
    moments[3] = w * dx * dx; moments[4] = w_y * dx; moments[5] = w_yy;
    moments[6] = cr; moments[7] = cg; moments[8] = cb;
    return touched;
}

// The first `num_tiles` blocks each do a tile's first segment. Each other block does a segment with a checkpoint, which the forward
// pass saved in patches of `forward_rows`.
template <int rows, int forward_rows, int segment>
__device__ __forceinline__ void blend_backward_patch(
    const Frame &frame, const ListPointers &lists, const PicturePointers &picture, const CheckpointPointers &checkpoints,
    float *__restrict__ splat_gradients, Batch &batch) {
    typedef Patch<rows> P;
    ReadOnly<float> image = picture.image;
    ReadOnly<float> image_gradient = picture.image_gradient;
    ReadOnly<unsigned int> owners = checkpoints.owners;
    ReadOnly<float4> pixels = checkpoints.pixels;
    int width = frame.width, height = frame.height, pitch = frame.pitch, plane = frame.plane;
    int num_tiles = frame.tiles_x * frame.tiles_y;
    constexpr int parts = rows / forward_rows;             // patches of the forward pass per patch of this pass
    constexpr int part_pixels = forward_rows / 4;
    constexpr int patches = TILE_SIZE * TILE_SIZE / (PATCH_WIDTH * forward_rows);
    int lane = threadIdx.x & 31, warp = threadIdx.x / WARP;
    bool is_first = blockIdx.x < num_tiles;
    int slot = blockIdx.x - num_tiles;
    int tile = is_first ? (int)blockIdx.x : -1;
    unsigned int owner[parts];
#pragma unroll
    for (int part = 0; part < parts; ++part) {
        int place = slot * patches + warp + part * (TILE_SIZE / PATCH_WIDTH);
        owner[part] = is_first ? 0 : owners[place];
        if (owner[part] > 0) tile = owner[part] - 1;
    }
    if (tile < 0) return;
    int2 range = __ldg(&lists.ranges[tile]);
    if (!is_first) {
        // the one beginning of a segment of this tile that lies in [slot, slot + 1) x segment
        range.x += (slot * segment - range.x + segment - 1) / segment * segment;
    }
    range.y = min(range.y, range.x + segment);
    P patch(tile, frame.tiles_x);
    if (patch.left > width || patch.top > height) return;
    OpenPixels<P::pixels> open;
#pragma unroll
    for (int i = 0; i < P::pixels; ++i) {
        bool inside = patch.column < width && patch.row + 4 * i < height;
        int at = (patch.row + 4 * i) * pitch + patch.column;
        open.t[i] = inside ? 1.0f : -1.0f;
        open.gr[i] = inside ? image_gradient[at] : 0.0f;
        open.gg[i] = inside ? image_gradient[plane + at] : 0.0f;
        open.gb[i] = inside ? image_gradient[2 * plane + at] : 0.0f;
        open.behind[i] = inside
            ? open.gr[i] * image[at] + open.gg[i] * image[plane + at] + open.gb[i] * image[2 * plane + at] : 0.0f;
        if (!is_first) {
            int part = i / part_pixels;
            int place = slot * patches + warp + part * (TILE_SIZE / PATCH_WIDTH);
            size_t from = (size_t)(place * part_pixels + i % part_pixels) * WARP + lane;
            float4 pixel = owner[part] > 0 ? pixels[from] : make_float4(0.0f, 0.0f, 0.0f, -1.0f);
            open.behind[i] -= open.gr[i] * pixel.x + open.gg[i] * pixel.y + open.gb[i] * pixel.z;
            open.t[i] = pixel.w;
        }
    }
    int moment = folded_moment(lane);
    List list(lists, range.x, range.y);
    for (int m = range.x; m < range.y; m += WARP) {
        int count = list.take(batch, patch.left, patch.top, patch.left + (PATCH_WIDTH - 1), patch.top + (rows - 1));
        for (int j = 0; j < count; ++j) {
            float moments[MOMENTS];
            if (__any_sync(FULL_WARP, unblend(batch, j, patch.x, patch.y, open, moments))) {
                fold<9>(moments, 16);
                fold<5>(moments, 8);
                fold<3>(moments, 4);
                fold<2>(moments, 2);
                moments[0] += __shfl_xor_sync(FULL_WARP, moments[0], 1);
                unsigned int v = __float_as_uint(batch.third[j].y);
                if (moment >= 0) atomicAdd(&splat_gradients[12 * (size_t)v + moment], moments[0]);
            }
        }
        bool any_open = false;
#pragma unroll
        for (int i = 0; i < P::pixels; ++i) any_open |= is_open(open.t[i]);
        if (!__any_sync(FULL_WARP, any_open)) break;
    }
}

extern "C" __global__ void __launch_bounds__(64) blend_backward(
    Frame frame,
    ListPointers lists,
    PicturePointers picture,         // the image as blend_forward wrote it, and its gradient
    CheckpointPointers checkpoints,  // as blend_forward left them
    const Progress *__restrict__ progress,
    // outputs
    float *__restrict__ splat_gradients)          // [V, 12] SplatGradient, += by atomics
{
    __shared__ Batch batches[2];
    if (progress->overflow) return;
    blend_backward_patch<16, 8, SEGMENT>(frame, lists, picture, checkpoints, splat_gradients, batches[threadIdx.x / WARP]);
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
    __shared__ Batch batches[8];
    if (progress->overflow) return;
    blend_backward_patch<4, 4, COARSE_SEGMENT>(frame, lists, picture, checkpoints, splat_gradients, batches[threadIdx.x / WARP]);
}
