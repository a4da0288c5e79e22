// splat.cuh: constants and structs that kernels share. A test compares Java's copies (SplatConstants.java) with these.
#pragma once

#define TILE_SIZE 16              // px: side of a blending tile
#define ALPHA_MIN (1.0f / 255.0f) // with less alpha, a Gaussian does not change a pixel: it would be less than one 8-bit level
#define ALPHA_MAX 0.99f           // with more alpha, transmittance could reach 0, and its gradient infinity
#define TRANSMITTANCE_MIN 1e-4f   // a pixel is finished before its transmittance falls below this
#define COV2D_DILATION 0.3f       // px^2 on the diagonal of the 2-D covariance: no Gaussian thinner than about a pixel
#define DETERMINANT_RATIO_MIN 2.5e-5f // smallest ratio of determinants before and after dilation that antialiasing uses
#define FRUSTUM_SLACK 1.3f        // the projection's Jacobian is taken at most this many half fields of view off axis
#define INTERSECTIONS_MAX 1073741823 // of a view: chained scans have 30 bits for a sum

#define LOG2_E 1.4426950408889634f
#define EXPONENT_MIN -7.994353436858858f // log2(ALPHA_MIN): alphas are computed as 2 to a power
#define WARP 32
#define FULL_WARP 0xffffffffu

// One view. By value in kernel arguments; CameraArgument.java has the same members.
struct Camera {
    float rotation[9];      // world to camera, row-major
    float translation[3];   // world units
    float center[3];        // the camera's place, world units
    float fx, fy, cx, cy;   // px
    float limit_x, limit_y; // FRUSTUM_SLACK x tangent of half the field of view
    int width, height;      // px
    int tiles_x, tiles_y;
    float dilation;         // px^2 on the diagonal of the 2-D covariance
    int antialiased;        // 1: opacity falls as dilation thickens a Gaussian
    float near_plane;       // camera z, world units, > 0: nearer Gaussians are culled
};

// The size of a rendered picture. By value.
struct Frame {
    int width, height;      // px
    int tiles_x, tiles_y;
    int pitch, plane;       // floats from row to row, and from channel to channel
};

// The color behind all Gaussians. By value.
struct Background {
    float red, green, blue;
};

// What a step counts. Zero before each step. ControlLayout.java reads the same words.
struct Counts {
    unsigned int visible;          // V
    unsigned int intersections;    // M, even if the buffers have room for fewer
    unsigned int tickets[8];       // next block of each chained kernel: project, intersect, sort passes
    unsigned int too_many;         // 1: intersections passed INTERSECTIONS_MAX and may have wrapped around
};

// Where a tile's pairs are in the sorted lists: [end - count, end).
struct TileRange {
    unsigned int count;            // 0: the tile has none
    unsigned int end;
};

// What is kept over several steps. StepResults.java reads the same words.
struct Progress {
    unsigned int overflow;         // 1: a step needed more intersections than fit; it and later steps do nothing
    unsigned int needed;           // most intersections a step has needed; INTERSECTIONS_MAX + 1 stands for more than that many
    unsigned int steps_done;       // steps completed since the host last cleared it
    unsigned int non_finite;       // Gaussians skipped for NaN or infinity, summed over steps
};

// The 2-D Gaussian as blending reads it, [V, 12] floats, three float4 each:
//   0 mean x, mean y | conic xx, 2 conic xy   (conics times log2(e) / 2)
//   1 conic yy, log2(opacity), red, green
//   2 blue, radius px, depth, unused
struct Splat {
    float x, y;          // px
    float xx, xy, yy;    // falloff = 2^-(xx dx^2 + xy dx dy + yy dy^2)
    float log2_opacity;
};

__device__ __forceinline__ Splat splat_of(float4 first, float4 second) {
    return {first.x, first.y, first.z, first.w, second.x, second.y};
}

// 2 to the power x, with an error of about 2 ulp.
__device__ __forceinline__ float exp2_fast(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

// 1 / x for a normal x, with an error of about 1 ulp.
__device__ __forceinline__ float reciprocal_fast(float x) {
    float y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
