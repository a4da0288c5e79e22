// intersect.cu: which tiles does each splat touch?
//
// intersect_tiles  one (tile, splat) pair per tile touched, splats near to far; sorting by tile keeps that order
// tile_ranges      where each tile's pairs begin and end once sorted
// Launch  1-D; intersect_tiles: INTERSECT_THREADS a block, one thread per visible splat, chained scan along blocks;
//         tile_ranges: one thread per pair. Same bits on every run
// Host    IntersectTilesKernel.java, TileRangesKernel.java        Reference  cpu backend
// Source  Kerbl et al. 2023, section 6
#include "ellipse.cuh"
#include "scan.cuh"

#define INTERSECT_THREADS 128
#define SEQUENTIAL_TILES 8   // splats on more tiles are shared out over the warp

// Where pairs go. Should rounding ever yield fewer than project.cu counted, tile 0 fills the gap: blending drops what doesn't
// reach a tile, and no place is left unwritten.
struct Pairs {
    unsigned int *tiles, *splat_indices;
    unsigned int *low_histogram, *high_histogram;   // shared memory
    int low_bits, high_bits;

    __device__ __forceinline__ void put(unsigned int at, unsigned int tile, unsigned int v) const {
        tiles[at] = tile;
        splat_indices[at] = v;
        atomicAdd(&low_histogram[tile & ((1u << low_bits) - 1)], 1);
        if (high_bits > 0) atomicAdd(&high_histogram[tile >> low_bits], 1);
    }

