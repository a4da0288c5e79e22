// morton.cu: the order of Gaussians along a Morton curve, so that neighbours in space are neighbours in memory.
//
// mean_bounds   the box around all finite means
// morton_codes  each mean's cell of a 1024^3 grid in that box, its three coordinates' bits interleaved; keys of a sort by
//               sort.cu, four digits of eight bits. What isn't finite comes last
// gather_rows   one array's rows in another order
//
// Launch  1-D, one thread per Gaussian, or per float4 of the new array. Same bits on every run
// Host    MeanBoundsKernel.java, MortonCodesKernel.java, GatherRowsKernel.java        Reference  MortonOrder.java
// Source  Morton 1966, "A Computer Oriented Geodetic Data Base and a New Technique in File Sequencing"
#include "splat.cuh"

#define MORTON_CELLS 1024       // along each axis
#define MORTON_LAST (1u << 30)  // code of what isn't finite
#define MORTON_PASSES 4
#define MORTON_BINS 256

// A float's bits, ordered as the float is.
__device__ __forceinline__ unsigned int ordered_bits(float value) {
    unsigned int bits = __float_as_uint(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ bool is_finite_mean(float4 first) { return isfinite(first.x) && isfinite(first.y) && isfinite(first.z); }

// Largest value of the warp's lanes, in all of them. All 32 lanes call it.
__device__ __forceinline__ unsigned int warp_max(unsigned int value) {
#pragma unroll
    for (int d = 16; d > 0; d /= 2) value = max(value, __shfl_xor_sync(FULL_WARP, value, d));
    return value;
}

extern "C" __global__ void mean_bounds(
    int num_gaussians,                            // N
    const float4 *__restrict__ geometry,          // [N, 12]
    // outputs
    unsigned int *__restrict__ bounds)            // [2, 3] zero: largest ordered bits of x, y, z; of their complements
{
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

// Two zero bits between each two of the lowest ten.
__device__ __forceinline__ unsigned int spread_bits(unsigned int value) {
    value = (value | value << 16) & 0x030000ffu;
    value = (value | value << 8) & 0x0300f00fu;
    value = (value | value << 4) & 0x030c30c3u;
    return (value | value << 2) & 0x09249249u;
}

__device__ __forceinline__ unsigned int cell(float value, float low, float scale) {
    return (unsigned int)fminf(__fmul_rn(__fsub_rn(value, low), scale), MORTON_CELLS - 1);
}

extern "C" __global__ void morton_codes(
    int num_gaussians,                            // N
    float low_x, float low_y, float low_z,        // of the box
    float scale_x, float scale_y, float scale_z,  // cells a world unit
    const float4 *__restrict__ geometry,          // [N, 12]
    // outputs
    unsigned int *__restrict__ codes,             // [N]
    unsigned int *__restrict__ rows,              // [N] 0, 1, 2, …: what the sort permutes
    unsigned int *__restrict__ histograms)        // [MORTON_PASSES, MORTON_BINS] +=
{
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= num_gaussians) return;
    float4 mean = geometry[3 * n];
    unsigned int code = MORTON_LAST;
    if (is_finite_mean(mean))
        code = spread_bits(cell(mean.x, low_x, scale_x)) | spread_bits(cell(mean.y, low_y, scale_y)) << 1
            | spread_bits(cell(mean.z, low_z, scale_z)) << 2;
    codes[n] = code;
    rows[n] = n;
    for (int pass = 0; pass < MORTON_PASSES; ++pass)
        atomicAdd(&histograms[pass * MORTON_BINS + (code >> (8 * pass) & (MORTON_BINS - 1))], 1);
}

extern "C" __global__ void gather_rows(
    int num_rows, int width,                      // float4 a row
    const unsigned int *__restrict__ rows,        // [rows] the old row of each
    const float4 *__restrict__ from,              // [.., width]
    // outputs
    float4 *__restrict__ to)                      // [rows, width]
{
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    size_t row = at / width;
    if (row >= num_rows) return;
    to[at] = from[(size_t)rows[row] * width + at % width];
}
