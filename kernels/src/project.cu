// project.cu: projects Gaussians to one view's picture.
//
// Writes  splats, tile counts and depth keys of the V visible Gaussians, in the order of their indices
// Launch  1-D, PROJECT_THREADS per block, one thread per Gaussian; a chained scan over blocks; same bits on every run
// Host    ProjectKernel.java        Reference  CpuProject.java
// Source  Zwicker et al. 2001, "EWA Volume Splatting"; Kerbl et al. 2023, section 4 and appendix A; Yu et al. 2024,
//         "Mip-Splatting", section 4.2
#include "coefficients.cuh"
#include "ellipse.cuh"
#include "gaussian.cuh"
#include "scan.cuh"

#define PROJECT_THREADS 128
#define DEPTH_DIGIT_BITS 9   // three passes over 27 bits: sorts every float from the near plane to 65,536 times as far
#define DEPTH_PASSES 3
#define DEPTH_BINS (1 << DEPTH_DIGIT_BITS)

// Depth bits minus those of the near plane. Depths beyond 27 bits get the same key: their order is lost, but nothing else.
__device__ __forceinline__ unsigned int depth_key(float depth, float near_plane) {
    unsigned int key = __float_as_uint(depth) - __float_as_uint(near_plane);
    return min(key, (1u << (DEPTH_PASSES * DEPTH_DIGIT_BITS)) - 1);
}

// Reads all coefficients, so that NaN or infinity is found even in a band that is not in use: 0 x NaN is NaN.
template <class Chunk>
__device__ __forceinline__ float3 color_of(int sh_degree, ReadOnly<Chunk> sh, size_t n, float x, float y, float z) {
    float basis[16];
    sh_basis(sh_degree, x, y, z, basis);
    float color[3] = {0.5f, 0.5f, 0.5f};
#pragma unroll
    for (int q = 0; q < 12; ++q) {
        float4 chunk = load_chunk(sh, n, q);
        color[(4 * q) % 3] += chunk.x * basis[4 * q / 3];
        color[(4 * q + 1) % 3] += chunk.y * basis[(4 * q + 1) / 3];
        color[(4 * q + 2) % 3] += chunk.z * basis[(4 * q + 2) / 3];
        color[(4 * q + 3) % 3] += chunk.w * basis[(4 * q + 3) / 3];
    }
    return make_float3(color[0], color[1], color[2]);
}

