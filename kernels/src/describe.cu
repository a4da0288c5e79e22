// describe.cu: the orientations and the descriptors of SIFT keypoints.
//
// sift_orient     the first SIFT_ORIENTATIONS peaks of a histogram of the gradients' directions around a keypoint
// sift_describe   for each of them, the histograms of 4 x 4 cells around the keypoint, turned by the orientation
// Histograms are summed in whole numbers of 2^-22, so that order does not matter.
//
// Launch  1-D, a warp per keypoint, or per orientation of one; DESCRIBE_THREADS per block. Atomics in shared memory, on whole numbers:
//         same bits on every run, and in Java
// Host    SiftOrientKernel.java, SiftDescribeKernel.java        Reference  Surroundings.java
// Source  Lowe 2004, "Distinctive Image Features from Scale-Invariant Keypoints", sections 5 and 6
#include "sift.cuh"

#define DESCRIBE_THREADS 256
#define DESCRIBE_WARPS (DESCRIBE_THREADS / 32)
#define DIRECTIONS 36                // of the histogram of orientations
#define ORIENT_WINDOW 1.5f           // its blur, in scales of the keypoint
#define ORIENT_SMOOTHINGS 6
#define ORIENT_PEAK 0.8f             // least share of the highest
#define CELLS 4                      // of a descriptor, along each side
#define BINS 8                       // directions of a cell
#define CELL_SIDE 3.0f               // in scales of the keypoint
#define DESCRIPTOR_LARGEST 0.2f      // of a descriptor of length 1
#define DESCRIPTOR (CELLS * CELLS * BINS)
#define HISTOGRAM_UNIT 4194304.0f

static_assert(DESCRIPTOR == 4 * 32, "a lane has four values of a descriptor");

__device__ __forceinline__ unsigned int whole_of(Exact value) { return (unsigned int)(value * HISTOGRAM_UNIT + 0.5f).value; }

// The part of an octave around a keypoint.
struct Surroundings {
    SiftOctave octave;
    int level, column, row;
    Exact x, y, scale;

    __device__ __forceinline__ Surroundings(const SiftPyramid &pyramid, float4 keypoint)
        : octave(pyramid, (int)keypoint.w / SIFT_STEPS), level((int)keypoint.w % SIFT_STEPS + 1), column((int)(Exact(keypoint.x) + 0.5f).value),
          row((int)(Exact(keypoint.y) + 0.5f).value), x(keypoint.x), y(keypoint.y), scale(keypoint.z)
    {
    }
};

// The gradient at a pixel.
struct SiftGradient {
    Exact length, direction;   // direction in turns

    __device__ __forceinline__ SiftGradient(const Surroundings &around, int px, int py) : length(0.0f), direction(0.0f)
    {
        Exact slope_x = around.octave.slope_x(around.level, px, py);
        Exact slope_y = around.octave.slope_y(around.level, px, py);
        length = root(slope_x * slope_x + slope_y * slope_y);
        direction = direction_of(slope_x, slope_y);
    }
};

// A rectangle of pixels that a warp walks through.
struct SiftPatch {
    int left, top, columns, pixels;

    // radius pixels around the middle, but none within border pixels of the octave's border
    __device__ __forceinline__ SiftPatch(const Surroundings &around, int radius, int border)
    {
        left = max(around.column - radius, border);
        top = max(around.row - radius, border);
        columns = max(min(around.column + radius, around.octave.width - 1 - border) - left + 1, 0);
        pixels = columns * max(min(around.row + radius, around.octave.height - 1 - border) - top + 1, 0);
    }
};

