// error.cu: where a rendered picture is wrong, and which Gaussians add to it.
//
// error_*       write each pixel's error: the mean over its channels of |rendered - target|, at most 1. It is 0 if it is not above the
//               gate, and where a mask ignores the pixel
// error_shares  adds to each Gaussian its blending weight, alpha times the transmittance before it, times the error of the pixel
//
// Launch  error_*: 2-D, one thread per pixel; error_shares: one block of 128 threads per tile (share.cuh). Same bits on every run
// Host    ErrorOpaqueKernel.java, ErrorTransparentKernel.java, ErrorSharesKernel.java        Reference  CpuLoss.java, CpuBlend.java
// Source  Bulo et al. 2024, "Revising Densification in Gaussian Splatting"; Mallick et al. 2024, "Taming 3DGS"
#include "share.cuh"
#include "target.cuh"

#define ERROR_THREADS 256

template <class Target>
__device__ __forceinline__ void write_error(const Target &target, const Frame &frame, float gate, const PicturePointers &picture) {
    int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= frame.width || row >= frame.height) return;
    int at = row * frame.pitch + column;
    float sum = 0.0f;
    for (int channel = 0; channel < 3; ++channel) {
        float rendered = picture.image[(size_t)channel * frame.plane + at];
        sum += fabsf(rendered - target.at(channel, row, column, rendered));
    }
    float error = sum / 3.0f;
    picture.image_gradient[at] = target.counts(row, column) && error > gate ? fminf(error, 1.0f) : 0.0f;
}

extern "C" __global__ void __launch_bounds__(ERROR_THREADS) error_opaque(
    Frame frame,
    float gate,                                  // smallest error that does not count
    const unsigned char *__restrict__ photograph, // [3, H, W]
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)                     // the first plane of the gradient: errors; the image is read
{
    if (progress->overflow) return;
    OpaqueTarget target = {photograph, frame.width, frame.height};
    write_error(target, frame, gate, picture);
}

extern "C" __global__ void __launch_bounds__(ERROR_THREADS) error_opaque_masked(
    Frame frame,
    float gate,                                  // smallest error that does not count
    const unsigned char *__restrict__ photograph, // [3 + mask, H, W]
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)                     // the first plane of the gradient: errors; the image is read
{
    if (progress->overflow) return;
    OpaqueTarget target = {photograph, frame.width, frame.height};
    write_error(masked(target, 3), frame, gate, picture);
}

extern "C" __global__ void __launch_bounds__(ERROR_THREADS) error_transparent(
    Frame frame,
    float gate,                                  // smallest error that does not count
    Background background,
    const unsigned char *__restrict__ photograph, // [4, H, W]
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)                     // the first plane of the gradient: errors; the image is read
{
    if (progress->overflow) return;
    TransparentTarget target = {photograph, frame.width, frame.height, {background.red, background.green, background.blue}};
    write_error(target, frame, gate, picture);
}

extern "C" __global__ void __launch_bounds__(ERROR_THREADS) error_transparent_masked(
    Frame frame,
    float gate,                                  // smallest error that does not count
    Background background,
    const unsigned char *__restrict__ photograph, // [4 + mask, H, W]
    const Progress *__restrict__ progress,
    // outputs
    PicturePointers picture)                     // the first plane of the gradient: errors; the image is read
{
    if (progress->overflow) return;
    TransparentTarget target = {photograph, frame.width, frame.height, {background.red, background.green, background.blue}};
    write_error(masked(target, 4), frame, gate, picture);
}

struct ErrorMeasure {
    ReadOnly<float> errors;   // [H, pitch]
    int pitch;
    __device__ __forceinline__ float weight(int row, int column) const { return errors[row * pitch + column]; }
    __device__ __forceinline__ float share(float alpha, float before, float error) const { return alpha * before * error; }
    __device__ __forceinline__ float total(float sum, float) const { return sum; }
};

extern "C" __global__ void __launch_bounds__(128) error_shares(
    Frame frame,
    ListPointers lists,
    SplatPointers splats,
    const Progress *__restrict__ progress,
    PicturePointers picture,                   // the first plane of the gradient: errors
    // outputs
    unsigned long long *__restrict__ scores)   // [N] += parts of SHARE_UNIT
{
    __shared__ Batch batches[4];
    if (progress->overflow) return;
    ErrorMeasure measure = {picture.image_gradient, frame.pitch};
    add_shares(frame, lists, splats, batches[threadIdx.x / WARP], measure, scores);
}
