// densify.cu: adaptive density control: clones, splits and prunes, into new arrays without gaps.
//
// densify_decide   decides what happens to each Gaussian, and its place among those with the same fate
// densify_*        move one array each from old rows to new rows: Gaussians that stay; then clones; then the first halves of split
//                  Gaussians; then the second halves. Opacities fade. Moments of new rows are zero; statistics are reset
// reset_opacities  lowers opacities to a limit and clears their moments
//
// Launch  1-D. densify_decide: DENSIFY_THREADS per block, chained scans over blocks; densify_*: one thread per float4 of the
//         old array. Same bits on every run
// Host    Densify*Kernel.java, ResetOpacitiesKernel.java        Reference  CpuDensify.java
// Source  Kerbl et al. 2023, section 5.2; Deng et al. 2025, "Improving Densification in 3D Gaussian Splatting for High-Fidelity
//         Rendering" (halves along the longest axis)
#include "grow.cuh"
#include "pointers.cuh"
#include "random.cuh"
#include "scan.cuh"

#define DENSIFY_THREADS 128
#define SPLIT_LOG_SHRINK 0.47000362924573563f   // ln 1.6: the halves of a Gaussian split at random are smaller by this factor

// Halves along the longest axis; DensifySettings.java has the same numbers. Logarithms of the factors of its scale and of the others;
// the factor of the opacity; the distance of the centres from the mean, in longest scales.
#define LONG_LOG_SHRINK -0.6931471805599453f    // ln 0.5
#define SIDE_LOG_SHRINK -0.16251892949777494f   // ln 0.85
#define LONG_FADE 0.6f
#define LONG_OFFSET 0.5

// What happens to a Gaussian, in the bits above its place among those with the same fate. Places of clones are in `clone_places`.
#define FATE_GONE 0u
#define FATE_STAYS 1u
#define FATE_SPLIT 2u
#define FATE_SHIFT 29
#define FATE_PLACE 0x1fffffffu

// Sums over all Gaussians, zero before the launch. Densifier.java reads the same words.
struct Densified {
    unsigned int staying, cloned, split;   // rows that are not pruned; each split Gaussian gives two rows
    unsigned int clones, splits;           // Gaussians that grew, before pruning
    unsigned int tickets;
};

// When a Gaussian grows or is pruned. By value; DensifyRulesArgument.java has the same members.
struct DensifyRules {
    float cut_key;          // if room is short, the key of the last Gaussian that may grow
    int cut_index;          // and its index
    float clone_max_scale;  // world units: clone up to this scale, split above it; negative: clone none
};

// Rows after densification. By value; RowCountsArgument.java has the same members.
struct RowCounts {
    int staying, cloned, split;
};

extern "C" __global__ void __launch_bounds__(DENSIFY_THREADS) densify_decide(
    int num_gaussians,                   // N
    DensifyRules rules,
    PruneRules pruning,
    Fading fading,
    const float *__restrict__ keys,      // [N] grow.cu
    GeometryPointers geometry,           // the values are read
    // outputs
    FatePointers decided,
    unsigned int *__restrict__ chains,   // [3, blocks] zero
    Densified *__restrict__ densified)   // +=
{
    ReadOnly<float4> values = geometry.values;
    unsigned int *__restrict__ fates = decided.fates;
    int *__restrict__ clone_places = decided.clone_places;
    __shared__ unsigned int sums[DENSIFY_THREADS / WARP];
    __shared__ unsigned int block_shared;
    __shared__ unsigned int prefixes[3];
    if (threadIdx.x == 0) block_shared = atomicAdd(&densified->tickets, 1);
    __syncthreads();
    unsigned int block = block_shared;
    int n = block * DENSIFY_THREADS + threadIdx.x;
    bool stays = false, clones = false, splits = false, passes = false;
    if (n < num_gaussians) {
        Gaussian g = gaussian_of(values[3 * n], values[3 * n + 1], values[3 * n + 2]);
        float key = keys[n];
        bool grows = key >= 0.0f && (key > rules.cut_key || (key == rules.cut_key && n <= rules.cut_index));
        float scale = largest_scale(g);
        clones = grows && scale <= rules.clone_max_scale;
        splits = grows && !clones;
        float rest_scale = splits ? scale * (1.0f / 1.6f) : scale;
        passes = key != KEY_BROKEN && !is_pruned(fading, pruning, g, rest_scale);
        stays = passes && !splits;
    }
    unsigned int total[3], place[3];
    place[0] = block_exclusive_sum<DENSIFY_THREADS>(stays, sums, &total[0]);
    __syncthreads();
    place[1] = block_exclusive_sum<DENSIFY_THREADS>(clones && passes, sums, &total[1]);
    __syncthreads();
    place[2] = block_exclusive_sum<DENSIFY_THREADS>(splits && passes, sums, &total[2]);
    unsigned int grown = __syncthreads_count(clones) | (__syncthreads_count(splits) << 16);
    int warp = threadIdx.x / WARP;
    if (warp < 3) {
        unsigned int part = warp == 0 ? total[0] : warp == 1 ? total[1] : total[2];
        unsigned int prefix = chain_prefix(chains + warp * gridDim.x, block, part);
        if ((threadIdx.x & 31) == 0) prefixes[warp] = prefix;
    }
    if (threadIdx.x == 0) {
        atomicAdd(&densified->staying, total[0]);
        atomicAdd(&densified->cloned, total[1]);
        atomicAdd(&densified->split, total[2]);
        atomicAdd(&densified->clones, grown & 0xffff);
        atomicAdd(&densified->splits, grown >> 16);
    }
    __syncthreads();
    if (n >= num_gaussians) return;
    unsigned int fate = FATE_GONE;
    if (stays) fate = (FATE_STAYS << FATE_SHIFT) | (prefixes[0] + place[0]);
    if (splits && passes) fate = (FATE_SPLIT << FATE_SHIFT) | (prefixes[2] + place[2]);
    fates[n] = fate;
    clone_places[n] = clones && passes ? (int)(prefixes[1] + place[1]) : -1;
}

