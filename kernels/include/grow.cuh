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

// What is pruned. By value; PruneRulesArgument.java has the same members.
struct PruneRules {
    float opacity;         // lower ones are
    float scale;           // larger ones are: world units, x max(1, distance from `middle` x inverse_extent)
    float middle[3];       // of the cameras, world units
    float inverse_extent;  // of the scene, 1 / world units; 0: `scale` holds everywhere
};

// Whether a Gaussian that is finite is pruned, if its largest scale is `scale`.
__device__ __forceinline__ bool is_pruned(const Fading &fading, const PruneRules &rules, const Gaussian &g, float scale) {
    float x = g.mean[0] - rules.middle[0], y = g.mean[1] - rules.middle[1], z = g.mean[2] - rules.middle[2];
    float limit = rules.scale * fmaxf(1.0f, sqrtf(x * x + y * y + z * z) * rules.inverse_extent);
    return !(faded(fading, g.logit_opacity) >= rules.opacity) || scale > limit;
}

// The key of a Gaussian that may not grow, and of one with NaN or infinity, which is pruned. Keys of others are not negative.
#define KEY_NONE -1.0f
#define KEY_BROKEN -2.0f
