// update.cu: from gradients on the picture to parameters: projection backward and Adam in one pass, no gradient stored.
//
// update_visible     the V Gaussians the view shows, with the statistics densification decides by
// update_unseen      the others, whose gradient is zero: for dense Adam
// project_gradients  the same gradients written out, for tests and tools
//
// Launch  1-D. update_visible: UPDATE_THREADS a block, a warp for 32 visible Gaussians: geometry a lane each, spherical
//         harmonics by all lanes together, so that 192 bytes in a row are read and written in a row
//         Same bits on every run, given the splat gradients
// Host    Update*Kernel.java, ProjectGradientsKernel.java        Reference  cpu backend
// Source  Kerbl et al. 2023, appendix A; Kingma and Ba 2015, "Adam", algorithm 1
#include "coefficients.cuh"
#include "gaussian.cuh"
#include "update.cuh"

#define UPDATE_THREADS 128
#define SH_STRIDE 49   // floats in shared memory: lanes read down columns without bank conflicts

// Adds to the mean's gradient what comes through the direction it is seen from. `sh` holds the Gaussian's coefficients.
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

// The first `chunks` float4 of each of the warp's 32 Gaussians' coefficients: into shared memory.
template <int chunks>
__device__ __forceinline__ void load_sh(const void *sh_coefficients, int half, UpdateWarp &warp) {
    int lane = threadIdx.x & 31;
#pragma unroll
    for (int i = 0; i < chunks; ++i) {
        int at = i * WARP + lane;
        int n = warp.index[at / chunks], q = at % chunks;
        float4 value = n >= 0 ? load_chunk(sh_coefficients, half, n, q) : make_float4(0, 0, 0, 0);
        float *to = &warp.sh[at / chunks][4 * q];
        to[0] = value.x; to[1] = value.y; to[2] = value.z; to[3] = value.w;
    }
}

template <int chunks>
__device__ __forceinline__ void update_sh(
    const Adam &adam, void *sh_coefficients, void *sh_first, void *sh_second, int half, const UpdateWarp &warp) {
    int lane = threadIdx.x & 31;
#pragma unroll 4
    for (int i = 0; i < chunks; ++i) {
        int at = i * WARP + lane;
        int g = at / chunks, q = at % chunks;
        int n = warp.index[g];
        if (n < 0) continue;
        float4 first = load_first(sh_first, half, n, q), second = load_second(sh_second, half, n, q);
        float value[4], m[4] = {first.x, first.y, first.z, first.w}, v[4] = {second.x, second.y, second.z, second.w};
#pragma unroll
        for (int e = 0; e < 4; ++e) {
            int j = 4 * q + e, k = j / 3;
            value[e] = warp.sh[g][j];
            float gradient = warp.basis[g][k] * warp.color[g][j - 3 * k];
            adam_update(adam, k == 0 ? adam.sh0_rate : adam.sh_rest_rate, gradient, value[e], m[e], v[e]);
        }
        store_chunk(sh_coefficients, half, n, q, make_float4(value[0], value[1], value[2], value[3]), adam.step, 0);
        store_first(sh_first, half, n, q, make_float4(m[0], m[1], m[2], m[3]), adam.step);
        store_second(sh_second, half, n, q, make_float4(v[0], v[1], v[2], v[3]), adam.step);
    }
}

