// sift.cu: a picture's scale space, and its extrema.
//
// sift_double    enlarges a picture twofold by linear interpolation
// sift_blur      blurs a level along x, then along y. Beyond its border, a picture goes on as it is there
// sift_halve     takes every second pixel along x and y
// sift_extrema   lists the pixels at which a difference of levels is larger, or smaller, than at all 26 neighbours
// sift_refine    places each between pixels by a parabola, and drops those of low contrast and those on edges
//
// Launch  sift_double, sift_halve, sift_extrema: 2-D, a thread per pixel that they write or look at. sift_blur: a block per tile of
//         SIFT_TILE_X x SIFT_TILE_Y pixels, which pass through shared memory. sift_refine: 1-D, a thread per extremum. Extrema are
//         listed in any order (an atomic counts them): the host sorts. Else the same bits on every run, and in Java
// Host    SiftDoubleKernel.java, SiftBlurKernel.java, SiftHalveKernel.java, SiftExtremaKernel.java, SiftRefineKernel.java
// Reference  Octave.java, Keypoint.java
// Source  Lowe 2004, "Distinctive Image Features from Scale-Invariant Keypoints", sections 3 and 4
#include "sift.cuh"

#define SIFT_TILE_X 64
#define SIFT_TILE_Y 32
#define SIFT_BLUR_THREADS 256

#define SIFT_CONTRAST 0.00666666683f    // 0.02 / SIFT_STEPS
#define SIFT_EDGE 10.0f                 // largest ratio of the curvatures
#define SIFT_FARTHEST 1.5f              // px of a keypoint from its pixel
#define SIFT_MOVE 0.6f                  // px from where on the next pixel is nearer
#define SIFT_MOVES 5
#define SIFT_FIRST_BLUR 1.6f            // px of level 0
#define SIFT_LN2_STEP 0.23104906f       // ln 2 / SIFT_STEPS

extern "C" __global__ void sift_double(
    int width, int height,                   // of the picture
    const unsigned char *__restrict__ luma,  // [H, W]
    // outputs
    float *__restrict__ doubled)             // [2 H, 2 W] in [0, 1]
{
    int x = blockIdx.x * blockDim.x + threadIdx.x;
    int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= 2 * width || y >= 2 * height) return;
    size_t at = (size_t)(y / 2) * width + x / 2;
    int right = x % 2 == 1 && x / 2 + 1 < width ? 1 : 0;
    int down = y % 2 == 1 && y / 2 + 1 < height ? width : 0;
    int sum = luma[at] + luma[at + right] + luma[at + down] + luma[at + down + right];
    doubled[(size_t)y * 2 * width + x] = (Exact((float)sum) / 1020.0f).value;
}

extern "C" __global__ void sift_halve(
    int width, int height,            // of the octave that is written
    int from_width,                   // of the one before
    const float *__restrict__ from,   // [from H, from W]
    // outputs
    float *__restrict__ to)           // [H, W]
{
    int x = blockIdx.x * blockDim.x + threadIdx.x;
    int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x < width && y < height) to[(size_t)y * width + x] = from[(size_t)2 * y * from_width + 2 * x];
}

// A blur's weights from the middle outwards. By value; SiftWindowArgument.java has the same members.
struct SiftWindow {
    float weights[SIFT_MAX_RADIUS + 1];
};

