// loss.cu: (1 - w) L1 + w (1 - SSIM) of a rendered picture against a photograph, and its gradient, in one pass.
//
// A block goes down a strip of one channel, row by row. Each row is filtered along x from shared memory. Along y, each thread keeps
// eleven sums at once, one for each window that contains the row (their slots rotate with the row, so the loop is unrolled by
// eleven). Ten rows later, SSIM's three derivatives are filtered in the same way. The gradient is the only map that is written.
//
// An ignored pixel's target is what was rendered, and its gradient is 0. It matters only in the windows of its neighbours.
//
// Launch  grid (strips of STRIP_WIDTH columns, segments of `segment_rows` rows, 3 channels), LOSS_THREADS per block
//         Gradient: same bits on every run. Sums: double atomics, one set per block
// Host    LossOpaqueKernel.java, LossTransparentKernel.java        Reference  CpuLoss.java
// Source  Kerbl et al. 2023, section 5; Wang et al. 2004, "Image Quality Assessment": 11 x 11 window, sigma 1.5, zero-padded
#include "target.cuh"

#define LOSS_THREADS 128
#define SSIM_RADIUS 5
#define SSIM_WINDOW 11
#define STRIP_WIDTH (LOSS_THREADS - 4 * SSIM_RADIUS)
#define SSIM_C1 0.0001f
#define SSIM_C2 0.0009f

// exp(-i^2 / 4.5), divided by their sum
__device__ __forceinline__ constexpr float window_weight(int i) {
    constexpr float weights[SSIM_WINDOW] = {0.0010283801f, 0.0075987581f, 0.036000773f, 0.10936069f, 0.21300554f,
        0.26601173f, 0.21300554f, 0.10936069f, 0.036000773f, 0.0075987581f, 0.0010283801f};
    return weights[i];
}

// What a block keeps of a row in shared memory. There are two of each, so that one barrier per row and stage is enough.
struct LossRows {
    float rendered[2][LOSS_THREADS];
    float target[2][LOSS_THREADS];
    float by_mean[2][LOSS_THREADS];
    float by_square[2][LOSS_THREADS];
    float by_product[2][LOSS_THREADS];
};

