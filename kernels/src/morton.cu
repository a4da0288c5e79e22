// morton.cu: the order of Gaussians along a Morton curve, so that neighbours in space are neighbours in memory.
//
// mean_bounds   computes the box around all finite means
// morton_codes  computes each mean's cell of a 1024^3 grid in that box and interleaves the bits of its three coordinates. The codes
//               are keys for sort.cu, with four digits of eight bits. Means that are not finite come last
// gather_rows   copies one array's rows into another order
//
// Launch  1-D, one thread per Gaussian, or per float4 of the new array. Same bits on every run
// Host    MeanBoundsKernel.java, MortonCodesKernel.java, GatherRowsKernel.java        Reference  MortonOrder.java
// Source  Morton 1966, "A Computer Oriented Geodetic Data Base and a New Technique in File Sequencing"
#include "pointers.cuh"

#define MORTON_CELLS 1024       // along each axis
#define MORTON_LAST (1u << 30)  // code of a mean that is not finite
#define MORTON_PASSES 4
#define MORTON_BINS 256

// A float's bits, which sort as unsigned integers like the float.
__device__ __forceinline__ unsigned int ordered_bits(float value) {
    unsigned int bits = __float_as_uint(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ bool is_finite_mean(float4 first) { return isfinite(first.x) && isfinite(first.y) && isfinite(first.z); }

// The largest value of the warp's lanes. All 32 lanes call it; the result is valid in all.
__device__ __forceinline__ unsigned int warp_max(unsigned int value) {
#pragma unroll
    for (int d = 16; d > 0; d /= 2) value = max(value, __shfl_xor_sync(FULL_WARP, value, d));
    return value;
}

extern "C" __global__ void mean_bounds(
    int num_gaussians,     // N
    // outputs
    MortonPointers morton) // bounds; geometry is read
{
    ReadOnly<float4> geometry = morton.geometry;
    unsigned int *__restrict__ bounds = morton.bounds;
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    float4 mean = n < num_gaussians ? geometry[3 * n] : make_float4(INFINITY, 0.0f, 0.0f, 0.0f);
    bool finite = is_finite_mean(mean);
    unsigned int values[3] = {ordered_bits(mean.x), ordered_bits(mean.y), ordered_bits(mean.z)};
    for (int i = 0; i < 3; ++i) {
        unsigned int high = warp_max(finite ? values[i] : 0u);
        unsigned int low = warp_max(finite ? ~values[i] : 0u);
        if ((threadIdx.x & 31) == 0 && high > 0) {
            atomicMax(&bounds[i], high);
            atomicMax(&bounds[3 + i], low);
        }
    }
}

// Puts two zero bits between each two of the lowest ten bits.
__device__ __forceinline__ unsigned int spread_bits(unsigned int value) {
    value = (value | value << 16) & 0x030000ffu;
    value = (value | value << 8) & 0x0300f00fu;
    value = (value | value << 4) & 0x030c30c3u;
    return (value | value << 2) & 0x09249249u;
}

__device__ __forceinline__ unsigned int cell(float value, float low, float scale) {
    return (unsigned int)fminf(__fmul_rn(__fsub_rn(value, low), scale), MORTON_CELLS - 1);
}

// The cells of a Morton curve. By value; MortonGridArgument.java has the same members.
struct MortonGrid {
    float low[3];     // of the box: x, y, z
    float scale[3];   // cells per world unit
};

extern "C" __global__ void morton_codes(
    int num_gaussians,     // N
    MortonGrid cells,
    // outputs
    MortonPointers morton) // codes, rows, histograms +=; geometry is read
{
    ReadOnly<float4> geometry = morton.geometry;
    unsigned int *__restrict__ codes = morton.codes;
    unsigned int *__restrict__ rows = morton.rows;
    unsigned int *__restrict__ histograms = morton.histograms;
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= num_gaussians) return;
    float4 mean = geometry[3 * n];
    unsigned int code = MORTON_LAST;
    if (is_finite_mean(mean))
        code = spread_bits(cell(mean.x, cells.low[0], cells.scale[0])) | spread_bits(cell(mean.y, cells.low[1], cells.scale[1])) << 1
            | spread_bits(cell(mean.z, cells.low[2], cells.scale[2])) << 2;
    codes[n] = code;
    rows[n] = n;
    for (int pass = 0; pass < MORTON_PASSES; ++pass)
        atomicAdd(&histograms[pass * MORTON_BINS + (code >> (8 * pass) & (MORTON_BINS - 1))], 1);
}

extern "C" __global__ void gather_rows(
    int num_rows,
    int width,                  // float4 per row
    const unsigned int *__restrict__ rows,   // [num_rows] the old row of each new row
    // outputs
    RowPointers array)
{
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    size_t row = at / width;
    if (row >= num_rows) return;
    to[at] = from[(size_t)rows[row] * width + at % width];
}