extern "C" __global__ void __launch_bounds__(UPDATE_THREADS) update_visible(
    int sh_degree,
    int half,                                         // 1: coefficients and their moments in 16 bits
    float gather,                                     // 1: this step's gradients count for densification; 0: they don't
    Camera camera,
    Adam adam,
    const int *__restrict__ gaussian_indices,         // [V]
    const float4 *__restrict__ splats,                // [V, 12]
    const float4 *__restrict__ splat_gradients,       // [V, 12]
    const Counts *__restrict__ counts,
    // outputs, all updated in place
    float4 *__restrict__ geometry,                    // [N, 12]
    float4 *__restrict__ geometry_first,              // [N, 12] first moments; the 12th float: summed gradient norms
    float4 *__restrict__ geometry_second,             // [N, 12] second moments; the 12th float: steps seen
    void *__restrict__ sh_coefficients,               // [N, 16, 3]
    void *__restrict__ sh_first,                      // [N, 16, 3]
    void *__restrict__ sh_second,                     // [N, 16, 3]
    Progress *__restrict__ progress)
{
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
        case 1: load_sh<1>(sh_coefficients, half, warp); break;
        case 3: load_sh<3>(sh_coefficients, half, warp); break;
        case 7: load_sh<7>(sh_coefficients, half, warp); break;
        default: load_sh<12>(sh_coefficients, half, warp); break;
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
        float ndc_x = 0.5f * camera.width * gradient.mean2d[0], ndc_y = 0.5f * camera.height * gradient.mean2d[1];
        mc.w += gather * sqrtf(ndc_x * ndc_x + ndc_y * ndc_y);
        vc.w += gather;
        geometry[3 * n] = a; geometry[3 * n + 1] = b; geometry[3 * n + 2] = c;
        geometry_first[3 * n] = ma; geometry_first[3 * n + 1] = mb; geometry_first[3 * n + 2] = mc;
        geometry_second[3 * n] = va; geometry_second[3 * n + 1] = vb; geometry_second[3 * n + 2] = vc;
    }
    __syncwarp();
    switch (chunks) {
        case 1: update_sh<1>(adam, sh_coefficients, sh_first, sh_second, half, warp); break;
        case 3: update_sh<3>(adam, sh_coefficients, sh_first, sh_second, half, warp); break;
        case 7: update_sh<7>(adam, sh_coefficients, sh_first, sh_second, half, warp); break;
        default: update_sh<12>(adam, sh_coefficients, sh_first, sh_second, half, warp); break;
    }
}

// Decays moments and follows them, gradient zero. `rates` are of the four floats.
__device__ __forceinline__ void coast(const Adam &adam, float4 rates, float4 &value, float4 &first, float4 &second) {
    adam_update(adam, rates.x, 0.0f, value.x, first.x, second.x);
    adam_update(adam, rates.y, 0.0f, value.y, first.y, second.y);
    adam_update(adam, rates.z, 0.0f, value.z, first.z, second.z);
    adam_update(adam, rates.w, 0.0f, value.w, first.w, second.w);
}

extern "C" __global__ void update_unseen(
    int num_gaussians,                                // N
    int half,                                         // 1: coefficients and their moments in 16 bits
    Adam adam,
    const int *__restrict__ gaussian_indices,         // [V] ascending
    const Counts *__restrict__ counts,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    float4 *__restrict__ geometry,                    // [N, 12]
    float4 *__restrict__ geometry_first,              // [N, 12]
    float4 *__restrict__ geometry_second,             // [N, 12]
    void *__restrict__ sh_coefficients,               // [N, 16, 3]
    void *__restrict__ sh_first,                      // [N, 16, 3]
    void *__restrict__ sh_second)                     // [N, 16, 3]
{
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
        float4 value = load_chunk(sh_coefficients, half, n, q);
        float4 first = load_first(sh_first, half, n, q), second = load_second(sh_second, half, n, q);
        coast(adam, rates, value, first, second);
        store_chunk(sh_coefficients, half, n, q, value, adam.step, 0);
        store_first(sh_first, half, n, q, first, adam.step);
        store_second(sh_second, half, n, q, second, adam.step);
    }
}

extern "C" __global__ void project_gradients(
    int sh_degree,
    int half,                                         // 1: coefficients in 16 bits
    Camera camera,
    const int *__restrict__ gaussian_indices,         // [V]
    const float4 *__restrict__ splats,                // [V, 12]
    const float4 *__restrict__ splat_gradients,       // [V, 12]
    const float4 *__restrict__ geometry,              // [N, 12]
    const void *__restrict__ sh_coefficients,         // [N, 16, 3]
    const Counts *__restrict__ counts,
    const Progress *__restrict__ progress,
    // outputs; rows that aren't visible are left
    float *__restrict__ geometry_gradients,           // [N, 12]
    float *__restrict__ sh_gradients,                 // [N, 16, 3]
    float2 *__restrict__ means2d_gradients)           // [N] per px
{
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
        float4 chunk = load_chunk(sh_coefficients, half, n, q);
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