template <class Target>
__device__ __forceinline__ void loss_strip(
    const Target &target, const Frame &frame, int segment_rows, float ssim_weight, const PicturePointers &picture,
    double *__restrict__ sums, LossRows &rows) {
    float *__restrict__ image_gradient = picture.image_gradient;
    int width = frame.width, height = frame.height, pitch = frame.pitch, plane = frame.plane;
    int t = threadIdx.x;
    int channel = blockIdx.z;
    int column = blockIdx.x * STRIP_WIDTH + t - 2 * SSIM_RADIUS;
    int first_row = blockIdx.y * segment_rows;
    int end_row = min(first_row + segment_rows, height);
    bool in_width = column >= 0 && column < width;
    bool filters = t >= SSIM_RADIUS && t < LOSS_THREADS - SSIM_RADIUS;
    bool writes = t >= 2 * SSIM_RADIUS && t < LOSS_THREADS - 2 * SSIM_RADIUS && in_width;
    ReadOnly<float> from = picture.image + (size_t)channel * plane;
    float values = 3.0f * width * height;
    float l1_share = (1.0f - ssim_weight) / values;
    float ssim_share = -ssim_weight / values;

    // SSIM needs only the sum of the variances: means of x, y, x^2 + y^2 and xy
    float m_x[SSIM_WINDOW], m_y[SSIM_WINDOW], m_squares[SSIM_WINDOW], m_xy[SSIM_WINDOW];
    float d_mean[SSIM_WINDOW], d_square[SSIM_WINDOW], d_product[SSIM_WINDOW];
#pragma unroll
    for (int i = 0; i < SSIM_WINDOW; ++i) {
        m_x[i] = m_y[i] = m_squares[i] = m_xy[i] = 0.0f;
        d_mean[i] = d_square[i] = d_product[i] = 0.0f;
    }
    float l1 = 0.0f, ssim = 0.0f, squares = 0.0f, ignored = 0.0f;

    int last_row = end_row + 2 * SSIM_RADIUS;
    bool begins_inside = in_width && first_row >= 2 * SSIM_RADIUS;
    float next_x = begins_inside ? from[(first_row - 2 * SSIM_RADIUS) * pitch + column] : 0.0f;
    float next_y = begins_inside ? target.at(channel, first_row - 2 * SSIM_RADIUS, column, next_x) : 0.0f;
    for (int base = first_row - 2 * SSIM_RADIUS; base < last_row; base += SSIM_WINDOW) {
#pragma unroll
        for (int phase = 0; phase < SSIM_WINDOW; ++phase) {
            int row = base + phase;
            if (row >= last_row) break;
            int side = row & 1;
            float x = next_x, y = next_y;
            int ahead = row + 1;
            bool inside = in_width && ahead >= 0 && ahead < height;
            next_x = inside ? from[ahead * pitch + column] : 0.0f;   // loads while this row is computed
            next_y = inside ? target.at(channel, ahead, column, next_x) : 0.0f;
            int out = row - 2 * SSIM_RADIUS;
            bool finishes = writes && out >= first_row && out < end_row;
            float rx = finishes ? from[out * pitch + column] : 0.0f;
            float ry = finishes ? target.at(channel, out, column, rx) : 0.0f;
            rows.rendered[side][t] = x;
            rows.target[side][t] = y;
            __syncthreads();

            int done = row - SSIM_RADIUS;
            float by_mean = 0.0f, by_square = 0.0f, by_product = 0.0f;
            if (filters) {
                const float *sx = &rows.rendered[side][t];
                const float *sy = &rows.target[side][t];
                float middle = window_weight(SSIM_RADIUS);
                float h_x = middle * x, h_y = middle * y, h_squares = middle * (x * x + y * y), h_xy = middle * x * y;
#pragma unroll
                for (int k = 1; k <= SSIM_RADIUS; ++k) {
                    float weight = window_weight(SSIM_RADIUS - k);
                    float left_x = sx[-k], right_x = sx[k], left_y = sy[-k], right_y = sy[k];
                    h_x += weight * (left_x + right_x);
                    h_y += weight * (left_y + right_y);
                    h_squares += weight * (left_x * left_x + right_x * right_x + left_y * left_y + right_y * right_y);
                    h_xy += weight * (left_x * left_y + right_x * right_y);
                }
#pragma unroll
                for (int k = 0; k < SSIM_WINDOW; ++k) {
                    int slot = (phase + k) % SSIM_WINDOW;   // of the window centred at row + k - 5; weights are symmetric
                    float weight = window_weight(k);
                    m_x[slot] += weight * h_x;
                    m_y[slot] += weight * h_y;
                    m_squares[slot] += weight * h_squares;
                    m_xy[slot] += weight * h_xy;
                }
                int slot = phase;   // centred at row - 5: this was its last row
                if (in_width && done >= 0 && done < height) {
                    float mx = m_x[slot], my = m_y[slot];
                    float a1 = 2 * mx * my + SSIM_C1;
                    float a2 = 2 * (m_xy[slot] - mx * my) + SSIM_C2;
                    float b1 = mx * mx + my * my + SSIM_C1;
                    float b2 = m_squares[slot] - mx * mx - my * my + SSIM_C2;
                    float inverse = 1.0f / (b1 * b2);
                    float value = a1 * a2 * inverse;
                    if (writes && done >= first_row && done < end_row) ssim += value;
                    by_square = -value * b1 * inverse;
                    by_product = 2 * a1 * inverse;
                    by_mean = 2 * my * a2 * inverse - 2 * mx * value * b2 * inverse - 2 * mx * by_square - my * by_product;
                }
                m_x[slot] = m_y[slot] = m_squares[slot] = m_xy[slot] = 0.0f;
            }
            rows.by_mean[side][t] = by_mean;
            rows.by_square[side][t] = by_square;
            rows.by_product[side][t] = by_product;
            __syncthreads();

            if (writes) {
                float h_mean = 0.0f, h_square = 0.0f, h_product = 0.0f;
#pragma unroll
                for (int k = 0; k < SSIM_WINDOW; ++k) {
                    float weight = window_weight(k);
                    h_mean += weight * rows.by_mean[side][t + k - SSIM_RADIUS];
                    h_square += weight * rows.by_square[side][t + k - SSIM_RADIUS];
                    h_product += weight * rows.by_product[side][t + k - SSIM_RADIUS];
                }
#pragma unroll
                for (int k = 0; k < SSIM_WINDOW; ++k) {
                    int slot = (phase + k) % SSIM_WINDOW;
                    float weight = window_weight(k);
                    d_mean[slot] += weight * h_mean;
                    d_square[slot] += weight * h_square;
                    d_product[slot] += weight * h_product;
                }
                int slot = phase;
                if (finishes && !target.counts(out, column)) {
                    ignored += 1.0f;
                    image_gradient[(size_t)channel * plane + out * pitch + column] = 0.0f;
                } else if (finishes) {
                    float difference = rx - ry;
                    float clamped = fminf(fmaxf(rx, 0.0f), 1.0f) - ry;
                    l1 += fabsf(difference);
                    squares += clamped * clamped;
                    float sign = difference > 0.0f ? 1.0f : difference < 0.0f ? -1.0f : 0.0f;
                    image_gradient[(size_t)channel * plane + out * pitch + column] =
                        l1_share * sign + ssim_share * (d_mean[slot] + 2 * rx * d_square[slot] + ry * d_product[slot]);
                }
                d_mean[slot] = d_square[slot] = d_product[slot] = 0.0f;
            }
        }
    }
#pragma unroll
    for (int d = 16; d > 0; d /= 2) {
        l1 += __shfl_xor_sync(FULL_WARP, l1, d);
        ssim += __shfl_xor_sync(FULL_WARP, ssim, d);
        squares += __shfl_xor_sync(FULL_WARP, squares, d);
        if (Target::MASKED) ignored += __shfl_xor_sync(FULL_WARP, ignored, d);
    }
    if ((t & 31) == 0) {
        atomicAdd(&sums[0], (double)l1);
        atomicAdd(&sums[1], (double)ssim);
        atomicAdd(&sums[2], (double)squares);
        if (Target::MASKED) atomicAdd(&sums[3], (double)ignored);
    }
}

