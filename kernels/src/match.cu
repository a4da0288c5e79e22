// match.cu: which feature of another photograph is each feature's match?
//
// match_features  compares each descriptor of one photograph with each of another one, by the integer dot product. The best one is a
//                 match if the second best is not too near to it: limits has the largest second best dot product for each best one.
//                 Two equal best ones are no match
//
// Launch  2-D: x covers the descriptors of the first photograph, MATCH_ROWS a block, y is the task; MATCH_THREADS threads. A warp
//         holds 32 descriptors in registers; those of the other photograph pass through shared memory in tiles, of which the next
//         one is copied while this one is compared. Integers only, no atomics: same bits on every run
// Host    MatchFeaturesKernel.java        Reference  CpuMatcher.java
// Source  Lowe 2004, "Distinctive Image Features from Scale-Invariant Keypoints", section 7.1
#include <cuda_pipeline.h>

#include "pointers.cuh"

#define MATCH_THREADS 256
#define MATCH_ROWS 256              // descriptors of the first photograph per block: 32 per warp
#define MATCH_TILE 128              // descriptors of the second photograph in shared memory
#define MATCH_TILE_BITS 7
#define MATCH_CHUNKS 8              // of 16 bytes, in a descriptor
#define MATCH_LARGEST_DOT (1 << 18)  // 512 squared: COLMAP takes longer products as this

static_assert(MATCH_TILE == 1 << MATCH_TILE_BITS, "a place in a tile has these bits");
static_assert(128 * 255 * 255 < 1 << (31 - MATCH_TILE_BITS), "a dot product and a place in a tile fit in an int");

// sums[0, 1] += 16 rows x 32 bytes times 32 bytes x 8 columns, in the layout of mma.m16n8k32: a lane has columns 2 * (lane % 4) and the
// next, of row lane / 4 in sums[0, 1] and of row lane / 4 + 8 in sums[2, 3]. All 32 lanes call it.
__device__ __forceinline__ void add_products(int (&sums)[4], const unsigned int (&a)[4], unsigned int b0, unsigned int b1)
{
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        int half = i % 2;  // of the rows; a[0] and a[1] are the first 16 bytes of both halves
        asm("mma.sync.aligned.m8n8k16.row.col.s32.u8.u8.s32 {%0, %1}, {%2}, {%3}, {%0, %1};"
            : "+r"(sums[2 * half]), "+r"(sums[2 * half + 1])
            : "r"(a[i]), "r"(i < 2 ? b0 : b1));
    }
#endif
}

// Four pieces of 8 descriptors x 16 bytes: a lane gets 4 bytes of each, of descriptor lane / 4. row is the address of 16 bytes: lanes 0
// to 7 give those of the first piece, and so on. All 32 lanes call it.
__device__ __forceinline__ void load_pieces(unsigned int (&pieces)[4], const uint4 *row)
{
    unsigned int address = (unsigned int)__cvta_generic_to_shared(row);
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(pieces[0]), "=r"(pieces[1]), "=r"(pieces[2]), "=r"(pieces[3])
        : "r"(address)
        : "memory");
}

// The best and the second best of the columns that were compared with a row.
struct BestTwo {
    int dot = 0;     // of the best
    int index = -1;  // of the best; -1: no dot product is above 0
    int second = 0;  // dot product of the second best

    // Adds a best and a second best of other columns.
    __device__ __forceinline__ void add(int other_dot, int other_index, int other_second)
    {
        bool better = other_dot > dot;
        second = better ? max(dot, other_second) : max(second, other_dot);
        index = better ? other_index : index;
        dot = better ? other_dot : dot;
    }
};

// Starts the copy of a tile to shared memory; all threads of a block call it. Chunk c of descriptor r goes to place c ^ (r % 8), so
// that the 8 addresses of a piece are in different banks. Descriptors from count on are zero.
__device__ __forceinline__ void copy_tile(uint4 *tile, const uint4 *__restrict__ columns, int first, int count)
{
    for (int i = threadIdx.x; i < MATCH_TILE * MATCH_CHUNKS; i += MATCH_THREADS) {
        int row = i / MATCH_CHUNKS;
        int chunk = i % MATCH_CHUNKS;
        bool filled = first + row < count;
        const uint4 *from = columns + (filled ? (long long)(first + row) * MATCH_CHUNKS + chunk : 0);
        __pipeline_memcpy_async(tile + row * MATCH_CHUNKS + (chunk ^ (row % 8)), from, sizeof(uint4), filled ? 0 : sizeof(uint4));
    }
    __pipeline_commit();
}

