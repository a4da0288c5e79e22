// grow.cu: which Gaussians may grow, and in which order.
//
// grow_keys       a Gaussian's key is its mean gradient. Those that may not grow have KEY_NONE, those with NaN or infinity KEY_BROKEN
// grow_keys_race  replaces keys by score / x, where x is exponentially distributed: the k largest are a random choice of k Gaussians,
//                 each with a probability that is proportional to its score
//
// Launch  1-D, one thread per Gaussian; integer atomics: same bits on every run
// Host    GrowKeysKernel.java, GrowKeysRaceKernel.java        Reference  CpuDensify.java, ErrorRace.java
// Source  Kerbl et al. 2023, section 5.2; Efraimidis and Spirakis 2006, "Weighted Random Sampling with a Reservoir"
#include "coefficients.cuh"
#include "grow.cuh"
#include "random.cuh"

#define GROW_THREADS 128
#define RACE_DRAW 12            // of random numbers: ErrorRace.java has the same
#define SCORE_UNIT 16777216.0   // parts of 1: SHARE_UNIT of share.cuh has the same

// Sums over all Gaussians, zero before the launch. GrowthKeys.java reads the same words.
struct Growing {
    unsigned int surviving;    // not pruned if they do not grow
    unsigned int candidates;   // that may grow by their gradient
    unsigned int racing;       // whose score is not zero either
};

// Who may grow. By value; GrowRulesArgument.java has the same members.
struct GrowRules {
    float gradient;        // mean gradient norm from which on a Gaussian may grow
    int prunes_first;      // 1: those that do not survive do not grow
};

__device__ __forceinline__ void count_in_block(bool counts_in, unsigned int *count) {
    int total = __syncthreads_count(counts_in);
    if (threadIdx.x == 0 && total > 0) atomicAdd(count, (unsigned int)total);
}

template <class Chunk>
__device__ __forceinline__ void grow_keys_rows(
    int num_gaussians, const GrowRules &rules, const PruneRules &pruning, const Fading &fading, const GeometryPointers &geometry, const ShPointers<Chunk> &sh,
    float *__restrict__ keys, Growing *__restrict__ growing) {
    ReadOnly<float4> values = geometry.values;
    ReadOnly<float4> first = geometry.first;
    ReadOnly<float4> second = geometry.second;
    ReadOnly<Chunk> sh_coefficients = sh.values;
    int n = blockIdx.x * GROW_THREADS + threadIdx.x;
    bool survives = false, grows = false;
    if (n < num_gaussians) {
        Gaussian g = gaussian_of(values[3 * n], values[3 * n + 1], values[3 * n + 2]);
        float sum = 0.0f;
        for (int q = 0; q < SH_CHUNKS; ++q) {
            float4 c = load_chunk(sh_coefficients, n, q);
            sum += 0.0f * c.x + 0.0f * c.y + 0.0f * c.z + 0.0f * c.w;
        }
        bool finite = is_finite(g) && sum == 0.0f;
        survives = finite && !is_pruned(fading, pruning, g, largest_scale(g));
        float seen = second[3 * n + 2].w;
        float gradient = seen > 0.0f ? first[3 * n + 2].w / seen : 0.0f;
        grows = finite && gradient >= rules.gradient && (survives || !rules.prunes_first);
        keys[n] = grows ? gradient : finite ? KEY_NONE : KEY_BROKEN;
    }
    count_in_block(survives, &growing->surviving);
    count_in_block(grows, &growing->candidates);
}

extern "C" __global__ void __launch_bounds__(GROW_THREADS) grow_keys(
    int num_gaussians,               // N
    GrowRules rules,
    PruneRules pruning,
    Fading fading,
    GeometryPointers geometry,
    ShPointers<float4> sh,           // the values are read
    // outputs
    float *__restrict__ keys,        // [N]
    Growing *__restrict__ growing)   // +=
{
    grow_keys_rows(num_gaussians, rules, pruning, fading, geometry, sh, keys, growing);
}

extern "C" __global__ void __launch_bounds__(GROW_THREADS) grow_keys_half(
    int num_gaussians,               // N
    GrowRules rules,
    PruneRules pruning,
    Fading fading,
    GeometryPointers geometry,
    ShPointers<uint2> sh,            // the values are read
    // outputs
    float *__restrict__ keys,        // [N]
    Growing *__restrict__ growing)   // +=
{
    grow_keys_rows(num_gaussians, rules, pruning, fading, geometry, sh, keys, growing);
}

extern "C" __global__ void __launch_bounds__(GROW_THREADS) grow_keys_race(
    int num_gaussians,                               // N
    unsigned long long seed,
    int step,
    const unsigned long long *__restrict__ scores,   // [N] parts of SCORE_UNIT: error.cu
    // outputs
    float *__restrict__ keys,                        // [N] read and replaced
    Growing *__restrict__ growing)                   // +=
{
    int n = blockIdx.x * GROW_THREADS + threadIdx.x;
    bool races = n < num_gaussians && keys[n] >= 0.0f && scores[n] > 0;
    if (races) {
        keys[n] = (float)((double)scores[n] / SCORE_UNIT / exponential(seed, step, n, RACE_DRAW));
    } else if (n < num_gaussians && keys[n] >= 0.0f) {
        keys[n] = KEY_NONE;
    }
    count_in_block(races, &growing->racing);
}