extern "C" __global__ void __launch_bounds__(SIFT_BLUR_THREADS) sift_blur(
    int width, int height,
    int radius,
    SiftWindow window,
    const float *__restrict__ from,   // [H, W]
    // outputs
    float *__restrict__ to)           // [H, W]
{
    __shared__ float tile[SIFT_TILE_Y + 2 * SIFT_MAX_RADIUS][SIFT_TILE_X + 2 * SIFT_MAX_RADIUS];
    __shared__ float along[SIFT_TILE_Y + 2 * SIFT_MAX_RADIUS][SIFT_TILE_X];   // the same rows, blurred along x
    int left = blockIdx.x * SIFT_TILE_X, top = blockIdx.y * SIFT_TILE_Y;
    int columns = SIFT_TILE_X + 2 * radius, rows = SIFT_TILE_Y + 2 * radius;
    for (int i = threadIdx.x; i < rows * columns; i += SIFT_BLUR_THREADS) {
        int x = min(max(left + i % columns - radius, 0), width - 1);
        int y = min(max(top + i / columns - radius, 0), height - 1);
        tile[i / columns][i % columns] = from[(size_t)y * width + x];
    }
    __syncthreads();
    for (int i = threadIdx.x; i < rows * SIFT_TILE_X; i += SIFT_BLUR_THREADS) {
        const float *middle = &tile[i / SIFT_TILE_X][i % SIFT_TILE_X + radius];
        Exact sum = Exact(window.weights[0]) * middle[0];
        for (int k = 1; k <= radius; ++k) sum = sum + (Exact(middle[-k]) + middle[k]) * window.weights[k];
        along[i / SIFT_TILE_X][i % SIFT_TILE_X] = sum.value;
    }
    __syncthreads();
    for (int i = threadIdx.x; i < SIFT_TILE_Y * SIFT_TILE_X; i += SIFT_BLUR_THREADS) {
        int x = i % SIFT_TILE_X, y = i / SIFT_TILE_X;
        if (left + x >= width || top + y >= height) continue;
        Exact sum = Exact(window.weights[0]) * along[y + radius][x];
        for (int k = 1; k <= radius; ++k) {
            sum = sum + (Exact(along[y + radius - k][x]) + along[y + radius + k][x]) * window.weights[k];
        }
        to[(size_t)(top + y) * width + left + x] = sum.value;
    }
}

__device__ __forceinline__ bool is_extremum(const SiftOctave &octave, int difference, int x, int y)
{
    Exact middle = octave.difference(difference, x, y);
    if (absolute(middle) < Exact(0.8f) * SIFT_CONTRAST) return false;
    Exact sign = middle > 0.0f ? 1.0f : -1.0f;
    for (int d = -1; d <= 1; ++d) {
        for (int dy = -1; dy <= 1; ++dy) {
            for (int dx = -1; dx <= 1; ++dx) {
                bool other = d != 0 || dy != 0 || dx != 0;
                if (other && sign * octave.difference(difference + d, x + dx, y + dy) >= sign * middle) return false;
            }
        }
    }
    return true;
}

extern "C" __global__ void sift_extrema(
    SiftPyramid pyramid,
    int octave_index,
    int capacity,            // C
    // outputs
    unsigned int *count,     // [1] += extrema, also those for which there is no room
    int4 *extrema)           // [C] column, row, difference, octave; in any order
{
    SiftOctave octave(pyramid, octave_index);
    int x = blockIdx.x * blockDim.x + threadIdx.x + 1;
    int y = blockIdx.y * blockDim.y + threadIdx.y + 1;
    if (x >= octave.width - 1 || y >= octave.height - 1) return;
    for (int difference = 1; difference <= SIFT_STEPS; ++difference) {
        if (!is_extremum(octave, difference, x, y)) continue;
        unsigned int place = atomicAdd(count, 1u);
        if (place < (unsigned int)capacity) extrema[place] = make_int4(x, y, difference, octave_index);
    }
}

// The extremum of the parabola through a pixel's neighbours.
struct Parabola {
    Exact x = 0.0f, y = 0.0f, level = 0.0f;        // offsets from the pixel and the difference
    Exact value = 0.0f;                            // there
    Exact trace = 0.0f, determinant = 0.0f;        // of the second derivatives in the picture

