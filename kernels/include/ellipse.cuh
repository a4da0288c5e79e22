// ellipse.cuh: where does a projected Gaussian reach ALPHA_MIN?
//
// Inside xx dx^2 + xy dx dy + yy dy^2 <= log2(opacity / ALPHA_MIN): tile bounds are exact, from the ellipse's own extrema
// (idea: Hanson et al. 2025, "Speedy-Splat"). Only pixel centres count, so bounds are half a pixel inside tile edges.
#pragma once
#include "splat.cuh"

struct Ellipse {
    float x, y;            // px
    float xx, xy, yy;
    float level;           // right-hand side above; below 0: reached nowhere
    float half_height;     // px, at the extremes
    float right_dy;        // dy of the rightmost point; the leftmost is at minus that
    float inverse_xx;
};

__device__ __forceinline__ Ellipse ellipse_of(const Splat &splat) {
    Ellipse e = {splat.x, splat.y, splat.xx, splat.xy, splat.yy};
    e.level = (splat.log2_opacity - EXPONENT_MIN) * 1.0001f + 1e-5f;  // rounding must not lose a pixel
    float determinant = splat.xx * splat.yy - 0.25f * splat.xy * splat.xy;
    float scale = fmaxf(e.level, 0.0f) / determinant;
    e.half_height = sqrtf(scale * splat.xx);
    float half_width = sqrtf(scale * splat.yy);
    e.right_dy = -0.5f * splat.xy * half_width / splat.yy;
    e.inverse_xx = 1.0f / splat.xx;
    return e;
}

// Rows of tiles that the ellipse may reach: [first, last).
__device__ __forceinline__ int2 tile_rows(const Ellipse &e, int tiles_y) {
    if (!(e.level >= 0.0f)) return make_int2(0, 0);
    // Row j is reached if its centre j + 0.5 lies between y - half_height and y + half_height.
    float low = fmaxf(ceilf(e.y - e.half_height - 0.5f), 0.0f);
    float high = fminf(floorf(e.y + e.half_height - 0.5f), (float)(tiles_y * TILE_SIZE - 1));
    if (!(low <= high)) return make_int2(0, 0);
    return make_int2((int)low / TILE_SIZE, (int)high / TILE_SIZE + 1);
}

// Tiles of one row that the ellipse reaches: [first, last), empty if first >= last.
__device__ __forceinline__ int2 tile_run(const Ellipse &e, int row, int tiles_x) {
    float top = fmaxf(row * TILE_SIZE + 0.5f - e.y, -e.half_height);
    float bottom = fminf(row * TILE_SIZE + (TILE_SIZE - 0.5f) - e.y, e.half_height);
    float right_at = fminf(fmaxf(e.right_dy, top), bottom);
    float left_at = fminf(fmaxf(-e.right_dy, top), bottom);
    // a dx^2 + b dx + c = 0 at a given dy
    float right_b = 0.5f * e.xy * right_at;
    float left_b = 0.5f * e.xy * left_at;
    float right_root = sqrtf(fmaxf(right_b * right_b - e.xx * (e.yy * right_at * right_at - e.level), 0.0f));
    float left_root = sqrtf(fmaxf(left_b * left_b - e.xx * (e.yy * left_at * left_at - e.level), 0.0f));
    float right = e.x + (right_root - right_b) * e.inverse_xx;
    float left = e.x - (left_root + left_b) * e.inverse_xx;
    float low = fmaxf(ceilf(left - 0.5f), 0.0f);
    float high = fminf(floorf(right - 0.5f), (float)(tiles_x * TILE_SIZE - 1));
    if (!(low <= high)) return make_int2(0, 0);
    return make_int2((int)low / TILE_SIZE, (int)high / TILE_SIZE + 1);
}

// Whether a splat reaches ALPHA_MIN anywhere on the rectangle of pixel centres [x0, x1] x [y0, y1]. The smallest
// value of a convex function over a box is inside, or on a side that faces its minimum.
__device__ __forceinline__ bool reaches(const Splat &s, float x0, float y0, float x1, float y1) {
    float left = x0 - s.x, right = x1 - s.x, top = y0 - s.y, bottom = y1 - s.y;
    float near_x = fminf(fmaxf(0.0f, left), right);
    float near_y = fminf(fmaxf(0.0f, top), bottom);
    float along_y = fminf(fmaxf(__fdividef(-0.5f * s.xy * near_x, s.yy), top), bottom);
    float along_x = fminf(fmaxf(__fdividef(-0.5f * s.xy * near_y, s.xx), left), right);
    float side_x = (s.xx * near_x + s.xy * along_y) * near_x + s.yy * along_y * along_y;
    float side_y = (s.yy * near_y + s.xy * along_x) * near_y + s.xx * along_x * along_x;
    return fminf(side_x, side_y) <= (s.log2_opacity - EXPONENT_MIN) * 1.0001f + 1e-5f;
}
