// densify.cu: adaptive density control: clones, splits and prunes, into new arrays without gaps.
//
// densify_decide   decides what happens to each Gaussian, and its place among those with the same fate
// densify_*        move one array each from old rows to new rows: Gaussians that stay; then clones; then the first halves of split
//                  Gaussians; then the second halves. Moments of new rows are zero; statistics are reset
// reset_opacities  lowers opacities to a limit and clears their moments
//
// Launch  1-D. densify_decide: DENSIFY_THREADS per block, chained scans over blocks; densify_*: one thread per float4 of the
//         old array. Same bits on every run
// Host    Densify*Kernel.java, ResetOpacitiesKernel.java        Reference  CpuDensify.java
// Source  Kerbl et al. 2023, section 5.2
#include "coefficients.cuh"
#include "gaussian.cuh"
#include "scan.cuh"

#define DENSIFY_THREADS 128
#define SPLIT_LOG_SHRINK 0.47000362924573563f   // ln 1.6: the halves of a split Gaussian are smaller by this factor

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
    float grow_gradient;    // mean gradient norm from which on a Gaussian grows
    float cut_gradient;     // if room is short, the gradient of the last Gaussian that may grow
    int cut_index;          // and its index
    float clone_max_scale;  // world units: clone up to this scale, split above it
    float prune_opacity;
    float prune_scale;      // world units, x max(1, distance from `middle` x inverse_extent)
    float middle[3];        // of the cameras, world units
    float inverse_extent;   // of the scene, 1 / world units; 0: prune_scale holds everywhere
};

__device__ __forceinline__ float scale_limit(const DensifyRules &rules, const float mean[3]) {
    float x = mean[0] - rules.middle[0], y = mean[1] - rules.middle[1], z = mean[2] - rules.middle[2];
    return rules.prune_scale * fmaxf(1.0f, sqrtf(x * x + y * y + z * z) * rules.inverse_extent);
}

// Rows after densification. By value; RowCountsArgument.java has the same members.
struct RowCounts {
    int staying, cloned, split;
};

