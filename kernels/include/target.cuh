// target.cuh: photographs to compare a rendered picture with.
//
// A target says which pixels count and gives a value in [0, 1]. The value of an ignored pixel is the rendered one, which is passed in.
#pragma once
#include "pointers.cuh"

// A photograph without transparency: [3, H, W] bytes.
struct OpaqueTarget {
    static constexpr bool MASKED = false;
    ReadOnly<unsigned char> bytes;
    int width, height;
    __device__ __forceinline__ bool counts(int, int) const { return true; }
    __device__ __forceinline__ float at(int channel, int row, int column, float) const {
        return bytes[((size_t)channel * height + row) * width + column] * (1.0f / 255.0f);
    }
};

// A photograph with transparency, over a background: [4, H, W] bytes, alpha last.
struct TransparentTarget {
    static constexpr bool MASKED = false;
    ReadOnly<unsigned char> bytes;
    int width, height;
    float background[3];
    __device__ __forceinline__ bool counts(int, int) const { return true; }
    __device__ __forceinline__ float at(int channel, int row, int column, float) const {
        size_t pixel = (size_t)row * width + column, plane = (size_t)height * width;
        float alpha = bytes[3 * plane + pixel] * (1.0f / 255.0f);
        return bytes[channel * plane + pixel] * (1.0f / 255.0f) * alpha + (1.0f - alpha) * background[channel];
    }
};

// Either of them with a mask after the channels, which is 0 where a pixel is ignored.
template <class Target>
struct MaskedTarget {
    static constexpr bool MASKED = true;
    Target target;
    ReadOnly<unsigned char> mask;   // [H, W]
    __device__ __forceinline__ bool counts(int row, int column) const { return mask[row * target.width + column] != 0; }
    __device__ __forceinline__ float at(int channel, int row, int column, float rendered) const {
        return counts(row, column) ? target.at(channel, row, column, rendered) : rendered;
    }
};

template <class Target>
__device__ __forceinline__ MaskedTarget<Target> masked(const Target &target, int channels) {
    return {target, target.bytes + (size_t)channels * target.height * target.width};
}
