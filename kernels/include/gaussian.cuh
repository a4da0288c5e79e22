// gaussian.cuh: projects one Gaussian from the world to the picture, and takes its gradients back.
//
// Source  Zwicker et al. 2001, "EWA Volume Splatting"; Kerbl et al. 2023, section 4
#pragma once
#include "splat.cuh"

struct Gaussian {
    float mean[3];
    float logit_opacity;
    float quat[4];        // wxyz, unnormalised
    float log_scale[3];
};

// One Gaussian of `geometry`, [N, 12] floats: mean 3, logit opacity | quaternion 4 | log scales 3, unused.
__device__ __forceinline__ Gaussian gaussian_of(float4 first, float4 second, float4 third) {
    return {{first.x, first.y, first.z}, first.w, {second.x, second.y, second.z, second.w}, {third.x, third.y, third.z}};
}

__device__ __forceinline__ bool is_finite(const Gaussian &g) {
    float sum = 0.0f;  // 0 x infinity and 0 x NaN are NaN
    for (int i = 0; i < 3; ++i) sum += 0.0f * g.mean[i] + 0.0f * g.log_scale[i];
    for (int i = 0; i < 4; ++i) sum += 0.0f * g.quat[i];
    return sum + 0.0f * g.logit_opacity == 0.0f;
}

__device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

// A Gaussian as a camera sees it: what the forward and the backward pass need.
struct View {
    float at[3];             // camera coordinates
    float u, v;              // x/z and y/z, clamped to the camera's limits
    bool u_held, v_held;
    float rotation[9];       // Gaussian to world, row-major
    float inverse_length;    // 1 / |quaternion|
    float scale[3];
    float across[2][3];      // Jacobian x world to camera, 2 x 3
    float half[2][3];        // across x rotation x scale: the 2-D covariance's square root
    float xx, xy, yy;        // 2-D covariance, px^2, dilated
};

__device__ __forceinline__ void to_camera(const Camera &camera, const float mean[3], float at[3]) {
    const float *r = camera.rotation;
    for (int i = 0; i < 3; ++i)
        at[i] = r[3 * i] * mean[0] + r[3 * i + 1] * mean[1] + r[3 * i + 2] * mean[2] + camera.translation[i];
}

__device__ __forceinline__ View view_of(const Camera &camera, const Gaussian &g) {
    View view;
    to_camera(camera, g.mean, view.at);
    float inverse_z = 1.0f / view.at[2];
    float u = view.at[0] * inverse_z;
    float v = view.at[1] * inverse_z;
    view.u = fminf(fmaxf(u, -camera.limit_x), camera.limit_x);
    view.v = fminf(fmaxf(v, -camera.limit_y), camera.limit_y);
    view.u_held = view.u != u;
    view.v_held = view.v != v;
    float length2 = g.quat[0] * g.quat[0] + g.quat[1] * g.quat[1] + g.quat[2] * g.quat[2] + g.quat[3] * g.quat[3];
    view.inverse_length = rsqrtf(length2);
    float w = g.quat[0] * view.inverse_length, x = g.quat[1] * view.inverse_length;
    float y = g.quat[2] * view.inverse_length, z = g.quat[3] * view.inverse_length;
    float *r = view.rotation;
    r[0] = 1 - 2 * (y * y + z * z); r[1] = 2 * (x * y - w * z); r[2] = 2 * (x * z + w * y);
    r[3] = 2 * (x * y + w * z); r[4] = 1 - 2 * (x * x + z * z); r[5] = 2 * (y * z - w * x);
    r[6] = 2 * (x * z - w * y); r[7] = 2 * (y * z + w * x); r[8] = 1 - 2 * (x * x + y * y);
    float jx = camera.fx * inverse_z, jy = camera.fy * inverse_z;
    for (int i = 0; i < 3; ++i) {
        view.scale[i] = expf(g.log_scale[i]);
        view.across[0][i] = jx * (camera.rotation[i] - view.u * camera.rotation[6 + i]);
        view.across[1][i] = jy * (camera.rotation[3 + i] - view.v * camera.rotation[6 + i]);
    }
    for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 3; ++k)
            view.half[i][k] = (view.across[i][0] * r[k] + view.across[i][1] * r[3 + k] + view.across[i][2] * r[6 + k]) * view.scale[k];
    view.xx = camera.dilation; view.xy = 0.0f; view.yy = camera.dilation;
    for (int k = 0; k < 3; ++k) {
        view.xx += view.half[0][k] * view.half[0][k];
        view.xy += view.half[0][k] * view.half[1][k];
        view.yy += view.half[1][k] * view.half[1][k];
    }
    return view;
}

