// loss.cu: (1 - w) L1 + w (1 - SSIM) of a rendered picture against a photograph, and its gradient, in one pass.
//
// A block goes down a strip of one channel, two rows at a time. Each thread has a column, and filters along y first: it keeps twelve
// sums of each map at once, one for each window that contains a row and one to spare (their slots rotate with the rows, so the loop is
// unrolled by twelve). What the rows finish goes to shared memory, where each warp filters whole maps along x, four columns per lane.
// Seven rows later, SSIM's three derivatives go the same way. The gradient is the only map that is written.
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

#define LOSS_MAPS 7                               // means of x, y, x^2 + y^2, xy; three derivatives of SSIM
#define LOSS_PITCH (LOSS_THREADS + 4 * SSIM_RADIUS - 4)   // a multiple of 4, with room for what lies beside the first and last column

#define LOSS_ROWS 2                               // rows between two barriers
#define LOSS_SLOTS 12                             // of sums along y: a multiple of LOSS_ROWS, and at least SSIM_WINDOW

// Two rows that are filtered along y; then along x as well. In shared memory.
struct LossRows {
    __align__(16) float along_y[LOSS_ROWS * LOSS_MAPS][LOSS_PITCH];   // column t is at t + SSIM_RADIUS
    __align__(16) float along_xy[LOSS_ROWS * LOSS_MAPS][LOSS_THREADS];
};

// Filters four columns of a map along x: those from 4 lane on. All lanes of a warp call it.
__device__ __forceinline__ void filter_along_x(const float *along_y, float *along_xy) {
    int first = 4 * (threadIdx.x & 31);
    float to[4] = {};
#pragma unroll
    for (int q = 0; q < 4; ++q) {
        float4 four = *reinterpret_cast<const float4 *>(along_y + first + 4 * q);
        float from[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
        for (int j = 0; j < 4; ++j) {
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                int k = 4 * q + j - i;
                if (k >= 0 && k < SSIM_WINDOW) to[i] += window_weight(k) * from[j];
            }
        }
    }
    *reinterpret_cast<float4 *>(along_xy + first) = make_float4(to[0], to[1], to[2], to[3]);
}

// The sums along y of one map in a thread's column.
struct ColumnSums {
    float sums[LOSS_SLOTS];

    // Adds a row's value to the windows that contain it. Returns the one that it finishes, five rows above. `phase` is the row's number
    // modulo LOSS_SLOTS, known when compiling.
    __device__ __forceinline__ float add(int phase, float value) {
        float finished = sums[phase] + window_weight(0) * value;
#pragma unroll
        for (int k = 1; k < SSIM_WINDOW - 1; ++k) sums[(phase + k) % LOSS_SLOTS] += window_weight(k) * value;
        sums[(phase + SSIM_WINDOW - 1) % LOSS_SLOTS] = window_weight(SSIM_WINDOW - 1) * value;
        return finished;
    }
};

