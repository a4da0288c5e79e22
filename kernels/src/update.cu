// update.cu: from gradients on the picture to parameters: backward projection and Adam in one pass, without storing gradients.
//
// update_visible     the V Gaussians that the view shows, and the statistics for densification
// add_bands          the same, but gradients of bands 1 to 3 are added to sums of several views
// add_gradients      all gradients are added to the sums
// step_bands         Adam with the sums of bands 1 to 3, which become zero
// step_others        Adam with the sums of all other parameters, which become zero
// update_unseen      the other Gaussians, whose gradient is zero, for dense Adam
// project_gradients  writes the same gradients, for tests and tools
//
// Launch  1-D. update_visible, add_*: UPDATE_THREADS per block, one warp per 32 visible Gaussians. Each lane has one Gaussian's
//         geometry; all lanes together have the spherical harmonics, so that 192 contiguous bytes are read and written together.
//         step_*: one thread per float4 of a row
//         Same bits on every run, given the splat gradients
// Host    UpdateVisibleKernel.java, UpdateUnseenKernel.java, AddGradientsKernel.java, Step*Kernel.java, ProjectGradientsKernel.java
// Reference  CpuProjectBackward.java, CpuAdam.java, CpuGradientSums.java
// Source  Kerbl et al. 2023, appendix A; Kingma and Ba 2015, "Adam", algorithm 1
#include "coefficients.cuh"
#include "gaussian.cuh"
#include "update.cuh"

#define UPDATE_THREADS 128
#define SH_STRIDE 49   // floats in shared memory: lanes read down columns without bank conflicts

// Which gradients are added to sums; Adam steps with the others.
enum Adds { ADDS_NONE, ADDS_BANDS, ADDS_ALL };

__device__ __forceinline__ void add(float4 &sum, float x, float y, float z, float w) {
    float4 value = sum;
    sum = make_float4(value.x + x, value.y + y, value.z + z, value.w + w);
}

// Adds the part of the mean's gradient that comes through the viewing direction. `sh` holds the Gaussian's coefficients.
__device__ __forceinline__ void add_direction_gradient(
    int sh_degree, const float *sh, const float direction[3], float inverse_distance, const float color[3], float mean[3]) {
    float weight[16];
#pragma unroll
    for (int k = 0; k < 16; ++k) {
        bool used = k < (sh_degree + 1) * (sh_degree + 1);
        weight[k] = used ? sh[3 * k] * color[0] + sh[3 * k + 1] * color[1] + sh[3 * k + 2] * color[2] : 0.0f;
    }
    float d[3];
    sh_direction_gradient(sh_degree, direction[0], direction[1], direction[2], weight, d);
    float along = d[0] * direction[0] + d[1] * direction[1] + d[2] * direction[2];
    for (int i = 0; i < 3; ++i) mean[i] += (d[i] - along * direction[i]) * inverse_distance;
}

struct UpdateWarp {
    float sh[WARP][SH_STRIDE];
    float basis[WARP][17];
    float color[WARP][3];
    int index[WARP];     // Gaussian; -1: nothing to update
};

// Loads the first `chunks` float4 of the coefficients of the warp's 32 Gaussians into shared memory.
template <int chunks, class Chunk>
__device__ __forceinline__ void load_sh(const Chunk *sh_coefficients, UpdateWarp &warp) {
    int lane = threadIdx.x & 31;
#pragma unroll
    for (int i = 0; i < chunks; ++i) {
        int at = i * WARP + lane;
        int n = warp.index[at / chunks], q = at % chunks;
        float4 value = n >= 0 ? load_chunk(sh_coefficients, n, q) : make_float4(0, 0, 0, 0);
        float *to = &warp.sh[at / chunks][4 * q];
        to[0] = value.x; to[1] = value.y; to[2] = value.z; to[3] = value.w;
    }
}