// Determinant of the 2-D covariance before dilation, as a sum of squares: xx yy - xy^2 would lose digits to cancellation.
__device__ __forceinline__ float determinant_of(const View &view) {
    const float *a = view.half[0], *b = view.half[1];
    float x = a[1] * b[2] - a[2] * b[1], y = a[2] * b[0] - a[0] * b[2], z = a[0] * b[1] - a[1] * b[0];
    return x * x + y * y + z * z;
}

#define SH_C0 0.28209479177387814f
#define SH_C1 0.4886025119029199f
#define SH_C2_0 1.0925484305920792f
#define SH_C2_2 0.31539156525252005f
#define SH_C2_4 0.5462742152960396f
#define SH_C3_0 0.5900435899266435f
#define SH_C3_1 2.890611442640554f
#define SH_C3_2 0.4570457994644658f
#define SH_C3_3 0.3731763325901154f
#define SH_C3_5 1.445305721320277f

// The basis at unit direction (x, y, z); entries above the degree are 0. Order and signs: SphericalHarmonics.java.
__device__ __forceinline__ void sh_basis(int degree, float x, float y, float z, float basis[16]) {
#pragma unroll
    for (int k = 1; k < 16; ++k) basis[k] = 0.0f;
    basis[0] = SH_C0;
    if (degree < 1) return;
    basis[1] = -SH_C1 * y;
    basis[2] = SH_C1 * z;
    basis[3] = -SH_C1 * x;
    if (degree < 2) return;
    float xx = x * x, yy = y * y, zz = z * z;
    basis[4] = SH_C2_0 * x * y;
    basis[5] = -SH_C2_0 * y * z;
    basis[6] = SH_C2_2 * (2 * zz - xx - yy);
    basis[7] = -SH_C2_0 * x * z;
    basis[8] = SH_C2_4 * (xx - yy);
    if (degree < 3) return;
    basis[9] = -SH_C3_0 * y * (3 * xx - yy);
    basis[10] = SH_C3_1 * x * y * z;
    basis[11] = -SH_C3_2 * y * (4 * zz - xx - yy);
    basis[12] = SH_C3_3 * z * (2 * zz - 3 * xx - 3 * yy);
    basis[13] = -SH_C3_2 * x * (4 * zz - xx - yy);
    basis[14] = SH_C3_5 * z * (xx - yy);
    basis[15] = -SH_C3_0 * x * (xx - 3 * yy);
}