extern "C" __global__ void __launch_bounds__(DESCRIBE_THREADS) sift_orient(
    int num_keypoints,                       // K
    SiftPyramid pyramid,
    const float4 *__restrict__ keypoints,    // [K] as of sift_refine
    // outputs
    float *__restrict__ orientations)        // [K, SIFT_ORIENTATIONS] turns; -1: none
{
    __shared__ unsigned int sums[DESCRIBE_WARPS][DIRECTIONS];
    __shared__ float smooth[2][DESCRIBE_WARPS][DIRECTIONS];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    int i = blockIdx.x * DESCRIBE_WARPS + warp;
    if (i >= num_keypoints) return;
    for (int k = lane; k < DIRECTIONS; k += 32) sums[warp][k] = 0;
    __syncwarp();

    Surroundings around(pyramid, keypoints[i]);
    Exact blur = around.scale * ORIENT_WINDOW;
    int radius = max(1, (int)(blur * 3.0f).value);
    Exact farthest = Exact((float)(radius * radius)) + 0.6f;
    Exact factor = Exact(-0.5f) / (blur * blur);
    SiftPatch patch(around, radius, 0);
    for (int p = lane; p < patch.pixels; p += 32) {
        int px = patch.left + p % patch.columns, py = patch.top + p / patch.columns;
        Exact dx = Exact((float)px) - around.x, dy = Exact((float)py) - around.y;
        Exact squared = dx * dx + dy * dy;
        if (squared >= farthest) continue;
        SiftGradient gradient(around, px, py);
        Exact weight = gradient.length * exponential(squared * factor);
        Exact place = gradient.direction * (float)DIRECTIONS - 0.5f;
        Exact lower = floor_of(place);
        Exact share = place - lower;
        int bin = (int)lower.value + DIRECTIONS;
        atomicAdd(&sums[warp][bin % DIRECTIONS], whole_of((Exact(1.0f) - share) * weight));
        atomicAdd(&sums[warp][(bin + 1) % DIRECTIONS], whole_of(share * weight));
    }
    __syncwarp();

    for (int k = lane; k < DIRECTIONS; k += 32) smooth[0][warp][k] = __uint2float_rn(sums[warp][k]);
    for (int pass = 0; pass < ORIENT_SMOOTHINGS; ++pass) {
        __syncwarp();
        const float *from = smooth[pass % 2][warp];
        for (int k = lane; k < DIRECTIONS; k += 32) {
            Exact sum = Exact(from[(k + DIRECTIONS - 1) % DIRECTIONS]) + from[k] + from[(k + 1) % DIRECTIONS];
            smooth[1 - pass % 2][warp][k] = (sum * 0.333333343f).value;
        }
    }
    __syncwarp();
    if (lane > 0) return;
    const float *histogram = smooth[ORIENT_SMOOTHINGS % 2][warp];
    Exact highest = 0.0f;
    for (int k = 0; k < DIRECTIONS; ++k) highest = largest(highest, histogram[k]);
    int found = 0;
    for (int k = 0; k < DIRECTIONS && found < SIFT_ORIENTATIONS; ++k) {
        Exact before = histogram[(k + DIRECTIONS - 1) % DIRECTIONS], value = histogram[k], after = histogram[(k + 1) % DIRECTIONS];
        if (value > highest * ORIENT_PEAK && value > before && value > after) {
            Exact offset = (before - after) * 0.5f / (before + after - value * 2.0f);
            orientations[SIFT_ORIENTATIONS * i + found] = ((offset + (float)k + 0.5f) / (float)DIRECTIONS).value;
            ++found;
        }
    }
    for (; found < SIFT_ORIENTATIONS; ++found) orientations[SIFT_ORIENTATIONS * i + found] = -1.0f;
}

// Shares a weight among the nearest two cells along x and y, and the nearest two directions.
__device__ __forceinline__ void add_to_cells(unsigned int *cells, Exact weight, Exact cell_x, Exact cell_y, Exact bin)
{
    int first_x = (int)floor_of(cell_x).value, first_y = (int)floor_of(cell_y).value, first_bin = (int)bin.value;
    Exact share_x = cell_x - (float)first_x, share_y = cell_y - (float)first_y, share_bin = bin - (float)first_bin;
#pragma unroll
    for (int j = 0; j < 2; ++j) {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
            int x = first_x + i, y = first_y + j;
            if (x < 0 || x >= CELLS || y < 0 || y >= CELLS) continue;
            Exact part = weight * (i == 0 ? Exact(1.0f) - share_x : share_x) * (j == 0 ? Exact(1.0f) - share_y : share_y);
            unsigned int *cell = cells + BINS * (CELLS * y + x);
            // directions count the other way round, as in the first descriptors of COLMAP
            atomicAdd(cell + (BINS - first_bin) % BINS, whole_of(part * (Exact(1.0f) - share_bin)));
            atomicAdd(cell + (2 * BINS - first_bin - 1) % BINS, whole_of(part * share_bin));
        }
    }
}

