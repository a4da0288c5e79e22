// moments.cuh: sums over a patch's pixels of what each splat contributes, eight splats at a time, on the tensor cores.
//
// The sums that a SplatGradient needs are two matrix products. Of a splat's shares (alpha x d loss / d alpha): [1, x, y, x^2, xy,
// y^2] per pixel x shares. Of its weights (alpha T): [red, green, blue gradient] per pixel x weights. A row of a product is one sum,
// a column one splat. x and y are measured from the patch's centre; fold moves the sums to the splat's centre.
//
// Factors have 11 bits, sums have 24. Coordinates and their products are exact in 11 bits. Shares and gradients are relative to the
// patch's largest gradient, so that they neither overflow nor vanish.
#pragma once
#include "coefficients.cuh"
#include "patch.cuh"

#define FOLD_SPLATS 8     // columns of a matrix product
#define COORDINATE_ROWS 6
#define USED_LANES 24     // 4 per coordinate row

// The order of pixels: lane l's pixel i is number l x pixels + i. In a matrix product, lane l has row (or column) l / 4, and there
// eight pixels in one 16-byte read: those from 8 (4 q + l % 4) on, for q = 0, 1, … below `pixels`. The tensor cores take them as four
// pairs. In which order pixels are summed does not matter, as long as both factors have the same.

// An exact half of a number with few bits.
constexpr unsigned int half_bits(float value) {
    if (value == 0.0f) return 0;
    unsigned int sign = value < 0.0f ? 0x8000u : 0u;
    float rest = value < 0.0f ? -value : value;
    int exponent = 15;
    while (rest >= 2.0f) { rest *= 0.5f; ++exponent; }
    while (rest < 1.0f) { rest *= 2.0f; --exponent; }
    return sign | (unsigned int)exponent << 10 | (unsigned int)((rest - 1.0f) * 1024.0f);
}

// Coordinates of a patch's pixels, measured from its centre, as pairs of halves: what each lane multiplies.
template <int rows>
struct Coordinates {
    unsigned int pairs[rows / 4][USED_LANES][4];

    constexpr Coordinates() : pairs() {
        constexpr int pixels = rows / 4;
        for (int q = 0; q < pixels; ++q) {
            for (int lane = 0; lane < USED_LANES; ++lane) {
                for (int k = 0; k < 8; ++k) {
                    int pixel = (4 * q + lane % 4) * 8 + k, owner = pixel / pixels, row = lane / 4;
                    float x = owner % PATCH_WIDTH - 0.5f * (PATCH_WIDTH - 1);
                    float y = owner / PATCH_WIDTH + 4 * (pixel % pixels) - 0.5f * (rows - 1);
                    float value = (row == 1 || row == 4 ? x : row == 3 ? x * x : 1.0f) * (row == 2 || row == 4 ? y : row == 5 ? y * y : 1.0f);
                    pairs[q][lane][k / 2] |= half_bits(value) << 16 * (k % 2);
                }
            }
        }
    }
};

template <int rows>
__device__ const Coordinates<rows> coordinates = Coordinates<rows>();

// Two numbers as halves; beyond what a half holds, the largest half.
__device__ __forceinline__ unsigned int halves_of(float low, float high) {
#if __CUDA_ARCH__ >= 800
    unsigned int halves;
    asm("cvt.rn.satfinite.f16x2.f32 %0, %1, %2;" : "=r"(halves) : "f"(high), "f"(low));
    return halves;
#else
    __half2 halves = __floats2half2_rn(fminf(fmaxf(low, -HALF_MAX), HALF_MAX), fminf(fmaxf(high, -HALF_MAX), HALF_MAX));
    return *reinterpret_cast<unsigned int *>(&halves);
#endif
}

// sums += a x b: 16 rows, 8 columns, 16 pixels. a: the lane's upper and lower row, of its first and then of its second pair of pixels.
__device__ __forceinline__ void multiply_add(float sums[4], uint4 a, unsigned int b0, unsigned int b1) {
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a.x), "r"(a.y), "r"(a.z), "r"(a.w), "r"(b0), "r"(b1));
#else
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a.x), "r"(a.y), "r"(b0));
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a.z), "r"(a.w), "r"(b1));
#endif
}

// Adds four neighbouring numbers. `to` is a multiple of 16 bytes.
__device__ __forceinline__ void add_four(float *to, float a, float b, float c, float d) {
#if __CUDA_ARCH__ >= 900
    atomicAdd(reinterpret_cast<float4 *>(to), make_float4(a, b, c, d));
#else
    atomicAdd(to, a);
    atomicAdd(to + 1, b);
    atomicAdd(to + 2, c);
    atomicAdd(to + 3, d);
#endif
}

// What a warp has collected of its patch and not yet added to the splats' gradients. In shared memory.
template <int rows>
struct Collected {
    static constexpr int pixels = rows / 4;
    // Of a splat: a share per pixel, then a weight per pixel. The padding puts neighbouring splats into different banks.
    static constexpr int stride = 2 * WARP * pixels + 32;
    __align__(16) __half contributions[FOLD_SPLATS * stride];
    // The first factor. The upper rows are coordinates. The lower ones are gradients: red, green and blue; the others are never read.
    uint4 factors[2 * pixels][USED_LANES];
    float4 places[FOLD_SPLATS];      // mean x, y, px; the splat's index

