// patch.cuh: a warp's patch of a tile, and the tile's list of splats read 32 at a time.
#pragma once
#include "ellipse.cuh"
#include "pointers.cuh"

#define PATCH_WIDTH 8
#define NO_SPLAT 0xffffffffu

// Up to 32 splats of a list that reach a warp's patch. In shared memory, one batch per warp.
struct Batch {
    float4 first[WARP];    // mean x, y; conic xx, 2 xy
    float4 second[WARP];   // conic yy, log2 opacity, red, green
    float2 third[WARP];    // blue, splat index
};

// The pairs of a tile: the first, and the one after the last.
__device__ __forceinline__ int2 pairs_of(const ListPointers &lists, int tile) {
    ReadOnly<uint2> ranges = reinterpret_cast<const uint2 *>(lists.ranges);
    uint2 range = ranges[tile];   // a TileRange
    return make_int2(range.y - range.x, range.y);
}

// Reads a list 32 splats at a time, two batches ahead. While one batch is blended, the splats of the next batch and the indices of
// the one after it are loading, so that their latencies are hidden.
struct List {
    ReadOnly<float4> splats;
    ReadOnly<unsigned int> splat_indices;
    int next, end;                 // pairs whose indices are not read yet
    unsigned int index;            // of the lane's splat in the batch after the fetched one
    unsigned int v;                // the lane's splat in the fetched batch
    float4 first, second;
    float blue;

    __device__ __forceinline__ List(const ListPointers &lists, int begin, int end)
        : splats(lists.splats), splat_indices(lists.splat_indices), next(begin), end(end) {
        read_indices();
        fetch();
    }

    __device__ __forceinline__ void read_indices() {
        int lane = threadIdx.x & 31;
        index = next + lane < end ? splat_indices[next + lane] : NO_SPLAT;
        next += WARP;
    }

    __device__ __forceinline__ void fetch() {
        v = index;
        if (v != NO_SPLAT) {
            first = splats[3 * v];
            second = splats[3 * v + 1];
            blue = splats[3 * v + 2].x;
        }
        read_indices();
    }

    // Fills `batch` with those splats of the fetched batch that reach the patch, and fetches the next batch. Returns how many. All
    // lanes call it.
    __device__ __forceinline__ int take(Batch &batch, float x0, float y0, float x1, float y1) {
        int lane = threadIdx.x & 31;
        bool kept = v != NO_SPLAT && reaches(splat_of(first, second), x0, y0, x1, y1);
        unsigned int all = __ballot_sync(FULL_WARP, kept);
        __syncwarp();  // all lanes have read the last batch
        if (kept) {
            int at = __popc(all & ((1u << lane) - 1));
            batch.first[at] = first;
            batch.second[at] = second;
            batch.third[at] = make_float2(blue, __uint_as_float(v));
        }
        __syncwarp();
        fetch();
        return __popc(all);
    }
};

// A patch's pixels: lane l has column l % 8 and rows l / 8, l / 8 + 4, … of it.
template <int rows>
struct Patch {
    static constexpr int pixels = rows / 4;   // per lane
    float x, y;                               // px, centre of the lane's first pixel
    float left, top;                          // px, centre of the patch's first pixel
    int column, row;

    __device__ __forceinline__ Patch(int tile, int tiles_x) {
        int lane = threadIdx.x & 31, warp = threadIdx.x / WARP;
        int patch_column = (tile % tiles_x) * TILE_SIZE + (warp % (TILE_SIZE / PATCH_WIDTH)) * PATCH_WIDTH;
        int patch_row = (tile / tiles_x) * TILE_SIZE + (warp / (TILE_SIZE / PATCH_WIDTH)) * rows;
        column = patch_column + lane % PATCH_WIDTH;
        row = patch_row + lane / PATCH_WIDTH;
        left = patch_column + 0.5f;
        top = patch_row + 0.5f;
        x = column + 0.5f;
        y = row + 0.5f;
    }
};

// The transmittance of a finished pixel is stored as a negative number.
__device__ __forceinline__ bool is_open(float transmittance) { return transmittance > 0.0f; }
