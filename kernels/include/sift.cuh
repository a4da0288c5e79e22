// sift.cuh: numbers and layout of SIFT. SiftRule.java and SiftMath.java have the same.
#pragma once

#define SIFT_STEPS 3            // levels that double the blur
#define SIFT_LEVELS 6           // of an octave
#define SIFT_MAX_RADIUS 13      // of a blur
#define SIFT_ORIENTATIONS 2     // the most of a keypoint

// A float whose operations are each rounded once: nvcc joins no product with a sum, and Java gets the same bits.
struct Exact {
    float value;
    __device__ __forceinline__ Exact(float value) : value(value) {}
};

__device__ __forceinline__ Exact operator+(Exact a, Exact b) { return __fadd_rn(a.value, b.value); }
__device__ __forceinline__ Exact operator-(Exact a, Exact b) { return __fsub_rn(a.value, b.value); }
__device__ __forceinline__ Exact operator*(Exact a, Exact b) { return __fmul_rn(a.value, b.value); }
__device__ __forceinline__ Exact operator/(Exact a, Exact b) { return __fdiv_rn(a.value, b.value); }
__device__ __forceinline__ Exact operator-(Exact a) { return -a.value; }
__device__ __forceinline__ bool operator<(Exact a, Exact b) { return a.value < b.value; }
__device__ __forceinline__ bool operator>(Exact a, Exact b) { return a.value > b.value; }
__device__ __forceinline__ bool operator<=(Exact a, Exact b) { return a.value <= b.value; }
__device__ __forceinline__ bool operator>=(Exact a, Exact b) { return a.value >= b.value; }
__device__ __forceinline__ Exact absolute(Exact a) { return fabsf(a.value); }
__device__ __forceinline__ Exact least(Exact a, Exact b) { return fminf(a.value, b.value); }
__device__ __forceinline__ Exact largest(Exact a, Exact b) { return fmaxf(a.value, b.value); }
__device__ __forceinline__ Exact floor_of(Exact a) { return floorf(a.value); }
__device__ __forceinline__ Exact root(Exact a) { return __fsqrt_rn(a.value); }

// e to the power of x, |x| at most 80: 2^k e^r and Taylor's polynomial. Within 3e-7.
__device__ __forceinline__ Exact exponential(Exact x)
{
    Exact k = floor_of(x * 1.442695f + 0.5f);
    Exact r = x - k * 0.69314575f - k * 1.4286068e-6f;
    Exact p = 0.00138888892f;
    p = p * r + 0.00833333377f;
    p = p * r + 0.0416666679f;
    p = p * r + 0.166666672f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return p * __int_as_float(((int)k.value + 127) << 23);
}

// The direction of (x, y) in turns, in [0, 1]. Within 1e-7: a polynomial of the least error.
__device__ __forceinline__ Exact direction_of(Exact x, Exact y)
{
    Exact wide = absolute(x), high = absolute(y);
    Exact longest = largest(wide, high);
    if (longest.value == 0.0f) return 0.0f;
    Exact z = least(wide, high) / longest;
    Exact q = z * z;
    Exact p = 0.0068117473f;
    p = p * q - 0.033604078f;
    p = p * q + 0.0796235f;
    p = p * q - 0.13233332f;
    p = p * q + 0.19807813f;
    p = p * q - 0.33317366f;
    p = p * q + 0.9999961f;
    Exact turns = p * z * 0.15915494f;
    if (high > wide) turns = Exact(0.25f) - turns;
    if (x < 0.0f) turns = Exact(0.5f) - turns;
    return y < 0.0f ? Exact(1.0f) - turns : turns;
}

// The sine of an angle in turns. Within 1e-6: Taylor's polynomials of the angle to the nearest quarter.
__device__ __forceinline__ Exact sine_of(Exact turns)
{
    Exact quarter = floor_of(turns * 4.0f + 0.5f);
    Exact r = (turns - quarter * 0.25f) * 6.2831855f;
    Exact q = r * r;
    int side = (int)quarter.value & 3;
    Exact p = 0.0f;
    if ((side & 1) == 0) {
        p = -0.000198412701f;
        p = p * q + 0.00833333377f;
        p = p * q - 0.166666672f;
        p = p * q + 1.0f;
        p = p * r;
    } else {
        p = 2.48015876e-05f;
        p = p * q - 0.00138888892f;
        p = p * q + 0.0416666679f;
        p = p * q - 0.5f;
        p = p * q + 1.0f;
    }
    return side < 2 ? p : -p;
}

__device__ __forceinline__ Exact cosine_of(Exact turns) { return sine_of(turns + 0.25f); }

// The scale space of a picture: octave after octave, each half as wide and high, [SIFT_LEVELS, H, W]. By value;
// SiftPyramidArgument.java has the same members.
struct SiftPyramid {
    float *planes;
    int width, height;   // px of the first octave
};

// One octave of it.
struct SiftOctave {
    const float *__restrict__ planes;   // [SIFT_LEVELS, H, W]
    int width, height;

    __device__ __forceinline__ SiftOctave(const SiftPyramid &pyramid, int octave)
        : planes(pyramid.planes), width(pyramid.width), height(pyramid.height)
    {
        for (int o = 0; o < octave; ++o) {
            planes += (size_t)SIFT_LEVELS * width * height;
            width /= 2;
            height /= 2;
        }
    }

    __device__ __forceinline__ Exact at(int level, int x, int y) const
    {
        return planes[((size_t)level * height + y) * width + x];
    }

    // Difference d is level d + 1 minus level d.
    __device__ __forceinline__ Exact difference(int d, int x, int y) const { return at(d + 1, x, y) - at(d, x, y); }

    // The slope of a level along x, from the neighbours of a pixel; at the border from one.
    __device__ __forceinline__ Exact slope_x(int level, int x, int y) const
    {
        int left = max(x - 1, 0), right = min(x + 1, width - 1);
        Exact rise = at(level, right, y) - at(level, left, y);
        return right - left == 2 ? rise * 0.5f : rise;
    }

    __device__ __forceinline__ Exact slope_y(int level, int x, int y) const
    {
        int above = max(y - 1, 0), below = min(y + 1, height - 1);
        Exact rise = at(level, x, below) - at(level, x, above);
        return below - above == 2 ? rise * 0.5f : rise;
    }
};