template <int chunks, Adds adds, class Chunk>
__device__ __forceinline__ void update_sh(
    const Adam &adam, const ShPointers<Chunk> &sh, const SumPointers &sums, const UpdateWarp &warp) {
    Chunk *__restrict__ sh_coefficients = sh.values;
    Chunk *__restrict__ sh_first = sh.first;
    Chunk *__restrict__ sh_second = sh.second;
    float4 *__restrict__ sh_sums = sums.sh;
    int lane = threadIdx.x & 31;
#pragma unroll 4
    for (int i = 0; i < chunks; ++i) {
        int at = i * WARP + lane;
        int g = at / chunks, q = at % chunks;
        int n = warp.index[g];
        if (n < 0) continue;
        float gradient[4];
#pragma unroll
        for (int e = 0; e < 4; ++e) {
            int j = 4 * q + e, k = j / 3;
            gradient[e] = warp.basis[g][k] * warp.color[g][j - 3 * k];
        }
        if (adds == ADDS_ALL || (adds == ADDS_BANDS && q > 0)) {
            add(sh_sums[SH_CHUNKS * (size_t)n + q], gradient[0], gradient[1], gradient[2], gradient[3]);
            continue;
        }
        float4 first = load_first(sh_first, n, q), second = load_second(sh_second, n, q);
        float value[4], m[4] = {first.x, first.y, first.z, first.w}, v[4] = {second.x, second.y, second.z, second.w};
#pragma unroll
        for (int e = 0; e < 4; ++e) {
            int j = 4 * q + e;
            value[e] = warp.sh[g][j];
            if (adds == ADDS_BANDS && e == 3) {  // q is 0: band 0 and one number of band 1
                sh_sums[SH_CHUNKS * (size_t)n].w += gradient[3];
            } else {
                adam_update(adam, j < 3 ? adam.sh0_rate : adam.sh_rest_rate, gradient[e], value[e], m[e], v[e]);
            }
        }
        store_chunk(sh_coefficients, n, q, make_float4(value[0], value[1], value[2], value[3]), adam.step, 0);
        store_first(sh_first, n, q, make_float4(m[0], m[1], m[2], m[3]), adam.step);
        store_second(sh_second, n, q, make_float4(v[0], v[1], v[2], v[3]), adam.step);
    }
}

// Writes or adds the geometry of one Gaussian, and its share of the statistics for densification.
template <bool gathers, Adds adds>
__device__ __forceinline__ void update_geometry(
    const Adam &adam, const GaussianGradient &gradient, float ndc, int n, float4 a, float4 b, float4 c, const GeometryPointers &to,
    const SumPointers &sums) {
    float4 *__restrict__ geometry = to.values;
    float4 *__restrict__ geometry_first = to.first;
    float4 *__restrict__ geometry_second = to.second;
    if (adds == ADDS_ALL) {
        float4 *__restrict__ geometry_sums = sums.geometry;
        add(geometry_sums[3 * n], gradient.mean[0], gradient.mean[1], gradient.mean[2], gradient.logit_opacity);
        add(geometry_sums[3 * n + 1], gradient.quat[0], gradient.quat[1], gradient.quat[2], gradient.quat[3]);
        add(geometry_sums[3 * n + 2], gradient.log_scale[0], gradient.log_scale[1], gradient.log_scale[2], 0.0f);
        if (gathers) {
            geometry_first[3 * n + 2].w += ndc;
            geometry_second[3 * n + 2].w += 1.0f;
        }
        return;
    }
    float4 ma = geometry_first[3 * n], mb = geometry_first[3 * n + 1], mc = geometry_first[3 * n + 2];
    float4 va = geometry_second[3 * n], vb = geometry_second[3 * n + 1], vc = geometry_second[3 * n + 2];
    adam_update(adam, adam.means_rate, gradient.mean[0], a.x, ma.x, va.x);
    adam_update(adam, adam.means_rate, gradient.mean[1], a.y, ma.y, va.y);
    adam_update(adam, adam.means_rate, gradient.mean[2], a.z, ma.z, va.z);
    adam_update(adam, adam.opacity_rate, gradient.logit_opacity, a.w, ma.w, va.w);
    adam_update(adam, adam.quat_rate, gradient.quat[0], b.x, mb.x, vb.x);
    adam_update(adam, adam.quat_rate, gradient.quat[1], b.y, mb.y, vb.y);
    adam_update(adam, adam.quat_rate, gradient.quat[2], b.z, mb.z, vb.z);
    adam_update(adam, adam.quat_rate, gradient.quat[3], b.w, mb.w, vb.w);
    adam_update(adam, adam.scale_rate, gradient.log_scale[0], c.x, mc.x, vc.x);
    adam_update(adam, adam.scale_rate, gradient.log_scale[1], c.y, mc.y, vc.y);
    adam_update(adam, adam.scale_rate, gradient.log_scale[2], c.z, mc.z, vc.z);
    if (gathers) {
        mc.w += ndc;
        vc.w += 1.0f;
    }
    geometry[3 * n] = a; geometry[3 * n + 1] = b; geometry[3 * n + 2] = c;
    geometry_first[3 * n] = ma; geometry_first[3 * n + 1] = mb; geometry_first[3 * n + 2] = mc;
    geometry_second[3 * n] = va; geometry_second[3 * n + 1] = vb; geometry_second[3 * n + 2] = vc;
}