template <class Chunk>
__device__ __forceinline__ void project_rows(
    int num_gaussians, int sh_degree, const Camera &camera, const GeometryPointers &from, const ShPointers<Chunk> &sh,
    const SplatPointers &to, const DepthPointers &depths, unsigned int *__restrict__ chain, const StatePointers &state) {
    ReadOnly<float4> geometry = from.values;
    ReadOnly<Chunk> sh_coefficients = sh.values;
    float4 *__restrict__ splats = to.splats;
    float4 *__restrict__ splat_gradients = to.splat_gradients;
    int *__restrict__ gaussian_indices = to.gaussian_indices;
    unsigned int *__restrict__ tile_counts = to.tile_counts;
    unsigned int *__restrict__ depth_keys = depths.keys;
    unsigned int *__restrict__ order = depths.order;
    unsigned int *__restrict__ histograms = depths.histograms;
    Counts *__restrict__ counts = state.counts;
    Progress *__restrict__ progress = state.progress;
    __shared__ unsigned int histogram[DEPTH_PASSES * DEPTH_BINS];
    __shared__ unsigned int sums[PROJECT_THREADS / WARP];
    __shared__ unsigned int block_shared, prefix_shared, tiles_shared;
    if (progress->overflow) return;
    for (int i = threadIdx.x; i < DEPTH_PASSES * DEPTH_BINS; i += PROJECT_THREADS) histogram[i] = 0;
    if (threadIdx.x == 0) {
        block_shared = atomicAdd(&counts->tickets[0], 1);
        tiles_shared = 0;
    }
    __syncthreads();
    unsigned int block = block_shared;
    int n = block * PROJECT_THREADS + threadIdx.x;
    bool visible = false;
    unsigned int tiles = 0;
    Gaussian g;
    View view;
    Splat splat;
    float3 color;
    float reach;  // squared Mahalanobis distance at which alpha is ALPHA_MIN
    if (n < num_gaussians) {
        g = gaussian_of(geometry[3 * n], geometry[3 * n + 1], geometry[3 * n + 2]);
        to_camera(camera, g.mean, view.at);
        if (!is_finite(g)) {
            atomicAdd(&progress->non_finite, 1);
        } else if (view.at[2] > camera.near_plane) {
            view = view_of(camera, g);
            float inverse_det = 1.0f / (view.xx * view.yy - view.xy * view.xy);
            splat.x = camera.fx * view.at[0] / view.at[2] + camera.cx;
            splat.y = camera.fy * view.at[1] / view.at[2] + camera.cy;
            splat.xx = 0.5f * LOG2_E * view.yy * inverse_det;
            splat.xy = -LOG2_E * view.xy * inverse_det;
            splat.yy = 0.5f * LOG2_E * view.xx * inverse_det;
            splat.log2_opacity = log2f(sigmoid(g.logit_opacity));
            if (camera.antialiased)
                splat.log2_opacity += 0.5f * log2f(fmaxf(determinant_of(view) * inverse_det, DETERMINANT_RATIO_MIN));
            reach = (splat.log2_opacity - EXPONENT_MIN) * (2.0f / LOG2_E);
            float extent_x = sqrtf(reach * view.xx), extent_y = sqrtf(reach * view.yy);
            float toward[3] = {g.mean[0] - camera.center[0], g.mean[1] - camera.center[1], g.mean[2] - camera.center[2]};
            float inverse = rsqrtf(toward[0] * toward[0] + toward[1] * toward[1] + toward[2] * toward[2]);
            visible = reach >= 0.0f && inverse_det > 0.0f && isfinite(inverse_det) && isfinite(view.xx + view.yy)
                && splat.x + extent_x > 0.0f && splat.x - extent_x < camera.width
                && splat.y + extent_y > 0.0f && splat.y - extent_y < camera.height;
            if (visible) {
                color = color_of(sh_degree, sh_coefficients, n, toward[0] * inverse, toward[1] * inverse, toward[2] * inverse);
                visible = isfinite(color.x + color.y + color.z);
                if (!visible) atomicAdd(&progress->non_finite, 1);
            }
            if (visible) {
                Ellipse ellipse = ellipse_of(splat);
                int2 rows = tile_rows(ellipse, camera.tiles_y);
                for (int row = rows.x; row < rows.y; ++row) {
                    int2 run = tile_run(ellipse, row, camera.tiles_x);
                    tiles += run.y - run.x;
                }
            }
        }
    }
    unsigned int block_visible;
    unsigned int rank = block_exclusive_sum<PROJECT_THREADS>(visible ? 1 : 0, sums, &block_visible);
    if (threadIdx.x < WARP) {
        unsigned int prefix = chain_prefix(chain, block, block_visible);
        if (threadIdx.x == 0) prefix_shared = prefix;
    }
    if (visible) atomicAdd(&tiles_shared, tiles);
    __syncthreads();
    if (threadIdx.x == 0 && block_visible > 0) {
        atomicAdd(&counts->visible, block_visible);
        // A block adds at most 2^25, so one of them sees a sum above the limit before it wraps around.
        if (atomicAdd(&counts->intersections, tiles_shared) + tiles_shared > INTERSECTIONS_MAX) counts->too_many = 1;
    }
    if (visible) {
        unsigned int v = prefix_shared + rank;
        float mid = 0.5f * (view.xx + view.yy);
        float spread = sqrtf(0.25f * (view.xx - view.yy) * (view.xx - view.yy) + view.xy * view.xy);
        float radius = fmaxf(1.0f, ceilf(sqrtf(reach * (mid + spread))));
        splats[3 * v] = make_float4(splat.x, splat.y, splat.xx, splat.xy);
        splats[3 * v + 1] = make_float4(splat.yy, splat.log2_opacity, fmaxf(color.x, 0.0f), fmaxf(color.y, 0.0f));
        splats[3 * v + 2] = make_float4(fmaxf(color.z, 0.0f), radius, view.at[2], 0.0f);
        for (int i = 0; i < 3; ++i) splat_gradients[3 * v + i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        gaussian_indices[v] = n;
        tile_counts[v] = tiles;
        unsigned int key = depth_key(view.at[2], camera.near_plane);
        depth_keys[v] = key;
        order[v] = v;
        for (int pass = 0; pass < DEPTH_PASSES; ++pass)
            atomicAdd(&histogram[pass * DEPTH_BINS + ((key >> (pass * DEPTH_DIGIT_BITS)) & (DEPTH_BINS - 1))], 1);
    }
    __syncthreads();
    if (block_visible == 0) return;
    for (int i = threadIdx.x; i < DEPTH_PASSES * DEPTH_BINS; i += PROJECT_THREADS)
        if (histogram[i] > 0) atomicAdd(&histograms[i], histogram[i]);
}

extern "C" __global__ void __launch_bounds__(PROJECT_THREADS) project(
    int num_gaussians,       // N
    int sh_degree,           // bands in use
    Camera camera,
    GeometryPointers geometry,
    ShPointers<float4> sh,
    // outputs
    SplatPointers splats,    // gradients set to 0
    DepthPointers depths,    // histograms +=
    unsigned int *__restrict__ chain,     // [blocks] zero
    StatePointers state)     // +=
{
    project_rows(num_gaussians, sh_degree, camera, geometry, sh, splats, depths, chain, state);
}

extern "C" __global__ void __launch_bounds__(PROJECT_THREADS) project_half(
    int num_gaussians,       // N
    int sh_degree,           // bands in use
    Camera camera,
    GeometryPointers geometry,
    ShPointers<uint2> sh,    // coefficients in 16 bits
    // outputs
    SplatPointers splats,    // gradients set to 0
    DepthPointers depths,    // histograms +=
    unsigned int *__restrict__ chain,     // [blocks] zero
    StatePointers state)     // +=
{
    project_rows(num_gaussians, sh_degree, camera, geometry, sh, splats, depths, chain, state);
}