// Sum over k of weight[k] x the gradient of basis k by the direction, whose components count as independent.
__device__ __forceinline__ void sh_direction_gradient(
    int degree, float x, float y, float z, const float weight[16], float gradient[3]) {
    gradient[0] = gradient[1] = gradient[2] = 0.0f;
    if (degree < 1) return;
    gradient[0] = -SH_C1 * weight[3];
    gradient[1] = -SH_C1 * weight[1];
    gradient[2] = SH_C1 * weight[2];
    if (degree < 2) return;
    gradient[0] += SH_C2_0 * (y * weight[4] - z * weight[7]) - 2 * SH_C2_2 * x * weight[6] + 2 * SH_C2_4 * x * weight[8];
    gradient[1] += SH_C2_0 * (x * weight[4] - z * weight[5]) - 2 * SH_C2_2 * y * weight[6] - 2 * SH_C2_4 * y * weight[8];
    gradient[2] += -SH_C2_0 * (y * weight[5] + x * weight[7]) + 4 * SH_C2_2 * z * weight[6];
    if (degree < 3) return;
    float xx = x * x, yy = y * y, zz = z * z;
    gradient[0] += -6 * SH_C3_0 * x * y * weight[9] + SH_C3_1 * y * z * weight[10] + 2 * SH_C3_2 * x * y * weight[11]
        - 6 * SH_C3_3 * x * z * weight[12] - SH_C3_2 * (4 * zz - 3 * xx - yy) * weight[13]
        + 2 * SH_C3_5 * x * z * weight[14] - 3 * SH_C3_0 * (xx - yy) * weight[15];
    gradient[1] += -3 * SH_C3_0 * (xx - yy) * weight[9] + SH_C3_1 * x * z * weight[10]
        - SH_C3_2 * (4 * zz - xx - 3 * yy) * weight[11] - 6 * SH_C3_3 * y * z * weight[12]
        + 2 * SH_C3_2 * x * y * weight[13] - 2 * SH_C3_5 * y * z * weight[14] + 6 * SH_C3_0 * x * y * weight[15];
    gradient[2] += SH_C3_1 * x * y * weight[10] - 8 * SH_C3_2 * y * z * weight[11]
        + 3 * SH_C3_3 * (2 * zz - xx - yy) * weight[12] - 8 * SH_C3_2 * x * z * weight[13]
        + SH_C3_5 * (xx - yy) * weight[14];
}

// d loss / d the values that blending reads of one Gaussian. These are sums over its pixels p, with d = p - mean2d and
// w = alpha x d loss / d alpha.
struct SplatGradient {
    float w, w_x, w_y;           // sums of w, w dx, w dy
    float w_xx, w_xy, w_yy;      // sums of w dx^2, w dx dy, w dy^2
    float color[3];
};

// d loss / d geometry, without the part that reaches the mean through the colour.
struct GaussianGradient {
    float mean2d[2];      // per px
    float mean[3];
    float logit_opacity;
    float quat[4];
    float log_scale[3];
};

