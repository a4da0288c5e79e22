// update.cuh: shared by the kernels that go from gradients on the picture to parameters.
//
// Source  Kingma and Ba 2015, "Adam", algorithm 1
#pragma once
#include "gaussian.cuh"

// Adam's constants at one step. By value; AdamArgument.java has the same members.
struct Adam {
    float means_rate, quat_rate, scale_rate, opacity_rate, sh0_rate, sh_rest_rate;  // divided by (1 - beta1^step)
    float beta1, beta2, epsilon;
    float inverse_root;  // 1 / sqrt(1 - beta2^step)
    unsigned int step;
};

__device__ __forceinline__ void adam_update(const Adam &adam, float rate, float gradient, float &value, float &first, float &second) {
    first = adam.beta1 * first + (1.0f - adam.beta1) * gradient;
    second = adam.beta2 * second + (1.0f - adam.beta2) * gradient * gradient;
    value -= rate * first / (sqrtf(second) * adam.inverse_root + adam.epsilon);
}

__device__ __forceinline__ SplatGradient splat_gradient_of(float4 first, float4 second, float4 third) {
    return {first.x, first.y, first.z, first.w, second.x, second.y, {second.z, second.w, third.x}};
}

__device__ __forceinline__ bool is_finite(const SplatGradient &g) {
    return isfinite(g.w + g.w_x + g.w_y + g.w_xx + g.w_xy + g.w_yy + g.color[0] + g.color[1] + g.color[2]);
}

// Unit direction from the camera to the mean; returns 1 / distance.
__device__ __forceinline__ float direction_of(const Camera &camera, const Gaussian &g, float direction[3]) {
    for (int i = 0; i < 3; ++i) direction[i] = g.mean[i] - camera.center[i];
    float inverse = rsqrtf(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);
    for (int i = 0; i < 3; ++i) direction[i] *= inverse;
    return inverse;
}

// Colours that are clamped to 0 pass no gradient on.
__device__ __forceinline__ void hold_colors(float4 second, float4 third, SplatGradient &gradient) {
    if (second.z <= 0.0f) gradient.color[0] = 0.0f;
    if (second.w <= 0.0f) gradient.color[1] = 0.0f;
    if (third.x <= 0.0f) gradient.color[2] = 0.0f;
}
