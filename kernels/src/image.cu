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
    size_t plane = (size_t)new_width * new_height;
    size_t at = (size_t)row * new_width + column;
    if (width == new_width && height == new_height) {   // nothing to average: the same bytes in a tenth of the time
        const unsigned char *pixel = picture + at * channels;
        bool seen = channels == 3 || pixel[3] > 0;
        for (int c = 0; c < 3; ++c) planes[c * plane + at] = seen ? pixel[c] : 0;
        if (channels == 4) planes[3 * plane + at] = pixel[3];
        return;
    }
    // An old side is cut into as many parts as the new one has pixels: every overlap is a whole number of parts, and
    // rounding happens once, as in AreaFilter.
    long long left = (long long)column * width, right = left + width;
    long long top = (long long)row * height, bottom = top + height;
    unsigned long long sums[3] = {};
    unsigned long long weight = 0;
    for (int y = (int)(top / new_height); y < height && (long long)y * new_height < bottom; ++y) {
        long long high = min(bottom, (long long)(y + 1) * new_height) - max(top, (long long)y * new_height);
        for (int x = (int)(left / new_width); x < width && (long long)x * new_width < right; ++x) {
            long long wide = min(right, (long long)(x + 1) * new_width) - max(left, (long long)x * new_width);
            const unsigned char *pixel = picture + ((size_t)y * width + x) * channels;
            unsigned long long share = (unsigned long long)(high * wide) * (channels == 4 ? pixel[3] : 1);
            for (int c = 0; c < 3; ++c) sums[c] += share * pixel[c];
            weight += share;
        }
    }
    unsigned long long area = (unsigned long long)width * height;
    for (int c = 0; c < 3; ++c) planes[c * plane + at] = weight > 0 ? (2 * sums[c] + weight) / (2 * weight) : 0;
    if (channels == 4) planes[3 * plane + at] = (2 * weight + area) / (2 * area);
}
