// intersect.cu: which tiles does each splat touch?
//
// place_splats     finds where each splat's pairs go: a prefix sum of tile counts, near to far
// intersect_tiles  writes one (tile, splat) pair per tile touched, splats near to far; sorting by tile keeps that order
// Launch  1-D, INTERSECT_THREADS per block, one thread per visible splat; place_splats: a chained scan over blocks. Same bits on
//         every run
// Host    PlaceSplatsKernel.java, IntersectTilesKernel.java        Reference  CpuTileLists.java
// Source  Kerbl et al. 2023, section 6
#include "ellipse.cuh"
#include "pointers.cuh"
#include "scan.cuh"

#define INTERSECT_THREADS 128
#define INTERSECT_BLOCKS 528u   // four per multiprocessor of an H100
#define SEQUENTIAL_TILES 6   // a whole warp handles a splat on more tiles,
#define LARGE_TILES 512      // a whole block one on more tiles than this

// Where pairs go. If rounding ever gives fewer pairs than project.cu counted, pairs of tile 0 fill the gap, so that every place is
// written. Blending drops splats that do not reach the tile.
struct Pairs {
    unsigned int *__restrict__ tiles, *splat_indices;
    unsigned int *__restrict__ low_histogram, *high_histogram;   // shared memory
    int low_bits, high_bits;

    __device__ __forceinline__ void put(unsigned int at, unsigned int tile, unsigned int v) const {
        tiles[at] = tile;
        splat_indices[at] = v;
        atomicAdd(&low_histogram[tile & ((1u << low_bits) - 1)], 1);
        if (high_bits > 0) atomicAdd(&high_histogram[tile >> low_bits], 1);
    }

    // Writes one pair per lane, side by side: most lanes share the high digit. All lanes call it; lanes with `valid` have a pair.
    __device__ __forceinline__ void put_all(bool valid, unsigned int at, unsigned int tile, unsigned int v) const {
        unsigned int high = tile >> low_bits;
        unsigned int first_high = __shfl_sync(FULL_WARP, high, 0);
        unsigned int alike = __ballot_sync(FULL_WARP, valid && high == first_high);
        if (!valid) return;
        tiles[at] = tile;
        splat_indices[at] = v;
        atomicAdd(&low_histogram[tile & ((1u << low_bits) - 1)], 1);
        if (high_bits == 0) return;
        int lane = threadIdx.x & 31;
        if (lane == 0) atomicAdd(&high_histogram[high], __popc(alike));
        else if (!(alike >> lane & 1)) atomicAdd(&high_histogram[high], 1);
    }
};

extern "C" __global__ void __launch_bounds__(INTERSECT_THREADS) place_splats(
    int capacity,          // pairs that the buffers have room for
    SplatPointers splats,
    // outputs
    PlacePointers to,      // order is read
    StatePointers state)   // overflow is set if M is above capacity
{
    ReadOnly<unsigned int> tile_counts = splats.tile_counts;
    ReadOnly<unsigned int> order = to.order;
    unsigned int *__restrict__ places = to.places;
    Counts *__restrict__ counts = state.counts;
    Progress *__restrict__ progress = state.progress;
    __shared__ unsigned int sums[INTERSECT_THREADS / WARP];
    __shared__ unsigned int block_shared, prefix_shared;
    unsigned int num_visible = counts->visible;
    unsigned int needed = counts->too_many ? INTERSECTIONS_MAX + 1u : counts->intersections;
    if (blockIdx.x == 0 && threadIdx.x == 0) {
        atomicMax(&progress->needed, needed);
        if (needed > (unsigned int)capacity) progress->overflow = 1;
    }
    if (needed > (unsigned int)capacity || blockIdx.x * INTERSECT_THREADS >= num_visible) return;
    if (threadIdx.x == 0) block_shared = atomicAdd(&counts->tickets[1], 1);
    __syncthreads();
    unsigned int block = block_shared;
    unsigned int rank = block * INTERSECT_THREADS + threadIdx.x;
    unsigned int count = rank < num_visible ? tile_counts[order[rank]] : 0;
    unsigned int block_count;
    unsigned int before = block_exclusive_sum<INTERSECT_THREADS>(count, sums, &block_count);
    if (threadIdx.x < WARP) {
        unsigned int prefix = chain_prefix(to.chain, block, block_count);
        if (threadIdx.x == 0) prefix_shared = prefix;
    }
    __syncthreads();
    if (rank < num_visible) places[rank] = prefix_shared + before;
}

// A splat's ellipse and where its pairs go.
struct Emission {
    Ellipse ellipse;
    int first_row, last_row;
    unsigned int at, end;
    unsigned int v;
};

// Writes the pairs of rows [first_row, last_row), at most 32 rows, from `at` on. Returns how many. All lanes of a warp call it.
__device__ __forceinline__ unsigned int emit_rows(const Emission &e, int tiles_x, const Pairs &pairs) {
    int lane = threadIdx.x & 31;
    int row = e.first_row + lane;
    int2 run = row < e.last_row ? tile_run(e.ellipse, row, tiles_x) : make_int2(0, 0);
    unsigned int total;
    unsigned int row_first = warp_exclusive_sum(run.y - run.x, &total);
    unsigned int base = row * tiles_x + run.x - row_first;   // tile of the row's pair k: base + k
    for (unsigned int group = 0; group < total; group += WARP) {
        unsigned int k = group + lane;
        int owner = 0;   // the last row that begins at or before k
#pragma unroll
        for (int step = 16; step > 0; step /= 2) {
            unsigned int begins = __shfl_sync(FULL_WARP, row_first, owner + step);
            if (begins <= k) owner += step;
        }
        unsigned int tile = __shfl_sync(FULL_WARP, base, owner) + k;
        pairs.put_all(k < total && e.at + k < e.end, e.at + k, tile, e.v);
    }
    return total;
}

