// grow.cuh: opacities that are lowered at each densification, who is pruned, and who may not grow.
#pragma once
#include "gaussian.cuh"

// An opacity o becomes min(decay o, limit). By value; FadingArgument.java has the same members.
struct Fading {
    float decay, limit;
};

__device__ __forceinline__ float logit(float opacity) { return logf(opacity / (1.0f - opacity)); }

__device__ __forceinline__ float faded(const Fading &fading, float logit_opacity) {
    return fminf(sigmoid(logit_opacity) * fading.decay, fading.limit);
}

// The logit before, with all its bits, if nothing fades.
__device__ __forceinline__ float faded_logit(const Fading &fading, float logit_opacity) {
    bool within = fading.limit == 1.0f || sigmoid(logit_opacity) <= fading.limit;
    if (fading.decay == 1.0f && within) return logit_opacity;
    return logit(faded(fading, logit_opacity));
}

__device__ __forceinline__ float largest_scale(const Gaussian &g) {
    return expf(fmaxf(g.log_scale[0], fmaxf(g.log_scale[1], g.log_scale[2])));
}

// Whether a Gaussian that is finite is pruned.
__device__ __forceinline__ bool is_pruned(
    const Fading &fading, float logit_opacity, float scale, float prune_opacity, float prune_scale) {
    return !(faded(fading, logit_opacity) >= prune_opacity) || scale > prune_scale;
}

// The key of a Gaussian that may not grow, and of one with NaN or infinity, which is pruned. Keys of others are not negative.
#define KEY_NONE -1.0f
#define KEY_BROKEN -2.0f
