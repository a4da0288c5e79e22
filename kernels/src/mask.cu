// mask.cu: learned masks: which Gaussians, and which bands of their coefficients, a model does not need.
//
// A Gaussian has four mask logits: for its volume and for bands 1, 2, 3. A mask is M = 1 where sigmoid(logit) is above a threshold,
// else 0; its gradient is that of the sigmoid. The volume's M multiplies opacity and scales; a band's M multiplies its
// coefficients. Because M is 0 or 1, blending does not need masks: where M is 1 nothing changes, and where M is 0 the
// Gaussian's opacity, or the band, is removed for good.
//
// mask_gradients  d loss / d logit of the V visible Gaussians; must run before update_visible changes the parameters
// update_masks    Adam on all logits, including the regulariser; then removes what is masked; must run after update_visible
//
// Launch  1-D, one thread per Gaussian; no atomics: same bits on every run, given the splat gradients
// Host    MaskGradientsKernel.java, UpdateMasksKernel.java        Reference  CpuProjectBackward.java, CpuMasks.java
// Source  Lee et al. 2024, "Compact 3D Gaussian Representation for Radiance Field", section 3.1; Armagan et al. 2025, "Trick-GS"
#include "coefficients.cuh"
#include "gaussian.cuh"
#include "update.cuh"

#define HIDDEN_LOGIT -30.0f   // a masked Gaussian's opacity before the sigmoid: 1e-13, never drawn, pruned by densification

// Sum over coefficients k in [from, until) and channels of coefficient x gradient: the gradient by an M that multiplies them all.
__device__ __forceinline__ float band_gradient(const float *sh, const float *basis, const float *color, int from, int until) {
    float sum = 0.0f;
#pragma unroll
    for (int k = from; k < until; ++k)
        sum += basis[k] * (sh[3 * k] * color[0] + sh[3 * k + 1] * color[1] + sh[3 * k + 2] * color[2]);
    return sum;
}

// Turns a gradient by M into one by the logit.
__device__ __forceinline__ float through_sigmoid(float gradient, float logit) {
    float s = sigmoid(logit);
    return gradient * s * (1.0f - s);
}

template <class Chunk>
__device__ __forceinline__ void mask_gradients_of(
    int sh_degree, const Camera &camera, const SplatPointers &seen, const GeometryPointers &rows, const ShPointers<Chunk> &sh_rows,
    const StatePointers &state, const MaskPointers &masks) {
    ReadOnly<int> gaussian_indices = seen.gaussian_indices;
    ReadOnly<float4> splats = seen.splats;
    ReadOnly<float4> splat_gradients = seen.splat_gradients;
    ReadOnly<float4> geometry = rows.values;
    ReadOnly<Chunk> sh_coefficients = sh_rows.values;
    ReadOnly<float4> mask_logits = masks.logits;
    const Counts *__restrict__ counts = state.counts;
    const Progress *__restrict__ progress = state.progress;
    float4 *__restrict__ logit_gradients = masks.gradients;
    if (progress->overflow) return;
    unsigned int v = blockIdx.x * blockDim.x + threadIdx.x;
    if (v >= counts->visible) return;
    size_t n = gaussian_indices[v];
    SplatGradient from = splat_gradient_of(splat_gradients[3 * v], splat_gradients[3 * v + 1], splat_gradients[3 * v + 2]);
    if (!is_finite(from)) return;
    hold_colors(splats[3 * v + 1], splats[3 * v + 2], from);
    Gaussian g = gaussian_of(geometry[3 * n], geometry[3 * n + 1], geometry[3 * n + 2]);
    View view = view_of(camera, g);
    GaussianGradient gradient = project_gradient(camera, g, view, from);
    // By M at M = 1: opacity x d/d opacity = d/d log opacity, whatever factor antialiasing applies; the same holds for each scale.
    // Dilation is added to the covariance after M, and d/d log scale includes its effect.
    float volume = from.w + gradient.log_scale[0] + gradient.log_scale[1] + gradient.log_scale[2];
    float direction[3], basis[16], sh[SH_FLOATS];
    direction_of(camera, g, direction);
    sh_basis(sh_degree, direction[0], direction[1], direction[2], basis);
    for (int q = 0; q < SH_CHUNKS; ++q) {
        float4 chunk = load_chunk(sh_coefficients, n, q);
        sh[4 * q] = chunk.x; sh[4 * q + 1] = chunk.y; sh[4 * q + 2] = chunk.z; sh[4 * q + 3] = chunk.w;
    }
    float4 logits = mask_logits[n];
    logit_gradients[n] = make_float4(
        through_sigmoid(volume, logits.x),
        through_sigmoid(band_gradient(sh, basis, from.color, 1, 4), logits.y),
        through_sigmoid(band_gradient(sh, basis, from.color, 4, 9), logits.z),
        through_sigmoid(band_gradient(sh, basis, from.color, 9, 16), logits.w));
}

extern "C" __global__ void mask_gradients(
    int sh_degree,
    Camera camera,
    SplatPointers splats,
    GeometryPointers geometry,
    ShPointers<float4> sh,
    StatePointers state,
    // outputs; rows that are not visible stay as they are
    MaskPointers masks)   // gradients; logits are read
{
    mask_gradients_of(sh_degree, camera, splats, geometry, sh, state, masks);
}

extern "C" __global__ void mask_gradients_half(
    int sh_degree,
    Camera camera,
    SplatPointers splats,
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    StatePointers state,
    // outputs; rows that are not visible stay as they are
    MaskPointers masks)   // gradients; logits are read
{
    mask_gradients_of(sh_degree, camera, splats, geometry, sh, state, masks);
}

