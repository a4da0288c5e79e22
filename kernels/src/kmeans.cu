// kmeans.cu: which centroid is nearest to each point?
//
// nearest_centroid_*  compares each point with each centroid: |c|^2 / 2 - x . c is half the squared distance less a number of the
//                     point's own. The first of equal ones wins. The kernels differ in the number of coordinates, those of the SH
//                     bands up to 1, 2 and 3, rounded up to a multiple of 4
//
// Launch  1-D, KMEANS_THREADS threads, one per point; centroids pass through shared memory in tiles; no atomics: same bits on every run
// Host    NearestCentroidKernel.java        Reference  CentroidTable.java
// Source  Lloyd 1982, "Least squares quantization in PCM"; the means are taken on the host, in double
#include "pointers.cuh"

#define KMEANS_THREADS 128
#define KMEANS_TILE 64  // centroids in shared memory

// All threads of a block call it. WIDTH is a multiple of 4.
template <int WIDTH>
__device__ __forceinline__ void nearest_centroid(
    int num_points, int num_centroids, ReadOnly<float4> points, ReadOnly<float4> centroids, ReadOnly<float> half_squares,
    int *__restrict__ labels)
{
    constexpr int CHUNKS = WIDTH / 4;
    __shared__ float4 tile[KMEANS_TILE * CHUNKS];
    __shared__ float halves[KMEANS_TILE];
    int n = blockIdx.x * blockDim.x + threadIdx.x;
    float4 point[CHUNKS];
#pragma unroll
    for (int i = 0; i < CHUNKS; ++i) {
        point[i] = n < num_points ? points[(long long)n * CHUNKS + i] : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    }
    float best = INFINITY;
    int nearest = 0;
    for (int first = 0; first < num_centroids; first += KMEANS_TILE) {
        int count = min(KMEANS_TILE, num_centroids - first);
        __syncthreads();  // the tile before is no longer read
        for (int i = threadIdx.x; i < count * CHUNKS; i += blockDim.x) tile[i] = centroids[first * CHUNKS + i];
        for (int i = threadIdx.x; i < count; i += blockDim.x) halves[i] = half_squares[first + i];
        __syncthreads();
        for (int k = 0; k < count; ++k) {
            float4 product = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
#pragma unroll
            for (int i = 0; i < CHUNKS; ++i) {
                float4 centroid = tile[k * CHUNKS + i];
                product.x = fmaf(point[i].x, centroid.x, product.x);
                product.y = fmaf(point[i].y, centroid.y, product.y);
                product.z = fmaf(point[i].z, centroid.z, product.z);
                product.w = fmaf(point[i].w, centroid.w, product.w);
            }
            float score = halves[k] - ((product.x + product.y) + (product.z + product.w));
            if (score < best) {
                best = score;
                nearest = first + k;
            }
        }
    }
    if (n < num_points) labels[n] = nearest;
}

extern "C" __global__ void __launch_bounds__(KMEANS_THREADS) nearest_centroid_12(
    int num_points,             // N
    int num_centroids,          // K, at least 1
    const float4 *points,       // [N, 12]
    const float4 *centroids,    // [K, 12]
    const float *half_squares,  // [K] half the squared lengths
    // outputs
    int *labels)                // [N] from 0 to K - 1
{
    nearest_centroid<12>(num_points, num_centroids, points, centroids, half_squares, labels);
}

extern "C" __global__ void __launch_bounds__(KMEANS_THREADS) nearest_centroid_24(
    int num_points,             // N
    int num_centroids,          // K, at least 1
    const float4 *points,       // [N, 24]
    const float4 *centroids,    // [K, 24]
    const float *half_squares,  // [K] half the squared lengths
    // outputs
    int *labels)                // [N] from 0 to K - 1
{
    nearest_centroid<24>(num_points, num_centroids, points, centroids, half_squares, labels);
}

extern "C" __global__ void __launch_bounds__(KMEANS_THREADS) nearest_centroid_48(
    int num_points,             // N
    int num_centroids,          // K, at least 1
    const float4 *points,       // [N, 48]
    const float4 *centroids,    // [K, 48]
    const float *half_squares,  // [K] half the squared lengths
    // outputs
    int *labels)                // [N] from 0 to K - 1
{
    nearest_centroid<48>(num_points, num_centroids, points, centroids, half_squares, labels);
}
