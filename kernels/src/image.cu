// image.cu: reduces photographs to training size and blurs them.
//
// reduce_picture  each new pixel is the mean of the old pixels that it covers and that count, weighted by area and rounded to a
//                 byte. Colours are also weighted by alpha if there is one. A new pixel counts if half of its area counts. The input
//                 is interleaved, the output has one plane per channel
// blur_planes     blurs a training picture with a separable window of whole-number weights and rounds once. The window is cut off
//                 at the border and at ignored pixels. The mask stays as it is
// A mask is 0 where a pixel is ignored, else 255. It follows the channels of picture and planes.
// Launch  2-D blocks over the new picture. Same bits on every run
// Host    ReducePictureKernel.java, BlurPlanesKernel.java        Reference  AreaFilter.java, BlurFilter.java
#include "pointers.cuh"

// The planes of a picture. By value; PictureShapeArgument.java has the same members.
struct PictureShape {
    int width, height;   // px
    int channels;        // 3, or 4 with alpha last
    int masks;           // 0 or 1, after the channels
};

extern "C" __global__ void reduce_picture(
    PictureShape shape,              // of the photograph
    int new_width, int new_height,   // not larger
    // outputs
    FilterPointers filter)           // from [H, W, channels], [masks, H, W]; to [channels + masks, new H, new W]
{
    const unsigned char *__restrict__ picture = filter.from;
    unsigned char *__restrict__ planes = filter.to;
    int width = shape.width, height = shape.height, channels = shape.channels, masks = shape.masks;
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    if (column >= new_width || row >= new_height) return;
    size_t plane = (size_t)new_width * new_height;
    size_t at = (size_t)row * new_width + column;
    const unsigned char *mask = picture + (size_t)width * height * channels;
    if (width == new_width && height == new_height) {   // nothing to average: gives the same bytes in a tenth of the time
        const unsigned char *pixel = picture + at * channels;
        bool seen = channels == 3 || pixel[3] > 0;
        for (int c = 0; c < 3; ++c) planes[c * plane + at] = seen ? pixel[c] : 0;
        if (channels == 4) planes[3 * plane + at] = pixel[3];
        if (masks) planes[channels * plane + at] = mask[at];
        return;
    }
    // Each old pixel's side is divided into as many parts as the new side has pixels. Every overlap is then a whole number of
    // parts, and rounding happens once, as in AreaFilter.
    long long left = (long long)column * width, right = left + width;
    long long top = (long long)row * height, bottom = top + height;
    unsigned long long sums[3] = {};
    unsigned long long weight = 0, counted = 0;
    for (int y = (int)(top / new_height); y < height && (long long)y * new_height < bottom; ++y) {
        long long high = min(bottom, (long long)(y + 1) * new_height) - max(top, (long long)y * new_height);
        for (int x = (int)(left / new_width); x < width && (long long)x * new_width < right; ++x) {
            long long wide = min(right, (long long)(x + 1) * new_width) - max(left, (long long)x * new_width);
            size_t from = (size_t)y * width + x;
            if (masks && mask[from] == 0) continue;
            const unsigned char *pixel = picture + from * channels;
            unsigned long long share = high * wide;
            counted += share;
            share *= channels == 4 ? pixel[3] : 1;
            for (int c = 0; c < 3; ++c) sums[c] += share * pixel[c];
            weight += share;
        }
    }
    for (int c = 0; c < 3; ++c) planes[c * plane + at] = weight > 0 ? (2 * sums[c] + weight) / (2 * weight) : 0;
    if (channels == 4) planes[3 * plane + at] = counted > 0 ? (2 * weight + counted) / (2 * counted) : 0;
    if (masks) planes[channels * plane + at] = 2 * counted >= (unsigned long long)width * height ? 255 : 0;
}

#define BLUR_MAX_RADIUS 7
#define BLUR_COLUMNS 32
#define BLUR_ROWS 8

// A window's weights from the middle outwards. By value; WindowArgument.java has the same members.
struct Window {
    int weights[BLUR_MAX_RADIUS + 1];
};

extern "C" __global__ void __launch_bounds__(BLUR_COLUMNS * BLUR_ROWS) blur_planes(
    PictureShape shape,
    int radius,
    Window window,
    // outputs
    FilterPointers filter)   // from and to [channels + masks, H, W]
{
    const unsigned char *__restrict__ planes = filter.from;
    unsigned char *__restrict__ blurred = filter.to;
    int width = shape.width, height = shape.height, channels = shape.channels, masks = shape.masks;
    // blurred along x: the block's rows, and the rows above and below that the window reaches
    __shared__ unsigned long long rows[BLUR_ROWS + 2 * BLUR_MAX_RADIUS][BLUR_COLUMNS];
    __shared__ unsigned int weights[2 * BLUR_MAX_RADIUS + 1];
    int column = blockIdx.x * BLUR_COLUMNS + threadIdx.x;
    int row = blockIdx.y * BLUR_ROWS + threadIdx.y;
    int left = column - radius, top = (int)blockIdx.y * BLUR_ROWS - radius;
    bool inside = column < width && row < height;
    int taps = 2 * radius + 1;
    size_t plane = (size_t)width * height;
    size_t to = (size_t)row * width + column;
    const unsigned char *mask = planes + channels * plane;
    if (threadIdx.y == 0 && threadIdx.x < taps) weights[threadIdx.x] = window.weights[abs((int)threadIdx.x - radius)];
    __syncthreads();
    unsigned long long across = 0, down = 0;    // sums of the weights that lie within the picture
    for (int i = 0; i < taps; ++i) {
        if (0 <= left + i && left + i < width) across += weights[i];
        if (0 <= row - radius + i && row - radius + i < height) down += weights[i];
    }
    unsigned long long area = across * down, weight = area;   // of the window: the part that counts, and the same times alpha
    for (int c = channels + masks - 1; c >= 0; --c) {         // mask first, then alpha: the colours are weighted by them
        for (int y = threadIdx.y; y < BLUR_ROWS + 2 * radius; y += BLUR_ROWS) {
            unsigned long long sum = 0;
            if (column < width && 0 <= top + y && top + y < height) {
                for (int i = 0; i < taps; ++i) {
                    if (left + i < 0 || left + i >= width) continue;
                    size_t at = (size_t)(top + y) * width + left + i;
                    if (masks && mask[at] == 0) continue;
                    unsigned long long alpha = channels == 4 && c < 3 ? planes[3 * plane + at] : 1;
                    unsigned long long value = c < channels ? planes[c * plane + at] : 1;
                    sum += weights[i] * alpha * value;
                }
            }
            rows[y][threadIdx.x] = sum;
        }
        __syncthreads();
        if (inside) {
            unsigned long long sum = 0;
            for (int i = 0; i < taps; ++i) sum += weights[i] * rows[threadIdx.y + i][threadIdx.x];
            if (c == channels) {
                weight = area = sum;
                blurred[c * plane + to] = mask[to];
            } else {
                unsigned long long whole = c == 3 ? area : weight;
                blurred[c * plane + to] = whole == 0 ? 0 : (2 * sum + whole) / (2 * whole);
                if (c == 3) weight = sum;
            }
        }
        __syncthreads();
    }
}