extern "C" __global__ void __launch_bounds__(LOSS_THREADS, 4) loss_opaque(
    Frame frame,
    int segment_rows,
    float ssim_weight,         // w
    TargetPointers target,     // bytes [3, H, W]; sums +=
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)   // the gradient; the image is read
{
    __shared__ LossRows rows;
    if (progress->overflow) return;
    OpaqueTarget photograph = {target.bytes, frame.width, frame.height};
    loss_strip(photograph, frame, segment_rows, ssim_weight, picture, target.sums, rows);
}

extern "C" __global__ void __launch_bounds__(LOSS_THREADS, 4) loss_opaque_masked(
    Frame frame,
    int segment_rows,
    float ssim_weight,         // w
    TargetPointers target,     // bytes [3 + mask, H, W]; sums +=
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)   // the gradient; the image is read
{
    __shared__ LossRows rows;
    if (progress->overflow) return;
    OpaqueTarget photograph = {target.bytes, frame.width, frame.height};
    loss_strip(masked(photograph, 3), frame, segment_rows, ssim_weight, picture, target.sums, rows);
}

extern "C" __global__ void __launch_bounds__(LOSS_THREADS, 4) loss_transparent(
    Frame frame,
    int segment_rows,
    float ssim_weight,         // w
    Background background,
    TargetPointers target,     // bytes [4, H, W]; sums +=
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)   // the gradient; the image is read
{
    __shared__ LossRows rows;
    if (progress->overflow) return;
    TransparentTarget photograph = {target.bytes, frame.width, frame.height, {background.red, background.green, background.blue}};
    loss_strip(photograph, frame, segment_rows, ssim_weight, picture, target.sums, rows);
}

extern "C" __global__ void __launch_bounds__(LOSS_THREADS, 4) loss_transparent_masked(
    Frame frame,
    int segment_rows,
    float ssim_weight,         // w
    Background background,
    TargetPointers target,     // bytes [4 + mask, H, W]; sums +=
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)   // the gradient; the image is read
{
    __shared__ LossRows rows;
    if (progress->overflow) return;
    TransparentTarget photograph = {target.bytes, frame.width, frame.height, {background.red, background.green, background.blue}};
    loss_strip(masked(photograph, 4), frame, segment_rows, ssim_weight, picture, target.sums, rows);
}