// `gathers`: whether this step's gradients count for densification.
template <bool gathers, Adds adds, class Chunk>
__device__ __forceinline__ void update_visible_rows(
    int sh_degree, const Camera &camera, const Adam &adam, const SplatPointers &seen, const GeometryPointers &to,
    const ShPointers<Chunk> &sh, const SumPointers &sums, const StatePointers &state) {
    ReadOnly<int> gaussian_indices = seen.gaussian_indices;
    ReadOnly<float4> splats = seen.splats;
    ReadOnly<float4> splat_gradients = seen.splat_gradients;
    const Counts *__restrict__ counts = state.counts;
    Progress *__restrict__ progress = state.progress;
    const float4 *__restrict__ geometry = to.values;
    __shared__ UpdateWarp warps[UPDATE_THREADS / WARP];
    if (progress->overflow) return;
    unsigned int num_visible = counts->visible;
    if (blockIdx.x == 0 && threadIdx.x == 0) progress->steps_done += 1;
    unsigned int v = blockIdx.x * UPDATE_THREADS + threadIdx.x;
    if ((v & ~31u) >= num_visible) return;
    UpdateWarp &warp = warps[threadIdx.x / WARP];
    int lane = threadIdx.x & 31;
    int n = v < num_visible ? gaussian_indices[v] : -1;
    SplatGradient from = {};
    if (n >= 0) {
        from = splat_gradient_of(splat_gradients[3 * v], splat_gradients[3 * v + 1], splat_gradients[3 * v + 2]);
        if (!is_finite(from)) {
            atomicAdd(&progress->non_finite, 1);
            n = -1;
        } else {
            hold_colors(splats[3 * v + 1], splats[3 * v + 2], from);
        }
    }
    warp.index[lane] = n;
    __syncwarp();
    int chunks = sh_degree == 0 ? 1 : sh_degree == 1 ? 3 : sh_degree == 2 ? 7 : 12;
    switch (chunks) {
        case 1: load_sh<1>(sh.values, warp); break;
        case 3: load_sh<3>(sh.values, warp); break;
        case 7: load_sh<7>(sh.values, warp); break;
        default: load_sh<12>(sh.values, warp); break;
    }
    __syncwarp();
    if (n >= 0) {
        float4 a = geometry[3 * n], b = geometry[3 * n + 1], c = geometry[3 * n + 2];
        Gaussian g = gaussian_of(a, b, c);
        View view = view_of(camera, g);
        GaussianGradient gradient = project_gradient(camera, g, view, from);
        float direction[3], basis[16];
        float inverse_distance = direction_of(camera, g, direction);
        sh_basis(sh_degree, direction[0], direction[1], direction[2], basis);
#pragma unroll
        for (int k = 0; k < 16; ++k) warp.basis[lane][k] = basis[k];
        for (int i = 0; i < 3; ++i) warp.color[lane][i] = from.color[i];
        add_direction_gradient(sh_degree, warp.sh[lane], direction, inverse_distance, from.color, gradient.mean);

        float ndc_x = 0.5f * camera.width * gradient.mean2d[0], ndc_y = 0.5f * camera.height * gradient.mean2d[1];
        float ndc = gathers ? sqrtf(ndc_x * ndc_x + ndc_y * ndc_y) : 0.0f;
        update_geometry<gathers, adds>(adam, gradient, ndc, n, a, b, c, to, sums);
        if (adds != ADDS_NONE) sums.seen[n] = adam.step;
    }
    __syncwarp();
    switch (chunks) {
        case 1: update_sh<1, adds>(adam, sh, sums, warp); break;
        case 3: update_sh<3, adds>(adam, sh, sums, warp); break;
        case 7: update_sh<7, adds>(adam, sh, sums, warp); break;
        default: update_sh<12, adds>(adam, sh, sums, warp); break;
    }
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) update_visible(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    StatePointers state)
{
    update_visible_rows<false, ADDS_NONE>(sh_degree, camera, adam, splats, geometry, sh, {}, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) update_visible_half(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    StatePointers state)
{
    update_visible_rows<false, ADDS_NONE>(sh_degree, camera, adam, splats, geometry, sh, {}, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) update_visible_gathering(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    StatePointers state)
{
    update_visible_rows<true, ADDS_NONE>(sh_degree, camera, adam, splats, geometry, sh, {}, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) update_visible_gathering_half(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    StatePointers state)
{
    update_visible_rows<true, ADDS_NONE>(sh_degree, camera, adam, splats, geometry, sh, {}, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_bands(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<false, ADDS_BANDS>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_bands_half(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<false, ADDS_BANDS>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_bands_gathering(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<true, ADDS_BANDS>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_bands_gathering_half(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<true, ADDS_BANDS>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_gradients(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<false, ADDS_ALL>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_gradients_half(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<false, ADDS_ALL>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_gradients_gathering(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<true, ADDS_ALL>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) add_gradients_gathering_half(
    int sh_degree,
    Camera camera,
    Adam adam,
    SplatPointers splats,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    SumPointers sums,
    StatePointers state)
{
    update_visible_rows<true, ADDS_ALL>(sh_degree, camera, adam, splats, geometry, sh, sums, state);
}

// Adam with a sum, which becomes zero.
__device__ __forceinline__ void step_with(const Adam &adam, float rate, float &sum, float &value, float &first, float &second) {
    adam_update(adam, rate, sum, value, first, second);
    sum = 0.0f;
}

template <class Chunk>
__device__ __forceinline__ void step_chunk(
    const Adam &adam, bool bands, const ShPointers<Chunk> &sh, const SumPointers &sums, size_t n, int q) {
    float4 value = load_chunk((const Chunk *)sh.values, n, q), sum = sums.sh[SH_CHUNKS * n + q];
    float4 first = load_first(sh.first, n, q), second = load_second(sh.second, n, q);
    float rate = bands ? adam.sh_rest_rate : adam.sh0_rate;
    if ((q == 0) != bands) {
        step_with(adam, rate, sum.x, value.x, first.x, second.x);
        step_with(adam, rate, sum.y, value.y, first.y, second.y);
        step_with(adam, rate, sum.z, value.z, first.z, second.z);
    }
    if (bands) step_with(adam, rate, sum.w, value.w, first.w, second.w);
    sums.sh[SH_CHUNKS * n + q] = sum;
    store_chunk(sh.values, n, q, value, adam.step, 0);
    store_first(sh.first, n, q, first, adam.step);
    store_second(sh.second, n, q, second, adam.step);
}

template <class Chunk>
__device__ __forceinline__ void step_bands_rows(
    int num_gaussians, unsigned int since, const Adam &adam, const Progress *__restrict__ progress, const ShPointers<Chunk> &sh,
    const SumPointers &sums) {
    if (progress->overflow) return;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    size_t n = at / SH_CHUNKS;
    if (n >= num_gaussians || sums.seen[n] <= since) return;
    step_chunk(adam, true, sh, sums, n, at % SH_CHUNKS);
}

extern "C" __global__ void step_bands(
    int num_gaussians,       // N
    int since,               // only Gaussians that a later step saw
    Adam adam,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    ShPointers<float4> sh,
    SumPointers sums)
{
    step_bands_rows(num_gaussians, since, adam, progress, sh, sums);
}

extern "C" __global__ void step_bands_half(
    int num_gaussians,       // N
    int since,               // only Gaussians that a later step saw
    Adam adam,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    ShPointers<uint2> sh,
    SumPointers sums)
{
    step_bands_rows(num_gaussians, since, adam, progress, sh, sums);
}

#define OTHER_PARTS 4   // float4 per Gaussian: three of geometry, and band 0

template <class Chunk>
__device__ __forceinline__ void step_others_rows(
    int num_gaussians, unsigned int since, const Adam &adam, const Progress *__restrict__ progress, const GeometryPointers &geometry,
    const ShPointers<Chunk> &sh, const SumPointers &sums) {
    if (progress->overflow) return;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    size_t n = at / OTHER_PARTS;
    int part = at % OTHER_PARTS;
    if (n >= num_gaussians || sums.seen[n] <= since) return;
    if (part == OTHER_PARTS - 1) {
        step_chunk(adam, false, sh, sums, n, 0);
        return;
    }
    float xyz = part == 0 ? adam.means_rate : part == 1 ? adam.quat_rate : adam.scale_rate;
    float4 value = geometry.values[3 * n + part], sum = sums.geometry[3 * n + part];
    float4 first = geometry.first[3 * n + part], second = geometry.second[3 * n + part];
    step_with(adam, xyz, sum.x, value.x, first.x, second.x);
    step_with(adam, xyz, sum.y, value.y, first.y, second.y);
    step_with(adam, xyz, sum.z, value.z, first.z, second.z);
    if (part < 2) step_with(adam, part == 0 ? adam.opacity_rate : adam.quat_rate, sum.w, value.w, first.w, second.w);
    sums.geometry[3 * n + part] = sum;
    geometry.values[3 * n + part] = value;
    geometry.first[3 * n + part] = first;
    geometry.second[3 * n + part] = second;
}

extern "C" __global__ void step_others(
    int num_gaussians,       // N
    int since,               // only Gaussians that a later step saw
    Adam adam,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh,
    SumPointers sums)
{
    step_others_rows(num_gaussians, since, adam, progress, geometry, sh, sums);
}

extern "C" __global__ void step_others_half(
    int num_gaussians,       // N
    int since,               // only Gaussians that a later step saw
    Adam adam,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    SumPointers sums)
{
    step_others_rows(num_gaussians, since, adam, progress, geometry, sh, sums);
}

// Decays moments and updates values by them, with gradient zero. `rates` are those of the four floats.
__device__ __forceinline__ void coast(const Adam &adam, float4 rates, float4 &value, float4 &first, float4 &second) {
    adam_update(adam, rates.x, 0.0f, value.x, first.x, second.x);
    adam_update(adam, rates.y, 0.0f, value.y, first.y, second.y);
    adam_update(adam, rates.z, 0.0f, value.z, first.z, second.z);
    adam_update(adam, rates.w, 0.0f, value.w, first.w, second.w);
}

template <class Chunk>
__device__ __forceinline__ void update_unseen_rows(
    int num_gaussians, const Adam &adam, const SplatPointers &seen, const StatePointers &state, const GeometryPointers &to,
    const ShPointers<Chunk> &sh) {
    ReadOnly<int> gaussian_indices = seen.gaussian_indices;
    const Counts *__restrict__ counts = state.counts;
    const Progress *__restrict__ progress = state.progress;
    float4 *__restrict__ geometry = to.values;
    float4 *__restrict__ geometry_first = to.first;
    float4 *__restrict__ geometry_second = to.second;
    Chunk *__restrict__ sh_coefficients = sh.values;
    Chunk *__restrict__ sh_first = sh.first;
    Chunk *__restrict__ sh_second = sh.second;
    if (progress->overflow) return;
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= num_gaussians) return;
    unsigned int low = 0, high = counts->visible;
    while (low < high) {
        unsigned int middle = (low + high) / 2;
        if (gaussian_indices[middle] < n) low = middle + 1; else high = middle;
    }
    if (low < counts->visible && gaussian_indices[low] == n) return;
    float4 a_rates = make_float4(adam.means_rate, adam.means_rate, adam.means_rate, adam.opacity_rate);
    float4 b_rates = make_float4(adam.quat_rate, adam.quat_rate, adam.quat_rate, adam.quat_rate);
    coast(adam, a_rates, geometry[3 * n], geometry_first[3 * n], geometry_second[3 * n]);
    coast(adam, b_rates, geometry[3 * n + 1], geometry_first[3 * n + 1], geometry_second[3 * n + 1]);
    float4 c = geometry[3 * n + 2], mc = geometry_first[3 * n + 2], vc = geometry_second[3 * n + 2];
    adam_update(adam, adam.scale_rate, 0.0f, c.x, mc.x, vc.x);
    adam_update(adam, adam.scale_rate, 0.0f, c.y, mc.y, vc.y);
    adam_update(adam, adam.scale_rate, 0.0f, c.z, mc.z, vc.z);
    geometry[3 * n + 2] = c; geometry_first[3 * n + 2] = mc; geometry_second[3 * n + 2] = vc;
    for (int q = 0; q < SH_CHUNKS; ++q) {
        float rest = adam.sh_rest_rate;
        float4 rates = q == 0 ? make_float4(adam.sh0_rate, adam.sh0_rate, adam.sh0_rate, rest) : make_float4(rest, rest, rest, rest);
        float4 value = load_chunk(sh_coefficients, n, q);
        float4 first = load_first(sh_first, n, q), second = load_second(sh_second, n, q);
        coast(adam, rates, value, first, second);
        store_chunk(sh_coefficients, n, q, value, adam.step, 0);
        store_first(sh_first, n, q, first, adam.step);
        store_second(sh_second, n, q, second, adam.step);
    }
}

extern "C" __global__ void update_unseen(
    int num_gaussians,       // N
    Adam adam,
    SplatPointers splats,
    StatePointers state,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<float4> sh)
{
    update_unseen_rows(num_gaussians, adam, splats, state, geometry, sh);
}

extern "C" __global__ void update_unseen_half(
    int num_gaussians,       // N
    Adam adam,
    SplatPointers splats,
    StatePointers state,
    // outputs, all updated in place
    GeometryPointers geometry,
    ShPointers<uint2> sh)
{
    update_unseen_rows(num_gaussians, adam, splats, state, geometry, sh);
}

template <class Chunk>
__device__ __forceinline__ void project_gradients_of(
    int sh_degree, const Camera &camera, const SplatPointers &seen, const GeometryPointers &rows, const ShPointers<Chunk> &sh_rows,
    const StatePointers &state, const GradientPointers &gradients) {
    ReadOnly<int> gaussian_indices = seen.gaussian_indices;
    ReadOnly<float4> splats = seen.splats;
    ReadOnly<float4> splat_gradients = seen.splat_gradients;
    ReadOnly<float4> geometry = rows.values;
    ReadOnly<Chunk> sh_coefficients = sh_rows.values;
    const Counts *__restrict__ counts = state.counts;
    const Progress *__restrict__ progress = state.progress;
    float *__restrict__ geometry_gradients = gradients.geometry;
    float *__restrict__ sh_gradients = gradients.sh_coefficients;
    float2 *__restrict__ means2d_gradients = gradients.means2d;
    if (progress->overflow) return;
    unsigned int v = blockIdx.x * blockDim.x + threadIdx.x;
    if (v >= counts->visible) return;
    int n = gaussian_indices[v];
    SplatGradient from = splat_gradient_of(splat_gradients[3 * v], splat_gradients[3 * v + 1], splat_gradients[3 * v + 2]);
    hold_colors(splats[3 * v + 1], splats[3 * v + 2], from);
    Gaussian g = gaussian_of(geometry[3 * n], geometry[3 * n + 1], geometry[3 * n + 2]);
    View view = view_of(camera, g);
    GaussianGradient gradient = project_gradient(camera, g, view, from);
    float direction[3], basis[16];
    float inverse_distance = direction_of(camera, g, direction);
    sh_basis(sh_degree, direction[0], direction[1], direction[2], basis);
    float sh[SH_FLOATS];
    for (int q = 0; q < SH_CHUNKS; ++q) {
        float4 chunk = load_chunk(sh_coefficients, n, q);
        sh[4 * q] = chunk.x; sh[4 * q + 1] = chunk.y; sh[4 * q + 2] = chunk.z; sh[4 * q + 3] = chunk.w;
    }
    add_direction_gradient(sh_degree, sh, direction, inverse_distance, from.color, gradient.mean);
    float *to = geometry_gradients + 12 * (size_t)n;
    for (int i = 0; i < 3; ++i) to[i] = gradient.mean[i];
    to[3] = gradient.logit_opacity;
    for (int i = 0; i < 4; ++i) to[4 + i] = gradient.quat[i];
    for (int i = 0; i < 3; ++i) to[8 + i] = gradient.log_scale[i];
    for (int k = 0; k < 16; ++k)
        for (int c = 0; c < 3; ++c) sh_gradients[SH_FLOATS * (size_t)n + 3 * k + c] = basis[k] * from.color[c];
    means2d_gradients[n] = make_float2(gradient.mean2d[0], gradient.mean2d[1]);
}

extern "C" __global__ void project_gradients(
    int sh_degree,
    Camera camera,
    SplatPointers splats,
    GeometryPointers geometry,
    ShPointers<float4> sh,
    StatePointers state,
    // outputs; rows that are not visible stay as they are
    GradientPointers gradients)
{
    project_gradients_of(sh_degree, camera, splats, geometry, sh, state, gradients);
}

extern "C" __global__ void project_gradients_half(
    int sh_degree,
    Camera camera,
    SplatPointers splats,
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    StatePointers state,
    // outputs; rows that are not visible stay as they are
    GradientPointers gradients)
{
    project_gradients_of(sh_degree, camera, splats, geometry, sh, state, gradients);
}
