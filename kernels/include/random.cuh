// random.cuh: random numbers that are a function of (seed, step, index, draw), with the same bits as CounterRandom.java.
#pragma once

__device__ __forceinline__ unsigned long long mix(unsigned long long z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// In (0, 1), 24 bits.
__device__ __forceinline__ double uniform_double(
    unsigned long long seed, unsigned long long step, unsigned long long index, int draw) {
    unsigned long long z = mix(seed + 0x9E3779B97F4A7C15ull);
    z = mix(z ^ (step * 0xD1B54A32D192ED03ull + 0x632BE59BD9B4E019ull));
    z = mix(z ^ (index * 0x8CB92BA72F3D8DD7ull + draw));
    return ((double)(z >> 40) + 0.5) * 0x1.0p-24;
}

__device__ __forceinline__ double uniform(unsigned long long seed, unsigned long long step, unsigned long long index, int draw) {
    return (double)(float)uniform_double(seed, step, index, draw);
}

// Exponentially distributed with mean 1, above 0.
__device__ __forceinline__ double exponential(unsigned long long seed, unsigned long long step, unsigned long long index, int draw) {
    return -log(uniform_double(seed, step, index, draw));
}

__device__ __forceinline__ float normal(unsigned long long seed, unsigned long long step, unsigned long long index, int draw) {
    double u = uniform(seed, step, index, 2 * draw);
    double v = uniform(seed, step, index, 2 * draw + 1);
    return (float)(sqrt(-2.0 * log(u)) * cospi(2.0 * v));
}