template <class Chunk>
__device__ __forceinline__ void densify_decide_rows(
    int num_gaussians, const DensifyRules &rules, const GeometryPointers &from, const ShPointers<Chunk> &sh,
    const FatePointers &to, unsigned int *__restrict__ chains, Densified *__restrict__ densified) {
    ReadOnly<float4> geometry = from.values;
    ReadOnly<float4> geometry_first = from.first;
    ReadOnly<float4> geometry_second = from.second;
    ReadOnly<Chunk> sh_coefficients = sh.values;
    unsigned int *__restrict__ fates = to.fates;
    int *__restrict__ clone_places = to.clone_places;
    __shared__ unsigned int sums[DENSIFY_THREADS / WARP];
    __shared__ unsigned int block_shared;
    __shared__ unsigned int prefixes[3];
    if (threadIdx.x == 0) block_shared = atomicAdd(&densified->tickets, 1);
    __syncthreads();
    unsigned int block = block_shared;
    int n = block * DENSIFY_THREADS + threadIdx.x;
    bool stays = false, clones = false, splits = false, passes = false;
    if (n < num_gaussians) {
        Gaussian g = gaussian_of(geometry[3 * n], geometry[3 * n + 1], geometry[3 * n + 2]);
        bool finite = is_finite(g);
        float sum = 0.0f;
        for (int q = 0; q < SH_CHUNKS; ++q) {
            float4 c = load_chunk(sh_coefficients, n, q);
            sum += 0.0f * c.x + 0.0f * c.y + 0.0f * c.z + 0.0f * c.w;
        }
        finite = finite && sum == 0.0f;
        float seen = geometry_second[3 * n + 2].w;
        float gradient = seen > 0.0f ? geometry_first[3 * n + 2].w / seen : 0.0f;
        bool grows = finite && gradient >= rules.grow_gradient
            && (gradient > rules.cut_gradient || (gradient == rules.cut_gradient && n <= rules.cut_index));
        float scale = expf(fmaxf(g.log_scale[0], fmaxf(g.log_scale[1], g.log_scale[2])));
        clones = grows && scale <= rules.clone_max_scale;
        splits = grows && !clones;
        float rest_scale = splits ? scale * (1.0f / 1.6f) : scale;
        passes = finite && sigmoid(g.logit_opacity) >= rules.prune_opacity && !(rest_scale > scale_limit(rules, g.mean));
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

extern "C" __global__ void __launch_bounds__(DENSIFY_THREADS) densify_decide(
    int num_gaussians,      // N
    DensifyRules rules,
    GeometryPointers geometry,
    ShPointers<float4> sh,
    // outputs
    FatePointers fates,
    unsigned int *__restrict__ chains,   // [3, blocks] zero
    Densified *__restrict__ densified)   // +=
{
    densify_decide_rows(num_gaussians, rules, geometry, sh, fates, chains, densified);
}

extern "C" __global__ void __launch_bounds__(DENSIFY_THREADS) densify_decide_half(
    int num_gaussians,      // N
    DensifyRules rules,
    GeometryPointers geometry,
    ShPointers<uint2> sh,
    // outputs
    FatePointers fates,
    unsigned int *__restrict__ chains,   // [3, blocks] zero
    Densified *__restrict__ densified)   // +=
{
    densify_decide_rows(num_gaussians, rules, geometry, sh, fates, chains, densified);
}

// The same bits as CounterRandom.java.
__device__ __forceinline__ unsigned long long mix(unsigned long long z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

__device__ __forceinline__ double uniform(unsigned long long seed, unsigned long long step, unsigned long long index, int draw) {
    unsigned long long z = mix(seed + 0x9E3779B97F4A7C15ull);
    z = mix(z ^ (step * 0xD1B54A32D192ED03ull + 0x632BE59BD9B4E019ull));
    z = mix(z ^ (index * 0x8CB92BA72F3D8DD7ull + draw));
    return (double)(float)(((double)(z >> 40) + 0.5) * 0x1.0p-24);
}

__device__ __forceinline__ float normal(unsigned long long seed, unsigned long long step, unsigned long long index, int draw) {
    double u = uniform(seed, step, index, 2 * draw);
    double v = uniform(seed, step, index, 2 * draw + 1);
    return (float)(sqrt(-2.0 * log(u)) * cospi(2.0 * v));
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

extern "C" __global__ void densify_geometry(
    int num_gaussians,         // N
    RowCounts rows,
    unsigned long long seed,
    int step,
    FatePointers decided,
    // outputs
    RowPointers array)         // from [N, 12] to [staying + cloned + 2 split, 12]
{
    ReadOnly<unsigned int> fates = decided.fates;
    ReadOnly<int> clone_places = decided.clone_places;
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    int staying = rows.staying, cloned = rows.cloned, split = rows.split;
    unsigned int at = blockIdx.x * blockDim.x + threadIdx.x;
    unsigned int n = at / 3, part = at % 3;
    if (n >= num_gaussians) return;
    unsigned int fate = fates[n] >> FATE_SHIFT, place = fates[n] & FATE_PLACE;
    float4 value = from[at];
    if (fate == FATE_STAYS) to[3 * place + part] = value;
    if (clone_places[n] >= 0) to[3 * (staying + clone_places[n]) + part] = value;
    if (fate == FATE_SPLIT) {
        float4 a = from[3 * n], b = from[3 * n + 1], c = from[3 * n + 2];
        to[3 * (staying + cloned + place) + part] = split_part(part, 0, seed, step, n, a, b, c);
        to[3 * (staying + cloned + split + place) + part] = split_part(part, 1, seed, step, n, a, b, c);
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
    ReadOnly<unsigned int> fates = decided.fates;
    ReadOnly<int> clone_places = decided.clone_places;
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    int staying = rows.staying, cloned = rows.cloned, split = rows.split;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    unsigned int n = at / parts, part = at % parts;
    if (n >= num_gaussians) return;
    unsigned int fate = fates[n] >> FATE_SHIFT, place = fates[n] & FATE_PLACE;
    float4 value = from[at];
    if (fate == FATE_STAYS) to[parts * (size_t)place + part] = value;
    if (clone_places[n] >= 0) to[parts * (size_t)(staying + clone_places[n]) + part] = value;
    if (fate == FATE_SPLIT) {
        to[parts * (size_t)(staying + cloned + place) + part] = value;
        to[parts * (size_t)(staying + cloned + split + place) + part] = value;
    }
}

// Moves moments of Gaussians that stay and sets those of new rows to zero. `cleared` is the part whose last float is a statistic.
__device__ __forceinline__ void densify_moments(
    int num_gaussians, int parts, int cleared, const RowCounts &rows, const FatePointers &decided, const RowPointers &array) {
    ReadOnly<unsigned int> fates = decided.fates;
    ReadOnly<int> clone_places = decided.clone_places;
    ReadOnly<float4> from = array.from;
    float4 *__restrict__ to = array.to;
    int staying = rows.staying, cloned = rows.cloned, split = rows.split;
    size_t at = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    unsigned int n = at / parts, part = at % parts;
    if (n >= num_gaussians) return;
    unsigned int fate = fates[n] >> FATE_SHIFT, place = fates[n] & FATE_PLACE;
    float4 zero = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (fate == FATE_STAYS) {
        float4 value = from[at];
        if (part == cleared) value.w = 0.0f;
        to[(size_t)parts * place + part] = value;
    }
    if (clone_places[n] >= 0) to[(size_t)parts * (staying + clone_places[n]) + part] = zero;
    if (fate == FATE_SPLIT) {
        to[(size_t)parts * (staying + cloned + place) + part] = zero;
        to[(size_t)parts * (staying + cloned + split + place) + part] = zero;
    }
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