extern "C" __global__ void __launch_bounds__(MATCH_THREADS) match_features(
    const uint4 *descriptors,  // [D, 128] bytes
    const int4 *tasks,         // [T] first descriptor of one photograph and their number, the same of the other
    const int *places,         // [T] of the matches of each task
    const int *limits,         // [2^18 + 1] by the best dot product: the largest second best one with which it is a match; -1: none
    // outputs
    int *matches)              // [M] of each descriptor of a task's first photograph: its match in the other one, from 0; -1: none
{
    __shared__ uint4 tiles[2][MATCH_TILE * MATCH_CHUNKS];
    int4 task = tasks[blockIdx.y];
    int num_rows = task.y;
    int num_columns = task.w;
    if ((int)blockIdx.x * MATCH_ROWS >= num_rows) return;  // the whole block
    int lane = threadIdx.x % 32;
    int group = lane / 4;
    int quarter = lane % 4;
    int first_row = blockIdx.x * MATCH_ROWS + threadIdx.x / 32 * 32;
    const uint4 *columns = descriptors + (long long)task.z * MATCH_CHUNKS;

    unsigned int rows[2][4][4];  // 16 descriptors each, 32 bytes each, as mma wants them
    ReadOnly<unsigned int> words((const unsigned int *)(descriptors + (long long)task.x * MATCH_CHUNKS));
#pragma unroll
    for (int m = 0; m < 2; ++m) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            int row = first_row + 16 * m + group + 8 * (i % 2);
#pragma unroll
            for (int k = 0; k < 4; ++k) {
                rows[m][k][i] = row < num_rows ? words[(long long)row * 32 + 8 * k + 4 * (i / 2) + quarter] : 0;
            }
        }
    }

    BestTwo found[4];  // of rows group, group + 8, group + 16, group + 24, among the columns of this lane
    int num_tiles = (num_columns + MATCH_TILE - 1) / MATCH_TILE;
    if (num_tiles > 0) copy_tile(tiles[0], columns, 0, num_columns);
    for (int t = 0; t < num_tiles; ++t) {
        if (t + 1 < num_tiles) {
            copy_tile(tiles[(t + 1) % 2], columns, (t + 1) * MATCH_TILE, num_columns);
            __pipeline_wait_prior(1);
        } else {
            __pipeline_wait_prior(0);
        }
        __syncthreads();
        const uint4 *tile = tiles[t % 2];
        int best[4] = {0, 0, 0, 0};  // dot product, then column in the tile
        int second[4] = {0, 0, 0, 0};
#pragma unroll 4
        for (int n = 0; n < MATCH_TILE; n += 8) {
            unsigned int pieces[2][4];  // of 8 columns: 64 bytes each
            int row = n + lane % 8;
            load_pieces(pieces[0], tile + row * MATCH_CHUNKS + ((lane / 8) ^ (row % 8)));
            load_pieces(pieces[1], tile + row * MATCH_CHUNKS + ((4 + lane / 8) ^ (row % 8)));
#pragma unroll
            for (int m = 0; m < 2; ++m) {
                int sums[4] = {0, 0, 0, 0};
#pragma unroll
                for (int k = 0; k < 4; ++k) add_products(sums, rows[m][k], pieces[k / 2][2 * (k % 2)], pieces[k / 2][2 * (k % 2) + 1]);
#pragma unroll
                for (int i = 0; i < 4; ++i) {
                    int key = (sums[i] << MATCH_TILE_BITS) + n + 2 * quarter + i % 2;
                    int r = 2 * m + i / 2;
                    second[r] = max(second[r], min(best[r], key));
                    best[r] = max(best[r], key);
                }
            }
        }
#pragma unroll
        for (int r = 0; r < 4; ++r) {
            found[r].add(best[r] >> MATCH_TILE_BITS, t * MATCH_TILE + (best[r] & (MATCH_TILE - 1)), second[r] >> MATCH_TILE_BITS);
        }
        __syncthreads();  // the tile is no longer read
    }

#pragma unroll
    for (int r = 0; r < 4; ++r) {
#pragma unroll
        for (int offset = 1; offset < 4; offset *= 2) {
            int dot = __shfl_xor_sync(0xffffffff, found[r].dot, offset);
            int index = __shfl_xor_sync(0xffffffff, found[r].index, offset);
            int other = __shfl_xor_sync(0xffffffff, found[r].second, offset);
            found[r].add(dot, index, other);
        }
        int row = first_row + group + 8 * r;
        if (quarter == 0 && row < num_rows) {
            int limit = limits[min(found[r].dot, MATCH_LARGEST_DOT)];
            matches[places[blockIdx.y] + row] = min(found[r].second, MATCH_LARGEST_DOT) <= limit ? found[r].index : -1;
        }
    }
}