// Adam on one logit, with `pull` x sigmoid'(logit) added to its gradient. A mask that is 0 stays 0. A NaN logit masks.
__device__ __forceinline__ void update_mask(
    const Adam &adam, float rate, float pull, float limit, float gradient, float &logit, float &first, float &second) {
    if (!(logit > limit) || rate == 0.0f) return;
    adam_update(adam, rate, gradient + through_sigmoid(pull, logit), logit, first, second);
}

// Bit b is set where band b is masked.
__device__ __forceinline__ unsigned int masked_bands(float4 logits, float limit) {
    return (logits.y > limit ? 0u : 2u) | (logits.z > limit ? 0u : 4u) | (logits.w > limit ? 0u : 8u);
}

// The band a row's j-th float belongs to.
__device__ __forceinline__ int band_of(int j) { return j < 3 ? 0 : j < 12 ? 1 : j < 27 ? 2 : 3; }

// Sets those floats of a chunk to zero whose flag x, y, z or w is set. No scaling is needed: 0 is 0 in every format.
template <class Chunk>
__device__ __forceinline__ void clear_floats(Chunk *rows, size_t n, int q, bool x, bool y, bool z, bool w) {
    float4 v = load_chunk(rows, n, q);
    store_chunk(rows, n, q, make_float4(x ? 0.0f : v.x, y ? 0.0f : v.y, z ? 0.0f : v.z, w ? 0.0f : v.w), 0, 0);
}

// How masks learn at one step. By value; MaskRulesArgument.java has the same members.
struct MaskRules {
    float volume_rate, band_rate;   // divided by (1 - beta1^step); 0: masks stay as they are
    float volume_pull, band_pull;   // d regulariser / d sigmoid(logit)
    float logit_limit;              // masked up to here
};

template <class Chunk>
__device__ __forceinline__ void update_masks_of(
    int num_gaussians, int sh_degree, const MaskRules &rules, const Adam &adam, const Progress *__restrict__ progress,
    const MaskPointers &masks, const GeometryPointers &to, const ShPointers<Chunk> &sh) {
    ReadOnly<float4> logit_gradients = masks.gradients;
    float4 *__restrict__ mask_logits = masks.logits;
    float4 *__restrict__ mask_first = masks.first;
    float4 *__restrict__ mask_second = masks.second;
    float4 *__restrict__ geometry = to.values;
    float4 *__restrict__ geometry_first = to.first;
    float4 *__restrict__ geometry_second = to.second;
    Chunk *__restrict__ sh_coefficients = sh.values;
    Chunk *__restrict__ sh_first = sh.first;
    Chunk *__restrict__ sh_second = sh.second;
    float logit_limit = rules.logit_limit;
    if (progress->overflow) return;
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= num_gaussians) return;
    size_t n = at;
    float4 logits = mask_logits[n], m = mask_first[n], v = mask_second[n], gradient = logit_gradients[n];
    unsigned int before = masked_bands(logits, logit_limit);
    update_mask(adam, rules.volume_rate, rules.volume_pull, logit_limit, gradient.x, logits.x, m.x, v.x);
    if (sh_degree >= 1) update_mask(adam, rules.band_rate, rules.band_pull, logit_limit, gradient.y, logits.y, m.y, v.y);
    if (sh_degree >= 2) update_mask(adam, rules.band_rate, rules.band_pull, logit_limit, gradient.z, logits.z, m.z, v.z);
    if (sh_degree >= 3) update_mask(adam, rules.band_rate, rules.band_pull, logit_limit, gradient.w, logits.w, m.w, v.w);
    mask_logits[n] = logits; mask_first[n] = m; mask_second[n] = v;

    if (!(logits.x > logit_limit)) {
        geometry[3 * n].w = HIDDEN_LOGIT;
        geometry_first[3 * n].w = 0.0f;
        geometry_second[3 * n].w = 0.0f;
    }
    unsigned int masked = masked_bands(logits, logit_limit);
    if (masked == 0) return;
    bool fresh = masked != before;
    for (int q = 0; q < SH_CHUNKS; ++q) {
        bool x = (masked >> band_of(4 * q)) & 1, y = (masked >> band_of(4 * q + 1)) & 1;
        bool z = (masked >> band_of(4 * q + 2)) & 1, w = (masked >> band_of(4 * q + 3)) & 1;
        if (!(x || y || z || w)) continue;
        if (!fresh) {  // a coefficient that this step's update left at 0 has zero moments too
            float4 c = load_chunk(sh_coefficients, n, q);
            if (!(x && c.x != 0.0f) && !(y && c.y != 0.0f) && !(z && c.z != 0.0f) && !(w && c.w != 0.0f)) continue;
        }
        clear_floats(sh_coefficients, n, q, x, y, z, w);
        clear_floats(sh_first, n, q, x, y, z, w);
        clear_floats(sh_second, n, q, x, y, z, w);
    }
}

extern "C" __global__ void update_masks(
    int num_gaussians,       // N
    int sh_degree,           // bands in use; masks of other bands stay as they are
    MaskRules rules,
    Adam adam,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    MaskPointers masks,      // gradients are read
    GeometryPointers geometry,
    ShPointers<float4> sh)
{
    update_masks_of(num_gaussians, sh_degree, rules, adam, progress, masks, geometry, sh);
}

extern "C" __global__ void update_masks_half(
    int num_gaussians,       // N
    int sh_degree,           // bands in use; masks of other bands stay as they are
    MaskRules rules,
    Adam adam,
    const Progress *__restrict__ progress,
    // outputs, all updated in place
    MaskPointers masks,      // gradients are read
    GeometryPointers geometry,
    ShPointers<uint2> sh)
{
    update_masks_of(num_gaussians, sh_degree, rules, adam, progress, masks, geometry, sh);
}
