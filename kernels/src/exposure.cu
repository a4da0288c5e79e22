// exposure.cu: an affine colour transform per training view: what its photograph shows of what the model shows.
//
// expose_picture      the rendered picture as the view's photograph would show it
// exposure_gradients  d loss / d exposed becomes d loss / d rendered, in place; sums d loss / d transform, one set per block
// update_exposures    adds up the blocks' sums, takes a step of Adam on the view's transform with the view's own count, and moves
//                     all transforms so that their mean is the identity. A gradient that is not finite is skipped
//
// Launch  expose_picture: 1-D over rows of pitch floats. exposure_gradients: EXPOSURE_BLOCKS blocks, always the same, so that sums
//         have a fixed order. update_exposures: one block, one warp per number of a transform
//         No atomics: same bits on every run, given the image
// Host    ExposePictureKernel.java, ExposureGradientsKernel.java, UpdateExposuresKernel.java        Reference  CpuExposures.java
// Source  Rematas et al. 2022, "Urban Radiance Fields"; Kerbl et al. 2024, "A Hierarchical 3D Gaussian Representation for Real-Time
//         Rendering of Very Large Datasets"; Kingma and Ba 2015, "Adam", algorithm 1
#include "pointers.cuh"

#define EXPOSURE_BLOCKS 264   // two per multiprocessor of an H100: PictureExposures.java has the same
#define EXPOSURE_THREADS 256
#define EXPOSURE_VALUES 12    // rows of three factors and an offset

extern "C" __global__ void expose_picture(
    Frame frame,
    int view,
    ExposurePointers exposures,   // transforms are read
    PicturePointers picture,      // the image is read
    const Progress *__restrict__ progress,
    // outputs
    float *__restrict__ exposed)  // [3, H, pitch]
{
    ReadOnly<float> image = picture.image;
    ReadOnly<float> a = exposures.transforms + (size_t)EXPOSURE_VALUES * view;
    if (progress->overflow) return;
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= frame.height * frame.pitch || at % frame.pitch >= frame.width) return;
    size_t plane = frame.plane;
    float red = image[at], green = image[plane + at], blue = image[2 * plane + at];
#pragma unroll
    for (int c = 0; c < 3; ++c)
        exposed[c * plane + at] = a[4 * c] * red + a[4 * c + 1] * green + a[4 * c + 2] * blue + a[4 * c + 3];
}

extern "C" __global__ void __launch_bounds__(EXPOSURE_THREADS) exposure_gradients(
    Frame frame,
    int view,
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture,      // the gradient, in place; the image is read
    ExposurePointers exposures)   // sums =; transforms are read
{
    ReadOnly<float> image = picture.image;
    ReadOnly<float> transforms = exposures.transforms;
    float *__restrict__ image_gradient = picture.image_gradient;
    float *__restrict__ sums = exposures.sums;
    __shared__ float parts[EXPOSURE_THREADS / WARP][EXPOSURE_VALUES];
    if (progress->overflow) return;
    size_t plane = frame.plane;
    float a[EXPOSURE_VALUES], sum[EXPOSURE_VALUES];
#pragma unroll
    for (int k = 0; k < EXPOSURE_VALUES; ++k) {
        a[k] = transforms[(size_t)EXPOSURE_VALUES * view + k];
        sum[k] = 0.0f;
    }
    int end = frame.height * frame.pitch;
    for (int at = blockIdx.x * EXPOSURE_THREADS + threadIdx.x; at < end; at += EXPOSURE_BLOCKS * EXPOSURE_THREADS) {
        if (at % frame.pitch >= frame.width) continue;
        float gradient[3], color[3];
#pragma unroll
        for (int c = 0; c < 3; ++c) {
            gradient[c] = image_gradient[c * plane + at];
            color[c] = image[c * plane + at];
        }
#pragma unroll
        for (int c = 0; c < 3; ++c) {
#pragma unroll
            for (int k = 0; k < 3; ++k) sum[4 * c + k] += gradient[c] * color[k];
            sum[4 * c + 3] += gradient[c];
            image_gradient[c * plane + at] = a[c] * gradient[0] + a[4 + c] * gradient[1] + a[8 + c] * gradient[2];
        }
    }
#pragma unroll
    for (int k = 0; k < EXPOSURE_VALUES; ++k) {
#pragma unroll
        for (int d = 16; d > 0; d /= 2) sum[k] += __shfl_xor_sync(FULL_WARP, sum[k], d);
        if ((threadIdx.x & 31) == 0) parts[threadIdx.x / WARP][k] = sum[k];
    }
    __syncthreads();
    if (threadIdx.x < EXPOSURE_VALUES) {
        float total = 0.0f;
        for (int w = 0; w < EXPOSURE_THREADS / WARP; ++w) total += parts[w][threadIdx.x];
        sums[EXPOSURE_VALUES * blockIdx.x + threadIdx.x] = total;
    }
}

// Sum over a warp, by all 32 lanes; valid in each, with the same bits.
__device__ __forceinline__ double warp_sum(double value) {
#pragma unroll
    for (int d = 16; d > 0; d /= 2) value += __shfl_xor_sync(FULL_WARP, value, d);
    return value;
}

extern "C" __global__ void __launch_bounds__(EXPOSURE_VALUES *WARP) update_exposures(
    int num_views,                // V
    int view,
    float rate,
    float beta1,
    float beta2,
    float epsilon,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    ExposurePointers exposures)   // sums are read
{
    ReadOnly<float> sums = exposures.sums;
    float *transforms = exposures.transforms;
    if (progress->overflow) return;
    int k = threadIdx.x / WARP, lane = threadIdx.x & 31;
    double share = 0.0;
    for (int b = lane; b < EXPOSURE_BLOCKS; b += WARP) share += sums[EXPOSURE_VALUES * b + k];
    float gradient = (float)warp_sum(share);
    float count = exposures.counts[view] + 1.0f;
    bool finite = __syncthreads_and(isfinite(gradient));   // and every warp has read the count
    if (finite && lane == 0) {
        size_t i = (size_t)EXPOSURE_VALUES * view + k;
        float first = beta1 * exposures.first[i] + (1.0f - beta1) * gradient;
        float second = beta2 * exposures.second[i] + (1.0f - beta2) * gradient * gradient;
        float corrected = (float)(rate / (1.0 - pow((double)beta1, (double)count)));
        float root = (float)sqrt(1.0 - pow((double)beta2, (double)count));
        exposures.first[i] = first;
        exposures.second[i] = second;
        transforms[i] -= corrected * first / (sqrtf(second) / root + epsilon);
        if (k == 0) exposures.counts[view] = count;
    }
    __syncwarp();   // lane 0's transform is seen by its warp, the only one that reads this number
    double sum = 0.0;
    for (int v = lane; v < num_views; v += WARP) sum += transforms[(size_t)EXPOSURE_VALUES * v + k];
    float excess = (float)(warp_sum(sum) / num_views - (k % 5 == 0 ? 1.0 : 0.0));   // the diagonal of three rows of four
    for (int v = lane; v < num_views; v += WARP) transforms[(size_t)EXPOSURE_VALUES * v + k] -= excess;
}
