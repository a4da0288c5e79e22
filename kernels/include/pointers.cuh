// pointers.cuh: structs of device pointers that kernels take by value.
//
// Each has a Java record of the same name in org.splatline.gpu.cuda.kernel; KernelSignatureTest compares names, order, types and
// offsets. A struct says where arrays are, not who may write them. Each kernel copies the pointers it needs to local
// variables, as ReadOnly if it only reads.
#pragma once
#include "splat.cuh"

// An array that no thread writes while the kernel runs. Loads take the read-only path and may be moved across barriers and
// atomics; nvcc finds this out for kernel parameters, but not for members of a struct.
template <class T>
struct ReadOnly {
    const T *__restrict__ values;
    __device__ __forceinline__ ReadOnly(const T *values) : values(values) {}
    template <class Index>
    __device__ __forceinline__ T operator[](Index i) const { return __ldg(values + i); }
    template <class Index>
    __device__ __forceinline__ ReadOnly operator+(Index i) const { return ReadOnly(values + i); }
};

// Geometry of N Gaussians and its moments: mean 3, logit opacity | quaternion 4 | log scales 3, one more float.
struct GeometryPointers {
    float4 *values;  // [N, 12] the 12th float is unused
    float4 *first;   // [N, 12] first moments; the 12th float: sum of gradient norms
    float4 *second;  // [N, 12] second moments; the 12th float: number of steps that saw it
};

// Spherical harmonics of N Gaussians and their moments. Chunk holds four numbers: float4 in 32 bits, uint2 in 16 bits.
template <class Chunk>
struct ShPointers {
    Chunk *values;  // [N, 16, 3]
    Chunk *first;   // [N, 16, 3]
    Chunk *second;  // [N, 16, 3]
};

// Gradients of N Gaussians, added up over several views.
struct SumPointers {
    float4 *geometry;     // [N, 12] the 12th float is unused
    float4 *sh;           // [N, 16, 3]
    unsigned int *seen;   // [N] the last step that added to a row
};

// Mask logits of N Gaussians (volume, bands 1, 2, 3), their moments, and their gradients at one step.
struct MaskPointers {
    float4 *logits;     // [N, 4]
    float4 *first;      // [N, 4]
    float4 *second;     // [N, 4]
    float4 *gradients;  // [N, 4] 0 where not visible
};

// What a view and a training count.
struct StatePointers {
    Counts *counts;
    Progress *progress;
};

// The V visible Gaussians of a view, in the order of their indices.
struct SplatPointers {
    float4 *splats;              // [V, 12]
    float4 *splat_gradients;     // [V, 12] SplatGradient
    int *gaussian_indices;       // [V] ascending
    unsigned int *tile_counts;   // [V] tiles touched
};

// What the depth sort starts from.
struct DepthPointers {
    unsigned int *keys;        // [V]
    unsigned int *order;       // [V] 0, 1, 2, …: what the sort permutes
    unsigned int *histograms;  // [DEPTH_PASSES, DEPTH_BINS]
};

// One pass of a sort of (key, value) pairs by one digit.
struct SortPointers {
    const unsigned int *count;      // [1] pairs
    const unsigned int *histogram;  // [1 << bits] of this digit over all keys
    const unsigned int *keys_in;    // [count]
    const unsigned int *values_in;  // [count]
    unsigned int *keys_out;         // [count] ordered by the digit
    unsigned int *values_out;       // [count]
    unsigned int *chain;            // [blocks, 1 << bits] zero
};

// Where each splat's (tile, splat) pairs go.
struct PlacePointers {
    const unsigned int *order;  // [V] splats near to far
    unsigned int *places;       // [V] exclusive sum of tile counts, near to far
    unsigned int *chain;        // [blocks] zero
};

// The M (tile, splat) pairs of a view.
struct PairPointers {
    unsigned int *tiles;          // [M]
    unsigned int *splat_indices;  // [M]
    unsigned int *histograms;     // [2, 512] of both digits of the tiles
};

// Each tile's splats, near to far: what blending reads.
struct ListPointers {
    const TileRange *ranges;            // [tiles]
    const unsigned int *splat_indices;  // [M]
    const float4 *splats;               // [V, 12]
};

// Where the backward pass can start in the middle of a long list: see blend.cu.
struct CheckpointPointers {
    unsigned int *owners;  // [M / segment + 1, patches] tile + 1 if the patch has open pixels, else zero
    float4 *pixels;        // [M / segment + 1, 256] red, green, blue, transmittance; a patch's pixels by four rows, then by lane
};

// A rendered picture and its gradient.
struct PicturePointers {
    float *image;           // [3, H, pitch]
    float *image_gradient;  // [3, H, pitch] d loss / d image
};

// Affine colour transforms of V training views, Adam's state for them, and what a step sums: see exposure.cu.
struct ExposurePointers {
    float *transforms;  // [V, 3, 4] rows of three factors and an offset
    float *first;       // [V, 3, 4]
    float *second;      // [V, 3, 4]
    float *counts;      // [V] steps that each transform has taken
    float *sums;        // [EXPOSURE_BLOCKS, 3, 4] d loss / d the transform of the step's view
};

// A photograph to compare with, and where the comparison's sums go.
struct TargetPointers {
    const unsigned char *bytes;  // [3 or 4, H, W], alpha last; then a mask [H, W] if there is one
    double *sums;                // [4] sums of |x - y|, of SSIM, of (clamped x - y)^2, and of ignored values
};

// Gradients of the parameters.
struct GradientPointers {
    float *geometry;         // [N, 12]
    float *sh_coefficients;  // [N, 16, 3]
    float2 *means2d;         // [N] per px
};

// What densification decided for each Gaussian: see densify.cu.
struct FatePointers {
    unsigned int *fates;  // [N]
    int *clone_places;    // [N] place among clones; -1: no clone
};

// An array whose rows move, and the array they move to.
struct RowPointers {
    const float4 *from;  // [old rows, width]
    float4 *to;          // [new rows, width]
};

// The input and output of Morton order: see morton.cu.
struct MortonPointers {
    const float4 *geometry;    // [N, 12]
    unsigned int *bounds;      // [2, 3] zero: largest ordered bits of x, y, z; of their complements
    unsigned int *codes;       // [N]
    unsigned int *rows;        // [N] 0, 1, 2, …: what the sort permutes
    unsigned int *histograms;  // [MORTON_PASSES, MORTON_BINS]
};

// A picture before and after a filter.
struct FilterPointers {
    const unsigned char *from;
    unsigned char *to;
};