// One of the three float4 of a split Gaussian's half; `half` is 0 or 1.
__device__ __forceinline__ float4 split_part(
    int part, int half, unsigned long long seed, unsigned long long step, int n, float4 a, float4 b, float4 c) {
    if (part == 1) return b;
    if (part == 2) return make_float4(c.x - SPLIT_LOG_SHRINK, c.y - SPLIT_LOG_SHRINK, c.z - SPLIT_LOG_SHRINK, 0.0f);
    double norm = sqrt((double)(b.x * b.x + b.y * b.y + b.z * b.z + b.w * b.w));
    double w = b.x / norm, x = b.y / norm, y = b.z / norm, z = b.w / norm;
    double l0 = exp((double)c.x) * normal(seed, step, n, 3 * half);
    double l1 = exp((double)c.y) * normal(seed, step, n, 3 * half + 1);
    double l2 = exp((double)c.z) * normal(seed, step, n, 3 * half + 2);
    a.x += (float)((1 - 2 * (y * y + z * z)) * l0 + 2 * (x * y - w * z) * l1 + 2 * (x * z + w * y) * l2);
    a.y += (float)(2 * (x * y + w * z) * l0 + (1 - 2 * (x * x + z * z)) * l1 + 2 * (y * z - w * x) * l2);
    a.z += (float)(2 * (x * z - w * y) * l0 + 2 * (y * z + w * x) * l1 + (1 - 2 * (x * x + y * y)) * l2);
    return a;
}

// One of the three float4 of a half along the longest axis.
__device__ __forceinline__ float4 long_axis_part(int part, int half, float4 a, float4 b, float4 c) {
    if (part == 1) return b;
    float scales[3] = {c.x, c.y, c.z};
    int axis = scales[1] > scales[0] ? 1 : 0;
    if (scales[2] > scales[axis]) axis = 2;
    if (part == 2)
        return make_float4(
            c.x + (axis == 0 ? LONG_LOG_SHRINK : SIDE_LOG_SHRINK), c.y + (axis == 1 ? LONG_LOG_SHRINK : SIDE_LOG_SHRINK),
            c.z + (axis == 2 ? LONG_LOG_SHRINK : SIDE_LOG_SHRINK), 0.0f);
    double norm = sqrt((double)(b.x * b.x + b.y * b.y + b.z * b.z + b.w * b.w));
    double w = b.x / norm, x = b.y / norm, y = b.z / norm, z = b.w / norm;
    double along = (half == 0 ? LONG_OFFSET : -LONG_OFFSET) * exp((double)scales[axis]);
    a.x += (float)((axis == 0 ? 1 - 2 * (y * y + z * z) : axis == 1 ? 2 * (x * y - w * z) : 2 * (x * z + w * y)) * along);
    a.y += (float)((axis == 0 ? 2 * (x * y + w * z) : axis == 1 ? 1 - 2 * (x * x + z * z) : 2 * (y * z - w * x)) * along);
    a.z += (float)((axis == 0 ? 2 * (x * z - w * y) : axis == 1 ? 2 * (y * z + w * x) : 1 - 2 * (x * x + y * y)) * along);
    a.w = logit(LONG_FADE * sigmoid(a.w));
    return a;
}

// Places of a Gaussian's rows among all rows; -1: it has no such row.
struct Places {
    int stays, clone, halves[2];
    __device__ __forceinline__ Places(const FatePointers &decided, const RowCounts &rows, unsigned int n) {
        unsigned int word = __ldg(decided.fates + n);
        unsigned int fate = word >> FATE_SHIFT;
        int place = word & FATE_PLACE, among_clones = __ldg(decided.clone_places + n);
        stays = fate == FATE_STAYS ? place : -1;
        clone = among_clones >= 0 ? rows.staying + among_clones : -1;
        halves[0] = fate == FATE_SPLIT ? rows.staying + rows.cloned + place : -1;
        halves[1] = fate == FATE_SPLIT ? halves[0] + rows.split : -1;
    }
};