    // One pair a lane, side by side: lanes mostly share the high digit. All lanes call it; `valid` ones have a pair.
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

extern "C" __global__ void __launch_bounds__(INTERSECT_THREADS) intersect_tiles(
    int tiles_x, int tiles_y,
    int capacity,                                 // pairs the buffers hold
    int low_bits, int high_bits,                  // digits of the two sort passes; high_bits 0: one pass
    const float4 *__restrict__ splats,            // [V, 12]
    const unsigned int *__restrict__ tile_counts, // [V]
    const unsigned int *__restrict__ order,       // [V] splats near to far
    // outputs
    unsigned int *__restrict__ tiles,             // [M]
    unsigned int *__restrict__ splat_indices,     // [M]
    unsigned int *__restrict__ histograms,        // [2, 512] of both digits, +=
    unsigned int *__restrict__ chain,             // [blocks] zero
    Counts *__restrict__ counts,
    Progress *__restrict__ progress)              // overflow is set where M is above capacity
{
    __shared__ unsigned int histogram[2][512];
    __shared__ unsigned int sums[INTERSECT_THREADS / WARP];
    __shared__ unsigned int block_shared, prefix_shared;
    unsigned int num_visible = counts->visible;
    if (blockIdx.x == 0 && threadIdx.x == 0) {
        atomicMax(&progress->needed, counts->intersections);
        if (counts->intersections > (unsigned int)capacity) progress->overflow = 1;
    }
    if (counts->intersections > (unsigned int)capacity || blockIdx.x * INTERSECT_THREADS >= num_visible) return;
    if (threadIdx.x == 0) block_shared = atomicAdd(&counts->tickets[1], 1);
    for (int i = threadIdx.x; i < 1024; i += INTERSECT_THREADS) (&histogram[0][0])[i] = 0;
    __syncthreads();
    unsigned int block = block_shared;
    unsigned int rank = block * INTERSECT_THREADS + threadIdx.x;
    unsigned int v = rank < num_visible ? order[rank] : 0;
    unsigned int count = rank < num_visible ? tile_counts[v] : 0;
    unsigned int block_count;
    unsigned int before = block_exclusive_sum<INTERSECT_THREADS>(count, sums, &block_count);
    if (threadIdx.x < WARP) {
        unsigned int prefix = chain_prefix(chain, block, block_count);
        if (threadIdx.x == 0) prefix_shared = prefix;
    }
    __syncthreads();
    unsigned int at = prefix_shared + before;
    unsigned int end = at + count;
    Pairs pairs = {tiles, splat_indices, histogram[0], histogram[1], low_bits, high_bits};
    Ellipse ellipse = {};
    int2 rows = make_int2(0, 0);
    if (count > 0) {
        ellipse = ellipse_of(splat_of(splats[3 * v], splats[3 * v + 1]));
        rows = tile_rows(ellipse, tiles_y);
    }
    bool shared_out = count > SEQUENTIAL_TILES;
    if (!shared_out) {
        for (int row = rows.x; row < rows.y; ++row) {
            int2 run = tile_run(ellipse, row, tiles_x);
            for (int column = run.x; column < run.y && at < end; ++column, ++at) {
                pairs.put(at, row * tiles_x + column, v);
            }
        }
        for (; at < end; ++at) pairs.put(at, 0, v);
    }
    unsigned int waiting = __ballot_sync(FULL_WARP, shared_out);
    int lane = threadIdx.x & 31;
    while (waiting) {
        int from = __ffs(waiting) - 1;
        waiting &= waiting - 1;
        Ellipse theirs;
        theirs.x = __shfl_sync(FULL_WARP, ellipse.x, from);
        theirs.y = __shfl_sync(FULL_WARP, ellipse.y, from);
        theirs.xx = __shfl_sync(FULL_WARP, ellipse.xx, from);
        theirs.xy = __shfl_sync(FULL_WARP, ellipse.xy, from);
        theirs.yy = __shfl_sync(FULL_WARP, ellipse.yy, from);
        theirs.level = __shfl_sync(FULL_WARP, ellipse.level, from);
        theirs.half_height = __shfl_sync(FULL_WARP, ellipse.half_height, from);
        theirs.right_dy = __shfl_sync(FULL_WARP, ellipse.right_dy, from);
        theirs.inverse_xx = __shfl_sync(FULL_WARP, ellipse.inverse_xx, from);
        int first = __shfl_sync(FULL_WARP, rows.x, from);
        int last = __shfl_sync(FULL_WARP, rows.y, from);
        unsigned int theirs_at = __shfl_sync(FULL_WARP, at, from);
        unsigned int theirs_end = __shfl_sync(FULL_WARP, end, from);
        unsigned int theirs_v = __shfl_sync(FULL_WARP, v, from);
        for (int top = first; top < last; top += WARP) {
            int row = top + lane;
            int2 run = row < last ? tile_run(theirs, row, tiles_x) : make_int2(0, 0);
            unsigned int total;
            unsigned int row_first = warp_exclusive_sum(run.y - run.x, &total);
            unsigned int base = row * tiles_x + run.x - row_first;   // tile of the row's pair k: base + k
            for (unsigned int group = 0; group < total; group += WARP) {
                unsigned int k = group + lane;
                int owner = 0;   // the last row that begins at or before k
#pragma unroll
                for (int step = 16; step > 0; step /= 2) {
                    unsigned int begins = __shfl_sync(FULL_WARP, row_first, owner + step);
                    if (owner + step < WARP && begins <= k) owner += step;
                }
                unsigned int tile = __shfl_sync(FULL_WARP, base, owner) + k;
                pairs.put_all(k < total && theirs_at + k < theirs_end, theirs_at + k, tile, theirs_v);
            }
            theirs_at += total;
        }
        for (theirs_at += lane; theirs_at < theirs_end; theirs_at += WARP) pairs.put(theirs_at, 0, theirs_v);
    }
    __syncthreads();
    for (int i = threadIdx.x; i < 1024; i += INTERSECT_THREADS)
        if ((&histogram[0][0])[i] > 0) atomicAdd(&histograms[i], (&histogram[0][0])[i]);
}

extern "C" __global__ void tile_ranges(
    const unsigned int *__restrict__ tiles,   // [M] sorted
    // outputs
    int2 *__restrict__ ranges,                // [tiles] first pair and the one after the last; zero where none
    const Counts *__restrict__ counts,
    const Progress *__restrict__ progress)
{
    if (progress->overflow) return;
    unsigned int num_intersections = counts->intersections;
    for (unsigned int m = blockIdx.x * blockDim.x + threadIdx.x; m < num_intersections; m += gridDim.x * blockDim.x) {
        unsigned int tile = tiles[m];
        if (m == 0 || tiles[m - 1] != tile) ranges[tile].x = m;
        if (m + 1 == num_intersections || tiles[m + 1] != tile) ranges[tile].y = m + 1;
    }
}