    __device__ __forceinline__ Parabola(const SiftOctave &octave, int d, int px, int py)
    {
        Exact middle = octave.difference(d, px, py);
        Exact left = octave.difference(d, px - 1, py), right = octave.difference(d, px + 1, py);
        Exact above = octave.difference(d, px, py - 1), below = octave.difference(d, px, py + 1);
        Exact finer = octave.difference(d - 1, px, py), coarser = octave.difference(d + 1, px, py);
        Exact gx = (right - left) * 0.5f, gy = (below - above) * 0.5f, gs = (coarser - finer) * 0.5f;
        Exact xx = right + left - middle * 2.0f;
        Exact yy = below + above - middle * 2.0f;
        Exact ss = coarser + finer - middle * 2.0f;
        Exact xy = (octave.difference(d, px + 1, py + 1) + octave.difference(d, px - 1, py - 1)
            - octave.difference(d, px - 1, py + 1) - octave.difference(d, px + 1, py - 1)) * 0.25f;
        Exact xs = (octave.difference(d + 1, px + 1, py) + octave.difference(d - 1, px - 1, py)
            - octave.difference(d + 1, px - 1, py) - octave.difference(d - 1, px + 1, py)) * 0.25f;
        Exact ys = (octave.difference(d + 1, px, py + 1) + octave.difference(d - 1, px, py - 1)
            - octave.difference(d + 1, px, py - 1) - octave.difference(d - 1, px, py + 1)) * 0.25f;
        // the offsets are minus the inverse of the second derivatives times the first ones
        Exact cxx = yy * ss - ys * ys;
        Exact cxy = xs * ys - xy * ss;
        Exact cxs = xy * ys - xs * yy;
        Exact cyy = xx * ss - xs * xs;
        Exact cys = xs * xy - xx * ys;
        Exact whole = xx * cxx + xy * cxy + xs * cxs;
        Exact scale = whole.value == 0.0f ? Exact(0.0f) : Exact(-1.0f) / whole;
        determinant = xx * yy - xy * xy;
        trace = xx + yy;
        x = scale * (cxx * gx + cxy * gy + cxs * gs);
        y = scale * (cxy * gx + cyy * gy + cys * gs);
        level = scale * (cxs * gx + cys * gy + determinant * gs);
        value = middle + (gx * x + gy * y + gs * level) * 0.5f;
    }

    // Whether it is curved in both directions, with a ratio below the limit (section 4.1).
    __device__ __forceinline__ bool is_no_edge() const
    {
        return determinant > 0.0f
            && trace * SIFT_EDGE * trace < Exact((SIFT_EDGE + 1.0f) * (SIFT_EDGE + 1.0f)) * determinant;
    }
};

__device__ __forceinline__ int move_of(Exact offset, int at, int size)
{
    if (offset > SIFT_MOVE && at < size - 2) return 1;
    return offset < -SIFT_MOVE && at > 1 ? -1 : 0;
}

extern "C" __global__ void sift_refine(
    int num_extrema,                     // E
    SiftPyramid pyramid,
    const int4 *__restrict__ extrema,    // [E] column, row, difference, octave
    // outputs
    float4 *__restrict__ keypoints)      // [E] x, y, scale in px of the octave, or scale 0: no keypoint; SIFT_STEPS octave + difference - 1
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= num_extrema) return;
    int4 extremum = extrema[i];
    SiftOctave octave(pyramid, extremum.w);
    int x = extremum.x, y = extremum.y, d = extremum.z;
    Parabola parabola(octave, d, x, y);
    for (int move = 1; move < SIFT_MOVES; ++move) {
        int dx = move_of(parabola.x, x, octave.width);
        int dy = move_of(parabola.y, y, octave.height);
        if (dx == 0 && dy == 0) break;
        x += dx;
        y += dy;
        parabola = Parabola(octave, d, x, y);
    }
    Exact found_x = parabola.x + (float)x, found_y = parabola.y + (float)y, found_level = parabola.level + (float)d;
    bool near = absolute(parabola.x) < SIFT_FARTHEST && absolute(parabola.y) < SIFT_FARTHEST && absolute(parabola.level) < SIFT_FARTHEST;
    bool inside = found_x >= 0.0f && found_x <= (float)(octave.width - 1) && found_y >= 0.0f && found_y <= (float)(octave.height - 1)
        && found_level >= 0.0f && found_level <= (float)(SIFT_LEVELS - 1);
    bool good = near && inside && absolute(parabola.value) > SIFT_CONTRAST && parabola.is_no_edge();
    Exact scale = good ? Exact(SIFT_FIRST_BLUR) * exponential(found_level * SIFT_LN2_STEP) : Exact(0.0f);
    keypoints[i] = make_float4(found_x.value, found_y.value, scale.value, (float)(SIFT_STEPS * extremum.w + d - 1));
}
