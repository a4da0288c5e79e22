// sort.cu: one digit of a stable radix sort of (key, value) pairs. Only the device knows the number of pairs.
//
// sort_pass        writes the pairs in order
// sort_pass_tiles  the last digit of (tile, splat) pairs: writes the splats in order, and where each tile's are
//
// Launch  1-D, SORT_THREADS per block, enough blocks for the buffers; blocks beyond the count return at once.
//         Blocks find their places by decoupled look-back; same bits on every run
// Host    SortPassKernel.java, SortPassTilesKernel.java        Reference  MortonOrder.java, CpuTileLists.java
// Source  Adinets and Merrill 2022, "Onesweep: A Faster Least Significant Digit Radix Sort for GPUs"
#include "pointers.cuh"
#include "scan.cuh"

#define SORT_THREADS 256
#define SORT_ITEMS 8                          // pairs per thread
#define SORT_TILE (SORT_THREADS * SORT_ITEMS)
#define SORT_MAX_BINS 512
#define SORT_WARPS (SORT_THREADS / WARP)

static_assert(SORT_MAX_BINS == 2 * SORT_THREADS, "each thread looks after two bins");

#define LOOK_BACK 8   // words read at once, so that their latencies overlap

// Sum of a bin over blocks `block`, `block` - 1, … 0, back to the first block that knows its whole prefix.
__device__ __forceinline__ unsigned int look_back(const unsigned int *chain, int bins, int block) {
    unsigned int sum = 0;
    while (block >= 0) {
        unsigned int words[LOOK_BACK];
#pragma unroll
        for (int i = 0; i < LOOK_BACK; ++i) words[i] = block - i >= 0 ? chain_load(chain + (block - i) * bins) : CHAIN_PREFIX;
        int read = 0;
        bool waits = false;
#pragma unroll
        for (int i = 0; i < LOOK_BACK; ++i) {
            if (!waits) {
                if ((words[i] & (CHAIN_PART | CHAIN_PREFIX)) == 0) {
                    waits = true;
                } else {
                    sum += words[i] & CHAIN_VALUE;
                    if (words[i] & CHAIN_PREFIX) return sum;
                    ++read;
                }
            }
        }
        block -= read;
    }
    return sum;
}

// Takes the pairs of a block in their new order. `keys` is in shared memory, [held]: the pairs' keys in that order. Pair `at` of it
// comes to place `to`.
struct KeysOut {
    unsigned int *__restrict__ keys_out;

    __device__ __forceinline__ void take(const unsigned int *keys, unsigned int held, unsigned int at, unsigned int to) const {
        keys_out[to] = keys[at];
    }
};

// Keys are tiles. Those of a tile are neighbours in a block, and in the output.
struct TilesOut {
    TileRange *__restrict__ ranges;

    __device__ __forceinline__ void take(const unsigned int *keys, unsigned int held, unsigned int at, unsigned int to) const {
        unsigned int tile = keys[at];
        if (at == 0 || keys[at - 1] != tile) atomicSub(&ranges[tile].count, at);
        if (at + 1 == held || keys[at + 1] != tile) {
            atomicAdd(&ranges[tile].count, at + 1);
            atomicMax(&ranges[tile].end, to + 1);
        }
    }
};