    __device__ __forceinline__ void put_coordinates(int lane) {
        if (lane >= USED_LANES) return;
#pragma unroll
        for (int q = 0; q < pixels; ++q) {
            uint4 pairs = *reinterpret_cast<const uint4 *>(coordinates<rows>.pairs[q][lane]);
            factors[2 * q][lane] = make_uint4(pairs.x, 0, pairs.y, 0);
            factors[2 * q + 1][lane] = make_uint4(pairs.z, 0, pairs.w, 0);
        }
    }

    // Keeps the gradients of a lane's pixel, divided by the patch's largest. After put_coordinates of all lanes.
    __device__ __forceinline__ void put_gradient(int lane, int i, float red, float green, float blue) {
        int pixel = lane * pixels + i, q = pixel / 32, pair = pixel / 2 % 4;
        __half *at = reinterpret_cast<__half *>(&factors[2 * q + pair / 2][pixel / 8 % 4]) + 4 * (pair % 2) + 2 + pixel % 2;
        at[0] = __float2half(red);
        at[4 * 8] = __float2half(green);
        at[8 * 8] = __float2half(blue);
    }

    // Keeps a splat's contributions as number `splat` if there are any. Returns whether; all lanes call it.
    __device__ __forceinline__ bool put_splat(int splat, const float shares[pixels], const float weights[pixels]) {
        constexpr int words = (pixels + 1) / 2;
        int lane = threadIdx.x & 31;
        unsigned int share[words], weight[words], any = 0;
#pragma unroll
        for (int i = 0; i < words; ++i) {
            share[i] = halves_of(shares[2 * i], pixels > 1 ? shares[2 * i + 1] : 0.0f);
            weight[i] = halves_of(weights[2 * i], pixels > 1 ? weights[2 * i + 1] : 0.0f);
            any |= weight[i];
        }
        if (!__any_sync(FULL_WARP, any != 0)) return false;
        __half *to_share = contributions + splat * stride + lane * pixels;
        __half *to_weight = to_share + WARP * pixels;
        if constexpr (pixels == 1) {
            *reinterpret_cast<unsigned short *>(to_share) = (unsigned short)share[0];
            *reinterpret_cast<unsigned short *>(to_weight) = (unsigned short)weight[0];
        } else if constexpr (pixels == 2) {
            *reinterpret_cast<unsigned int *>(to_share) = share[0];
            *reinterpret_cast<unsigned int *>(to_weight) = weight[0];
        } else {
            *reinterpret_cast<uint2 *>(to_share) = make_uint2(share[0], share[1]);
            *reinterpret_cast<uint2 *>(to_weight) = make_uint2(weight[0], weight[1]);
        }
        return true;
    }

    // Adds the sums of the first `count` splats to their gradients, times `scale`. (center_x, center_y) is the patch's, px. All lanes
    // call it.
    __device__ __forceinline__ void fold(int count, float scale, float center_x, float center_y, float *__restrict__ splat_gradients) {
        int lane = threadIdx.x & 31, row = lane / 4;
        const __half *column = contributions + row * stride + lane % 4 * 8;
        float of_shares[4] = {}, of_weights[4] = {};
        __syncwarp();
#pragma unroll
        for (int q = 0; q < pixels; ++q) {
            uint4 first = factors[2 * q][min(lane, USED_LANES - 1)], second = factors[2 * q + 1][min(lane, USED_LANES - 1)];
            uint4 share = *reinterpret_cast<const uint4 *>(column + 32 * q);
            uint4 weight = *reinterpret_cast<const uint4 *>(column + 32 * q + WARP * pixels);
            multiply_add(of_shares, first, share.x, share.y);
            multiply_add(of_weights, first, weight.x, weight.y);
            multiply_add(of_shares, second, share.z, share.w);
            multiply_add(of_weights, second, weight.z, weight.w);
        }
        __syncwarp();  // all lanes have read the contributions, whose place the sums take
        float2 *sums = reinterpret_cast<float2 *>(contributions);   // [9, FOLD_SPLATS / 2]
        if (row < COORDINATE_ROWS) sums[row * (FOLD_SPLATS / 2) + lane % 4] = make_float2(of_shares[0], of_shares[1]);
        if (row < 3) sums[(COORDINATE_ROWS + row) * (FOLD_SPLATS / 2) + lane % 4] = make_float2(of_weights[2], of_weights[3]);
        __syncwarp();
        int splat = lane % FOLD_SPLATS, part = lane / FOLD_SPLATS;
        if (splat < count && part < 3) {
            const float *of = reinterpret_cast<const float *>(contributions) + splat;
            float4 place = places[splat];
            float x = place.x - center_x, y = place.y - center_y;
            float *to = splat_gradients + 12 * (size_t)__float_as_uint(place.z) + 4 * part;
            float w = scale * of[0];
            float w_x = scale * of[FOLD_SPLATS], w_y = scale * of[2 * FOLD_SPLATS];
            if (part == 0) {
                add_four(to, w, w_x - x * w, w_y - y * w, scale * of[3 * FOLD_SPLATS] - x * (2 * w_x - x * w));
            } else if (part == 1) {
                float w_xy = scale * of[4 * FOLD_SPLATS] - x * w_y - y * (w_x - x * w);
                float w_yy = scale * of[5 * FOLD_SPLATS] - y * (2 * w_y - y * w);
                add_four(to, w_xy, w_yy, scale * of[6 * FOLD_SPLATS], scale * of[7 * FOLD_SPLATS]);
            } else {
                atomicAdd(to, scale * of[8 * FOLD_SPLATS]);
            }
        }
        __syncwarp();  // the sums are read: contributions may come again
    }
};