__device__ __forceinline__ GaussianGradient project_gradient(
    const Camera &camera, const Gaussian &g, const View &view, const SplatGradient &from) {
    GaussianGradient to;
    float inverse_det = 1.0f / (view.xx * view.yy - view.xy * view.xy);
    float a = view.yy * inverse_det, b = -view.xy * inverse_det, c = view.xx * inverse_det;  // conic
    to.mean2d[0] = a * from.w_x + b * from.w_y;
    to.mean2d[1] = b * from.w_x + c * from.w_y;
    to.logit_opacity = from.w * (1.0f - sigmoid(g.logit_opacity));

    // by the conic, then by the covariance: -conic x gradient x conic
    float ga = -0.5f * from.w_xx, gb = -0.5f * from.w_xy, gc = -0.5f * from.w_yy;  // gb: each off-diagonal entry
    float a0 = a * ga + b * gb, a1 = a * gb + b * gc;
    float b0 = b * ga + c * gb, b1 = b * gb + c * gc;
    float cov_xx = -(a0 * a + a1 * b);
    float cov_xy = -(a0 * b + a1 * c);
    float cov_yy = -(b0 * b + b1 * c);

    if (camera.antialiased) {  // half the log of det / dilated det is added to the log of the opacity
        float det = determinant_of(view);
        if (det * inverse_det > DETERMINANT_RATIO_MIN) {
            float by_det = 0.5f * from.w / det, by_dilated = 0.5f * from.w * inverse_det;
            cov_xx += by_det * (view.yy - camera.dilation) - by_dilated * view.yy;
            cov_xy -= (by_det - by_dilated) * view.xy;
            cov_yy += by_det * (view.xx - camera.dilation) - by_dilated * view.xx;
        }
    }

    float half[2][3];  // by view.half
    for (int k = 0; k < 3; ++k) {
        half[0][k] = 2 * (cov_xx * view.half[0][k] + cov_xy * view.half[1][k]);
        half[1][k] = 2 * (cov_xy * view.half[0][k] + cov_yy * view.half[1][k]);
    }
    float rotation[9];        // by view.rotation
    float across[2][3] = {};  // by view.across
    for (int k = 0; k < 3; ++k) {
        float scale = 0.0f;
        for (int i = 0; i < 3; ++i) {
            float product = view.across[0][i] * half[0][k] + view.across[1][i] * half[1][k];
            scale += product * view.rotation[3 * i + k];
            rotation[3 * i + k] = product * view.scale[k];
            across[0][i] += half[0][k] * view.rotation[3 * i + k] * view.scale[k];
            across[1][i] += half[1][k] * view.rotation[3 * i + k] * view.scale[k];
        }
        to.log_scale[k] = scale * view.scale[k];
    }

    float w = g.quat[0] * view.inverse_length, x = g.quat[1] * view.inverse_length;
    float y = g.quat[2] * view.inverse_length, z = g.quat[3] * view.inverse_length;
    const float *r = rotation;
    float unit[4] = {
        2 * (x * (r[7] - r[5]) + y * (r[2] - r[6]) + z * (r[3] - r[1])),
        2 * (w * (r[7] - r[5]) - 2 * x * (r[4] + r[8]) + y * (r[1] + r[3]) + z * (r[2] + r[6])),
        2 * (w * (r[2] - r[6]) + x * (r[1] + r[3]) - 2 * y * (r[0] + r[8]) + z * (r[5] + r[7])),
        2 * (w * (r[3] - r[1]) + x * (r[2] + r[6]) + y * (r[5] + r[7]) - 2 * z * (r[0] + r[4]))};
    float along = unit[0] * w + unit[1] * x + unit[2] * y + unit[3] * z;
    to.quat[0] = (unit[0] - along * w) * view.inverse_length;
    to.quat[1] = (unit[1] - along * x) * view.inverse_length;
    to.quat[2] = (unit[2] - along * y) * view.inverse_length;
    to.quat[3] = (unit[3] - along * z) * view.inverse_length;

    // by the Jacobian (fx/z, -fx u/z; fy/z, -fy v/z), then by the point in camera coordinates
    const float *m = camera.rotation;
    float j00 = across[0][0] * m[0] + across[0][1] * m[1] + across[0][2] * m[2];
    float j02 = across[0][0] * m[6] + across[0][1] * m[7] + across[0][2] * m[8];
    float j11 = across[1][0] * m[3] + across[1][1] * m[4] + across[1][2] * m[5];
    float j12 = across[1][0] * m[6] + across[1][1] * m[7] + across[1][2] * m[8];
    float inverse_z = 1.0f / view.at[2];
    float jx = camera.fx * inverse_z, jy = camera.fy * inverse_z;
    float at[3];
    at[0] = jx * to.mean2d[0] - (view.u_held ? 0.0f : jx * inverse_z * j02);
    at[1] = jy * to.mean2d[1] - (view.v_held ? 0.0f : jy * inverse_z * j12);
    at[2] = -inverse_z * (
        jx * (view.at[0] * to.mean2d[0] + j00 - (view.u_held ? 1.0f : 2.0f) * view.u * j02)
        + jy * (view.at[1] * to.mean2d[1] + j11 - (view.v_held ? 1.0f : 2.0f) * view.v * j12));
    for (int i = 0; i < 3; ++i) to.mean[i] = m[i] * at[0] + m[3 + i] * at[1] + m[6 + i] * at[2];
    return to;
}