extern "C" __global__ void __launch_bounds__(INTERSECT_THREADS) intersect_tiles(
    Frame frame,
    int low_bits, int high_bits,   // digits of the two sort passes; high_bits 0: one pass
    SplatPointers from,
    PlacePointers where,
    StatePointers state,
    // outputs
    PairPointers to)               // histograms +=
{
    ReadOnly<float4> splats = from.splats;
    ReadOnly<unsigned int> tile_counts = from.tile_counts;
    ReadOnly<unsigned int> order = where.order;
    ReadOnly<unsigned int> places = where.places;
    const Counts *__restrict__ counts = state.counts;
    const Progress *__restrict__ progress = state.progress;
    unsigned int *__restrict__ histograms = to.histograms;
    int tiles_x = frame.tiles_x, tiles_y = frame.tiles_y;
    __shared__ unsigned int histogram[2][512];
    __shared__ Emission large[INTERSECT_THREADS];
    __shared__ int num_large;
    unsigned int num_visible = counts->visible;
    // Few splats are distributed over as many blocks as run at once.
    unsigned int blocks = min(gridDim.x, max((num_visible + INTERSECT_THREADS - 1) / INTERSECT_THREADS, INTERSECT_BLOCKS));
    if (progress->overflow || blockIdx.x >= blocks) return;
    if (threadIdx.x == 0) num_large = 0;
    for (int i = threadIdx.x; i < 1024; i += INTERSECT_THREADS) (&histogram[0][0])[i] = 0;
    __syncthreads();
    // Neighbours in depth have similar sizes, and the nearest are large. Distribute them over all blocks, and over a block's warps.
    int lane = threadIdx.x & 31, warp = threadIdx.x / WARP;
    unsigned int rank = (lane * (INTERSECT_THREADS / WARP) + warp) * blocks + blockIdx.x;
    Emission e = {};
    unsigned int count = 0;
    if (rank < num_visible) {
        e.v = order[rank];
        count = tile_counts[e.v];
        e.at = places[rank];
        e.end = e.at + count;
    }
    if (count > 0) {
        e.ellipse = ellipse_of(splat_of(splats[3 * e.v], splats[3 * e.v + 1]));
        int2 rows = tile_rows(e.ellipse, tiles_y);
        e.first_row = rows.x;
        e.last_row = rows.y;
    }
    Pairs pairs = {to.tiles, to.splat_indices, histogram[0], histogram[1], low_bits, high_bits};
    if (count > LARGE_TILES) {
        large[atomicAdd(&num_large, 1)] = e;
    } else if (count > 0 && count <= SEQUENTIAL_TILES) {
        unsigned int at = e.at;
        for (int row = e.first_row; row < e.last_row; ++row) {
            int2 run = tile_run(e.ellipse, row, tiles_x);
            for (int column = run.x; column < run.y && at < e.end; ++column, ++at) pairs.put(at, row * tiles_x + column, e.v);
        }
        for (; at < e.end; ++at) pairs.put(at, 0, e.v);
    }
    __syncthreads();
    unsigned int waiting = __ballot_sync(FULL_WARP, count > SEQUENTIAL_TILES && count <= LARGE_TILES);
    while (waiting) {   // one splat after the other, by the whole warp
        int from = __ffs(waiting) - 1;
        waiting &= waiting - 1;
        Emission theirs;
#pragma unroll
        for (int i = 0; i < sizeof(Emission) / 4; ++i)
            ((int *)&theirs)[i] = __shfl_sync(FULL_WARP, ((int *)&e)[i], from);
        for (; theirs.first_row < theirs.last_row; theirs.first_row += WARP) theirs.at += emit_rows(theirs, tiles_x, pairs);
        for (theirs.at += lane; theirs.at < theirs.end; theirs.at += WARP) pairs.put(theirs.at, 0, theirs.v);
    }
    for (int i = 0; i < num_large; ++i) {   // by the whole block: each warp takes every fourth group of 32 rows
        Emission theirs = large[i];
        for (int group = 0; theirs.first_row < theirs.last_row; theirs.first_row += WARP, ++group) {
            if (group % (INTERSECT_THREADS / WARP) == warp) {
                theirs.at += emit_rows(theirs, tiles_x, pairs);
            } else {
                int row = theirs.first_row + lane;
                int2 run = row < theirs.last_row ? tile_run(theirs.ellipse, row, tiles_x) : make_int2(0, 0);
                unsigned int total;
                warp_exclusive_sum(run.y - run.x, &total);
                theirs.at += total;
            }
        }
        if (warp == 0)
            for (theirs.at += lane; theirs.at < theirs.end; theirs.at += WARP) pairs.put(theirs.at, 0, theirs.v);
    }
    __syncthreads();
    for (int i = threadIdx.x; i < 1024; i += INTERSECT_THREADS)
        if ((&histogram[0][0])[i] > 0) atomicAdd(&histograms[i], (&histogram[0][0])[i]);
}