// The sum of four values of each lane. All 32 lanes call it, and all get it.
__device__ __forceinline__ Exact sum_of_warp(const Exact (&values)[4])
{
    Exact sum = values[0] + values[1] + values[2] + values[3];
    for (int offset = 16; offset > 0; offset /= 2) sum = sum + __shfl_xor_sync(0xffffffff, sum.value, offset);
    return sum;
}

extern "C" __global__ void __launch_bounds__(DESCRIBE_THREADS) sift_describe(
    int num_keypoints,                          // K
    SiftPyramid pyramid,
    const float4 *__restrict__ keypoints,       // [K] as of sift_refine
    const float *__restrict__ orientations,     // [K, SIFT_ORIENTATIONS] turns; -1: none
    // outputs
    uchar4 *__restrict__ descriptors)           // [K, SIFT_ORIENTATIONS, DESCRIPTOR] bytes; undefined where there is no orientation
{
    __shared__ unsigned int cells[DESCRIBE_WARPS][DESCRIPTOR];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    int i = blockIdx.x * DESCRIBE_WARPS + warp;
    if (i >= num_keypoints * SIFT_ORIENTATIONS) return;
    Exact orientation = orientations[i];
    if (orientation < 0.0f) return;
    for (int k = lane; k < DESCRIPTOR; k += 32) cells[warp][k] = 0;
    __syncwarp();

    Surroundings around(pyramid, keypoints[i / SIFT_ORIENTATIONS]);
    Exact side = around.scale * CELL_SIDE;
    Exact cosine = cosine_of(orientation) / side, sine = sine_of(orientation) / side;
    int radius = (int)(side * 1.4142135f * (0.5f * (CELLS + 1)) + 0.5f).value;
    SiftPatch patch(around, radius, 1);
    for (int p = lane; p < patch.pixels; p += 32) {
        int px = patch.left + p % patch.columns, py = patch.top + p / patch.columns;
        Exact dx = Exact((float)px) - around.x, dy = Exact((float)py) - around.y;
        Exact across = cosine * dx + sine * dy;   // in cells from the middle
        Exact down = cosine * dy - sine * dx;
        Exact cell_x = across + (0.5f * CELLS - 0.5f), cell_y = down + (0.5f * CELLS - 0.5f);
        if (cell_x <= -1.0f || cell_x >= (float)CELLS || cell_y <= -1.0f || cell_y >= (float)CELLS) continue;
        SiftGradient gradient(around, px, py);
        Exact weight = gradient.length * exponential((across * across + down * down) * (-2.0f / (CELLS * CELLS)));
        Exact turned = gradient.direction - orientation;
        add_to_cells(cells[warp], weight, cell_x, cell_y, (turned - floor_of(turned)) * (float)BINS);
    }
    __syncwarp();

    Exact values[4] = {0.0f, 0.0f, 0.0f, 0.0f}, squares[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int k = 0; k < 4; ++k) {
        values[k] = __uint2float_rn(cells[warp][4 * lane + k]);
        squares[k] = values[k] * values[k];
    }
    Exact length = root(sum_of_warp(squares));
    Exact scale = length > 0.0f ? Exact(1.0f) / length : Exact(0.0f);
    for (int k = 0; k < 4; ++k) values[k] = least(values[k] * scale, DESCRIPTOR_LARGEST);
    Exact all = sum_of_warp(values);
    Exact share = all > 0.0f ? Exact(1.0f) / all : Exact(0.0f);
    int bytes[4];
    for (int k = 0; k < 4; ++k) bytes[k] = min(255, (int)(root(values[k] * share) * 512.0f + 0.5f).value);
    descriptors[32 * (long long)i + lane] = make_uchar4(bytes[0], bytes[1], bytes[2], bytes[3]);
}