extern "C" __global__ void densify_geometry(
    int num_gaussians,         // N
    RowCounts rows,
    Fading fading,
    unsigned long long seed,
    int step,
    FatePointers decided,
    // outputs
    RowPointers array)         // from [N, 12] to [staying + cloned + 2 split, 12]
{
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    unsigned int at = blockIdx.x * blockDim.x + threadIdx.x;
    unsigned int n = at / 3, part = at % 3;
    if (n >= num_gaussians) return;
    Places places(decided, rows, n);
    float4 value = from[at];
    if (part == 0) value.w = faded_logit(fading, value.w);
    if (places.stays >= 0) to[3 * places.stays + part] = value;
    if (places.clone >= 0) to[3 * places.clone + part] = value;
    if (places.halves[0] >= 0) {
        float4 a = part == 0 ? value : from[3 * n], b = from[3 * n + 1], c = from[3 * n + 2];
        for (int half = 0; half < 2; ++half) to[3 * places.halves[half] + part] = split_part(part, half, seed, step, n, a, b, c);
    }
}

extern "C" __global__ void densify_geometry_long_axis(
    int num_gaussians,         // N
    RowCounts rows,
    Fading fading,
    FatePointers decided,      // without clones
    // outputs
    RowPointers array)         // from [N, 12] to [staying + 2 split, 12]
{
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    unsigned int at = blockIdx.x * blockDim.x + threadIdx.x;
    unsigned int n = at / 3, part = at % 3;
    if (n >= num_gaussians) return;
    Places places(decided, rows, n);
    float4 value = from[at];
    if (part == 0) value.w = faded_logit(fading, value.w);
    if (places.stays >= 0) to[3 * places.stays + part] = value;
    if (places.halves[0] >= 0) {
        float4 a = part == 0 ? value : from[3 * n], b = from[3 * n + 1], c = from[3 * n + 2];
        for (int half = 0; half < 2; ++half) to[3 * places.halves[half] + part] = long_axis_part(part, half, a, b, c);
    }
}

extern "C" __global__ void densify_sh(
    int num_gaussians,         // N
    int parts,                 // float4 per row
    RowCounts rows,
    FatePointers decided,
    // outputs
    RowPointers array)         // from [N, parts] to [staying + cloned + 2 split, parts]
{
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    unsigned int n = at / parts, part = at % parts;
    if (n >= num_gaussians) return;
    Places places(decided, rows, n);
    float4 value = from[at];
    if (places.stays >= 0) to[parts * (size_t)places.stays + part] = value;
    if (places.clone >= 0) to[parts * (size_t)places.clone + part] = value;
    if (places.halves[0] >= 0)
        for (int half = 0; half < 2; ++half) to[parts * (size_t)places.halves[half] + part] = value;
}

// Moves moments of Gaussians that stay and sets those of new rows to zero. `cleared` is the part whose last float is a statistic.
__device__ __forceinline__ void densify_moments(
    int num_gaussians, int parts, int cleared, const RowCounts &rows, const FatePointers &decided, const RowPointers &array) {
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    unsigned int n = at / parts, part = at % parts;
    if (n >= num_gaussians) return;
    Places places(decided, rows, n);
    float4 zero = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (places.stays >= 0) {
        float4 value = from[at];
        if (part == cleared) value.w = 0.0f;
        to[parts * (size_t)places.stays + part] = value;
    }
    if (places.clone >= 0) to[parts * (size_t)places.clone + part] = zero;
    if (places.halves[0] >= 0)
        for (int half = 0; half < 2; ++half) to[parts * (size_t)places.halves[half] + part] = zero;
}

extern "C" __global__ void densify_geometry_moments(
    int num_gaussians,         // N
    int parts,                 // float4 per row: 3
    RowCounts rows,
    FatePointers decided,
    // outputs
    RowPointers array)         // from [N, parts] to [staying + cloned + 2 split, parts]
{
    densify_moments(num_gaussians, parts, parts - 1, rows, decided, array);
}

extern "C" __global__ void densify_sh_moments(
    int num_gaussians,         // N
    int parts,                 // float4 per row
    RowCounts rows,
    FatePointers decided,
    // outputs
    RowPointers array)         // from [N, parts] to [staying + cloned + 2 split, parts]
{
    densify_moments(num_gaussians, parts, -1, rows, decided, array);
}

extern "C" __global__ void reset_opacities(
    int num_gaussians,          // N
    float logit_limit,
    // outputs
    GeometryPointers geometry)
{
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    if (n >= num_gaussians) return;
    geometry.values[3 * n].w = fminf(geometry.values[3 * n].w, logit_limit);
    geometry.first[3 * n].w = 0.0f;
    geometry.second[3 * n].w = 0.0f;
}