template <class Target>
__device__ __forceinline__ void loss_strip(
    const Target &target, const Frame &frame, int segment_rows, float ssim_weight, const PicturePointers &picture,
    double *__restrict__ sums, LossRows &shared) {
    float *__restrict__ image_gradient = picture.image_gradient;
    int width = frame.width, height = frame.height, pitch = frame.pitch, plane = frame.plane;
    int t = threadIdx.x;
    int channel = blockIdx.z;
    int column = blockIdx.x * STRIP_WIDTH + t - 2 * SSIM_RADIUS;
    int first_row = blockIdx.y * segment_rows;
    int end_row = min(first_row + segment_rows, height);
    bool in_width = column >= 0 && column < width;
    bool writes = t >= 2 * SSIM_RADIUS && t < LOSS_THREADS - 2 * SSIM_RADIUS && in_width;
    ReadOnly<float> from = picture.image + (size_t)channel * plane;
    float values = 3.0f * width * height;
    float l1_share = (1.0f - ssim_weight) / values;
    float ssim_share = -ssim_weight / values;

    // SSIM needs only the sum of the variances: means of x, y, x^2 + y^2 and xy
    ColumnSums of_x = {}, of_y = {}, of_squares = {}, of_product = {};
    ColumnSums of_d_mean = {}, of_d_square = {}, of_d_product = {};
    float d_mean[LOSS_ROWS] = {}, d_square[LOSS_ROWS] = {}, d_product[LOSS_ROWS] = {};   // derivatives of the rows that were finished last
    float l1 = 0.0f, ssim = 0.0f, squares = 0.0f, ignored = 0.0f;

    constexpr int delay = 2 * SSIM_RADIUS + LOSS_ROWS;   // rows from reading a row to writing its gradient
    int last_row = end_row + delay;
    int row = first_row - 2 * SSIM_RADIUS;
    float next_x[LOSS_ROWS], next_y[LOSS_ROWS];
#pragma unroll
    for (int i = 0; i < LOSS_ROWS; ++i) {
        bool inside = in_width && row + i >= 0 && row + i < height;
        next_x[i] = inside ? from[(row + i) * pitch + column] : 0.0f;
        next_y[i] = inside ? target.at(channel, row + i, column, next_x[i]) : 0.0f;
    }
    while (row < last_row) {
#pragma unroll
        for (int phase = 0; phase < LOSS_SLOTS; phase += LOSS_ROWS) {
            if (row >= last_row) break;
#pragma unroll
            for (int i = 0; i < LOSS_ROWS; ++i) {
                float x = next_x[i], y = next_y[i];
                int ahead = row + LOSS_ROWS + i;
                bool inside = in_width && ahead >= 0 && ahead < height;
                next_x[i] = inside ? from[ahead * pitch + column] : 0.0f;   // loads while these rows are computed
                next_y[i] = inside ? target.at(channel, ahead, column, next_x[i]) : 0.0f;
                float *along_y = &shared.along_y[i * LOSS_MAPS][t + SSIM_RADIUS];
                along_y[0] = of_x.add(phase + i, x);
                along_y[LOSS_PITCH] = of_y.add(phase + i, y);
                along_y[2 * LOSS_PITCH] = of_squares.add(phase + i, x * x + y * y);
                along_y[3 * LOSS_PITCH] = of_product.add(phase + i, x * y);
                along_y[4 * LOSS_PITCH] = of_d_mean.add(phase + i, d_mean[i]);
                along_y[5 * LOSS_PITCH] = of_d_square.add(phase + i, d_square[i]);
                along_y[6 * LOSS_PITCH] = of_d_product.add(phase + i, d_product[i]);
            }
            __syncthreads();
            for (int map = t / WARP; map < LOSS_ROWS * LOSS_MAPS; map += LOSS_THREADS / WARP) filter_along_x(shared.along_y[map], shared.along_xy[map]);
            __syncthreads();

#pragma unroll
            for (int i = 0; i < LOSS_ROWS; ++i) {
                const float *filtered = &shared.along_xy[i * LOSS_MAPS][t];
                int done = row + i - SSIM_RADIUS, out = row + i - delay;
                bool finishes = writes && out >= first_row && out < end_row;
                float rx = finishes ? from[out * pitch + column] : 0.0f;
                float ry = finishes ? target.at(channel, out, column, rx) : 0.0f;
                d_mean[i] = d_square[i] = d_product[i] = 0.0f;
                if (in_width && done >= 0 && done < height) {
                    float mx = filtered[0], my = filtered[LOSS_THREADS];
                    float a1 = 2 * mx * my + SSIM_C1;
                    float a2 = 2 * (filtered[3 * LOSS_THREADS] - mx * my) + SSIM_C2;
                    float b1 = mx * mx + my * my + SSIM_C1;
                    float b2 = filtered[2 * LOSS_THREADS] - mx * mx - my * my + SSIM_C2;
                    float inverse = 1.0f / (b1 * b2);
                    float value = a1 * a2 * inverse;
                    if (writes && done >= first_row && done < end_row) ssim += value;
                    d_square[i] = -value * b1 * inverse;
                    d_product[i] = 2 * a1 * inverse;
                    d_mean[i] = 2 * my * a2 * inverse - 2 * mx * value * b2 * inverse - 2 * mx * d_square[i] - my * d_product[i];
                }
                if (finishes && !target.counts(out, column)) {
                    ignored += 1.0f;
                    image_gradient[(size_t)channel * plane + out * pitch + column] = 0.0f;
                } else if (finishes) {
                    float difference = rx - ry;
                    float clamped = fminf(fmaxf(rx, 0.0f), 1.0f) - ry;
                    l1 += fabsf(difference);
                    squares += clamped * clamped;
                    float sign = difference > 0.0f ? 1.0f : difference < 0.0f ? -1.0f : 0.0f;
                    float of_ssim = filtered[4 * LOSS_THREADS] + 2 * rx * filtered[5 * LOSS_THREADS] + ry * filtered[6 * LOSS_THREADS];
                    image_gradient[(size_t)channel * plane + out * pitch + column] = l1_share * sign + ssim_share * of_ssim;
                }
            }
            row += LOSS_ROWS;
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
    __shared__ LossRows shared;
    if (progress->overflow) return;
    OpaqueTarget photograph = {target.bytes, frame.width, frame.height};
    loss_strip(photograph, frame, segment_rows, ssim_weight, picture, target.sums, shared);
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
    __shared__ LossRows shared;
    if (progress->overflow) return;
    OpaqueTarget photograph = {target.bytes, frame.width, frame.height};
    loss_strip(masked(photograph, 3), frame, segment_rows, ssim_weight, picture, target.sums, shared);
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
    __shared__ LossRows shared;
    if (progress->overflow) return;
    TransparentTarget photograph = {target.bytes, frame.width, frame.height, {background.red, background.green, background.blue}};
    loss_strip(photograph, frame, segment_rows, ssim_weight, picture, target.sums, shared);
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
    __shared__ LossRows shared;
    if (progress->overflow) return;
    TransparentTarget photograph = {target.bytes, frame.width, frame.height, {background.red, background.green, background.blue}};
    loss_strip(masked(photograph, 4), frame, segment_rows, ssim_weight, picture, target.sums, shared);
}