template <class Out>
__device__ __forceinline__ void sort_digit(int shift, int bits, int ticket, const SortPointers &pass, const StatePointers &state, const Out &out) {
    ReadOnly<unsigned int> histogram = pass.histogram;
    ReadOnly<unsigned int> keys_in = pass.keys_in;
    ReadOnly<unsigned int> values_in = pass.values_in;
    unsigned int *__restrict__ values_out = pass.values_out;
    unsigned int *__restrict__ chain = pass.chain;
    Counts *__restrict__ counts = state.counts;
    const Progress *__restrict__ progress = state.progress;
    __shared__ unsigned int places[SORT_WARPS][SORT_MAX_BINS];  // counts, then first place of a warp's run in the block
    __shared__ unsigned int keys_shared[SORT_TILE];
    __shared__ unsigned int values_shared[SORT_TILE];
    __shared__ int to_global[SORT_MAX_BINS];                    // place in the block to place in the output
    __shared__ unsigned int sums[SORT_WARPS];
    __shared__ unsigned int block_shared;
    if (progress->overflow) return;
    unsigned int num_pairs = __ldg(pass.count);
    if (blockIdx.x * SORT_TILE >= num_pairs) return;  // as many blocks remain as there are tiles, so tickets cover all tiles
    if (threadIdx.x == 0) block_shared = atomicAdd(&counts->tickets[ticket], 1);
    int bins = 1 << bits;
    for (int w = 0; w < SORT_WARPS; ++w)
        for (int i = threadIdx.x; i < bins; i += SORT_THREADS) places[w][i] = 0;
    __syncthreads();
    unsigned int block = block_shared;
    unsigned int base = block * SORT_TILE;

    int lane = threadIdx.x & 31;
    int warp = threadIdx.x / WARP;
    unsigned int keys[SORT_ITEMS], values[SORT_ITEMS], ranks[SORT_ITEMS];
    unsigned int first = base + warp * (SORT_ITEMS * WARP) + lane;
#pragma unroll
    for (int i = 0; i < SORT_ITEMS; ++i) {
        unsigned int at = first + i * WARP;
        keys[i] = at < num_pairs ? keys_in[at] : 0xffffffffu;
        values[i] = at < num_pairs ? values_in[at] : 0;
    }
#pragma unroll
    for (int i = 0; i < SORT_ITEMS; ++i) {
        bool valid = first + i * WARP < num_pairs;
        unsigned int digit = (keys[i] >> shift) & (bins - 1);
        unsigned int same = __ballot_sync(FULL_WARP, valid);
        if (!valid) same = ~same;
        for (int b = 0; b < bits; ++b) {
            bool set = (digit >> b) & 1;
            unsigned int with = __ballot_sync(FULL_WARP, set);
            same &= set ? with : ~with;
        }
        unsigned int before = __popc(same & ((1u << lane) - 1));
        ranks[i] = places[warp][digit] + before;
        __syncwarp();
        if (valid && before == 0) places[warp][digit] += __popc(same);
        __syncwarp();
    }
    __syncthreads();

    // bins 2 t and 2 t + 1: counts of the warps into places, the block's count into the chain
    unsigned int own[2] = {0, 0};
    unsigned int global[2] = {0, 0};
#pragma unroll
    for (int j = 0; j < 2; ++j) {
        int bin = 2 * threadIdx.x + j;
        for (int w = 0; w < SORT_WARPS && bin < bins; ++w) {
            unsigned int part = places[w][bin];
            places[w][bin] = own[j];
            own[j] += part;
        }
        if (bin < bins) {
            global[j] = histogram[bin];
            chain_store(chain + block * bins + bin, (block == 0 ? CHAIN_PREFIX : CHAIN_PART) | own[j]);
        }
    }
    unsigned int total;
    unsigned int in_block = block_exclusive_sum<SORT_THREADS>(own[0] + own[1], sums, &total);
    __syncthreads();
    unsigned int in_output = block_exclusive_sum<SORT_THREADS>(global[0] + global[1], sums, &total);
#pragma unroll
    for (int j = 0; j < 2; ++j) {
        int bin = 2 * threadIdx.x + j;
        unsigned int local = in_block + (j ? own[0] : 0);
        if (bin < bins) {
            for (int w = 0; w < SORT_WARPS; ++w) places[w][bin] += local;
            unsigned int before = look_back(chain + bin, bins, (int)block - 1);
            if (block > 0) chain_store(chain + block * bins + bin, CHAIN_PREFIX | (before + own[j]));
            to_global[bin] = (int)(in_output + (j ? global[0] : 0) + before) - (int)local;
        }
    }
    __syncthreads();
#pragma unroll
    for (int i = 0; i < SORT_ITEMS; ++i) {
        if (first + i * WARP < num_pairs) {
            unsigned int at = places[warp][(keys[i] >> shift) & (bins - 1)] + ranks[i];
            keys_shared[at] = keys[i];
            values_shared[at] = values[i];
        }
    }
    __syncthreads();
    unsigned int held = min((unsigned int)SORT_TILE, num_pairs - base);
    for (unsigned int at = threadIdx.x; at < held; at += SORT_THREADS) {
        unsigned int to = at + to_global[(keys_shared[at] >> shift) & (bins - 1)];
        values_out[to] = values_shared[at];
        out.take(keys_shared, held, at, to);
    }
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS) sort_pass(
    int shift, int bits,     // the digit: bits up to 9
    int ticket,              // which of counts->tickets this pass draws from
    // outputs
    SortPointers pass,       // count, histogram, keys_in and values_in are read
    StatePointers state)
{
    sort_digit(shift, bits, ticket, pass, state, KeysOut{pass.keys_out});
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS) sort_pass_tiles(
    int shift, int bits,     // the digit: bits up to 9
    int ticket,              // which of counts->tickets this pass draws from
    // outputs
    SortPointers pass,       // count, histogram, keys_in and values_in are read; keys_out is not written
    TileRange *__restrict__ ranges,   // [tiles] zero
    StatePointers state)
{
    sort_digit(shift, bits, ticket, pass, state, TilesOut{ranges});
}
