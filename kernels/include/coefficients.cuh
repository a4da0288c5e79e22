// coefficients.cuh: rows of 48 coefficients or of their moments, in 32 or 16 bits per number, read and written four at a time.
//
// In 16 bits, a first moment is stored times MOMENT_UNIT, a second moment as its square root times MOMENT_UNIT: gradients from
// 6e-11 to 0.06 keep 11 bits. Rounding is stochastic: the remainder is the probability to round up. Steps that are too small for
// 11 bits therefore still add up. Coefficients.java uses the same format but rounds to the nearest.
//
// Source  Micikevicius et al. 2018, "Mixed Precision Training"; Gupta et al. 2015, "Deep Learning with Limited Numerical
//         Precision" (stochastic rounding)
#pragma once
#include <cuda_fp16.h>
#include "pointers.cuh"

#define SH_FLOATS 48
#define SH_CHUNKS 12            // of four numbers, per row
#define MOMENT_UNIT 1048576.0f
#define HALF_MAX 65504.0f
#define HALF_MIN 6.0e-8f        // just above the smallest positive half

__device__ __forceinline__ float half_to_float(unsigned int bits) { return __half2float(__ushort_as_half((unsigned short)bits)); }

__device__ __forceinline__ float4 numbers_of(float4 chunk) { return chunk; }

__device__ __forceinline__ float4 numbers_of(uint2 chunk) {
    return make_float4(
        half_to_float(chunk.x & 0xffffu), half_to_float(chunk.x >> 16), half_to_float(chunk.y & 0xffffu), half_to_float(chunk.y >> 16));
}

// Four numbers of row n, starting at number 4 q. Rows is a pointer to chunks, or ReadOnly.
template <class Rows>
__device__ __forceinline__ float4 load_chunk(Rows rows, size_t n, int q) { return numbers_of(rows[SH_CHUNKS * n + q]); }

// Rounds to 16 bits. The lowest 13 bits of `random` are added before the last 13 bits are cut off.
__device__ __forceinline__ unsigned int round_to_half(float value, unsigned int random) {
    if (!isfinite(value)) return __half_as_ushort(__float2half_rz(value));
    float held = fminf(fmaxf(value, -HALF_MAX), HALF_MAX);
    return __half_as_ushort(__float2half_rz(__uint_as_float(__float_as_uint(held) + (random & 0x1fffu))));
}

// Random bits for a chunk of an array at a step.
__device__ __forceinline__ unsigned int chunk_bits(unsigned int step, int array, size_t n, int q) {
    unsigned int z = (unsigned int)(SH_CHUNKS * n + q) * 0x9e3779b9u + step * 0x85ebca6bu + array * 0xc2b2ae35u;
    z = (z ^ z >> 16) * 0x7feb352du;
    z = (z ^ z >> 15) * 0x846ca68bu;
    return z ^ z >> 16;
}

__device__ __forceinline__ void store_chunk(float4 *rows, size_t n, int q, float4 value, unsigned int, int) {
    rows[SH_CHUNKS * n + q] = value;
}

__device__ __forceinline__ void store_chunk(uint2 *rows, size_t n, int q, float4 value, unsigned int step, int array) {
    unsigned int low = chunk_bits(step, array, n, q), high = low * 0x2c1b3c6du;
    uint2 bits;
    bits.x = round_to_half(value.x, low) | round_to_half(value.y, low >> 13) << 16;
    bits.y = round_to_half(value.z, high >> 3) | round_to_half(value.w, high >> 16) << 16;
    rows[SH_CHUNKS * n + q] = bits;
}

__device__ __forceinline__ float4 scaled(float4 v, float by) { return make_float4(v.x * by, v.y * by, v.z * by, v.w * by); }

__device__ __forceinline__ float4 load_first(const float4 *rows, size_t n, int q) { return load_chunk(rows, n, q); }

__device__ __forceinline__ float4 load_first(const uint2 *rows, size_t n, int q) {
    return scaled(load_chunk(rows, n, q), 1.0f / MOMENT_UNIT);
}

__device__ __forceinline__ float4 load_second(const float4 *rows, size_t n, int q) { return load_chunk(rows, n, q); }

__device__ __forceinline__ float4 load_second(const uint2 *rows, size_t n, int q) {
    float4 v = scaled(load_chunk(rows, n, q), 1.0f / MOMENT_UNIT);
    return make_float4(v.x * v.x, v.y * v.y, v.z * v.z, v.w * v.w);
}

__device__ __forceinline__ void store_first(float4 *rows, size_t n, int q, float4 v, unsigned int step) {
    store_chunk(rows, n, q, v, step, 1);
}

__device__ __forceinline__ void store_first(uint2 *rows, size_t n, int q, float4 v, unsigned int step) {
    store_chunk(rows, n, q, scaled(v, MOMENT_UNIT), step, 1);
}

__device__ __forceinline__ void store_second(float4 *rows, size_t n, int q, float4 v, unsigned int step) {
    store_chunk(rows, n, q, v, step, 2);
}

__device__ __forceinline__ void store_second(uint2 *rows, size_t n, int q, float4 v, unsigned int step) {
    v = scaled(make_float4(sqrtf(v.x), sqrtf(v.y), sqrtf(v.z), sqrtf(v.w)), MOMENT_UNIT);
    // A positive value stays positive: a first moment divided by a root of 0 would give a huge step.
    if (v.x > 0.0f) v.x = fmaxf(v.x, HALF_MIN);
    if (v.y > 0.0f) v.y = fmaxf(v.y, HALF_MIN);
    if (v.z > 0.0f) v.z = fmaxf(v.z, HALF_MIN);
    if (v.w > 0.0f) v.w = fmaxf(v.w, HALF_MIN);
    store_chunk(rows, n, q, v, step, 2);
}
