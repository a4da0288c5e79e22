// image.cu: photographs to training size.
//
// reduce_picture  each new pixel is the mean of the old ones below it by covered area, rounded to a byte; colours weigh by
//                 alpha where there is one. From interleaved to one plane a channel
// Launch  2-D blocks over the new picture. Same bits on every run
// Host    ReducePictureKernel.java        Reference  AreaFilter.java
#include "splat.cuh"

extern "C" __global__ void reduce_picture(
    int width, int height, int channels,        // of the photograph; 3, or 4 with alpha last
    int new_width, int new_height,              // not larger
    const unsigned char *__restrict__ picture,  // [H, W, channels]
    // outputs
    unsigned char *__restrict__ planes)         // [channels, new H, new W]
{
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= new_width || row >= new_height) return;
    double scale_x = (double)width / new_width, scale_y = (double)height / new_height;
    double left = column * scale_x, right = (column + 1) * scale_x;
    double top = row * scale_y, bottom = (row + 1) * scale_y;
    float sums[4] = {};
    float area = 0.0f, weight = 0.0f;
    for (int y = (int)top; y < height && y < bottom; ++y) {
        float high = (float)(fmin(bottom, y + 1.0) - fmax(top, (double)y));
        for (int x = (int)left; x < width && x < right; ++x) {
            float share = high * (float)(fmin(right, x + 1.0) - fmax(left, (double)x));
            const unsigned char *pixel = picture + ((size_t)y * width + x) * channels;
            float alpha = channels == 4 ? pixel[3] : 1.0f;
            for (int c = 0; c < 3; ++c) sums[c] += share * alpha * pixel[c];
            sums[3] += share * alpha;
            weight += share * alpha;
            area += share;
        }
    }
    size_t plane = (size_t)new_width * new_height;
    size_t at = (size_t)row * new_width + column;
    for (int c = 0; c < 3; ++c) planes[c * plane + at] = weight > 0.0f ? (unsigned char)(sums[c] / weight + 0.5f) : 0;
    if (channels == 4) planes[3 * plane + at] = (unsigned char)(sums[3] / area + 0.5f);
}
