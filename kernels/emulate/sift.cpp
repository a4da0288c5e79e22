// sift.cpp: runs the kernels of sift.cu and describe.cu on the host, in the order of CudaFeatureExtractor.java, for
// SiftKernelsTest.java. Reads width, height, and octaves; SIFT_LEVELS windows, each its radius and SIFT_MAX_RADIUS + 1 weights;
// and a grey picture. Writes the number of keypoints; of each, in order, four numbers as sift_refine has them; its orientations; and
// its descriptors.
#include "cuda.h"

#include "../src/describe.cu"
#include "../src/sift.cu"
#include <cstdio>
#include <cstdlib>
#include <tuple>

template <class T>
static std::vector<T> read(size_t count)
{
    std::vector<T> values(count);
    if (fread(values.data(), sizeof(T), count, stdin) != count) {
        fputs("Cannot read the input: it ends early\n", stderr);
        exit(1);
    }
    return values;
}

template <class T>
static void write(const std::vector<T> &values) { fwrite(values.data(), sizeof(T), values.size(), stdout); }

int main()
{
    std::vector<int> shape = read<int>(3);
    int width = shape[0], height = shape[1], octaves = shape[2];
    int radii[SIFT_LEVELS];
    SiftWindow windows[SIFT_LEVELS];
    for (int level = 0; level < SIFT_LEVELS; ++level) {
        radii[level] = read<int>(1)[0];
        std::vector<float> weights = read<float>(SIFT_MAX_RADIUS + 1);
        std::copy(weights.begin(), weights.end(), windows[level].weights);
    }
    std::vector<unsigned char> luma = read<unsigned char>((size_t)width * height);

    std::vector<float> planes((size_t)SIFT_LEVELS * 4 * width * height * 2);
    SiftPyramid pyramid = {planes.data(), 2 * width, 2 * height};
    std::vector<int4> extrema((size_t)width * height);
    unsigned int count = 0;
    for (int o = 0; o < octaves; ++o) {
        SiftOctave octave(pyramid, o);
        int w = octave.width, h = octave.height;
        float *first = const_cast<float *>(octave.planes);
        auto level = [&](int l) { return first + (size_t)l * w * h; };
        auto blur = [&](int from, int to) {
            launch_waiting((w + SIFT_TILE_X - 1) / SIFT_TILE_X, (h + SIFT_TILE_Y - 1) / SIFT_TILE_Y, SIFT_BLUR_THREADS,
                [&] { sift_blur(w, h, radii[to], windows[to], level(from), level(to)); });
        };
        if (o == 0) {
            launch(w, h, [&] { sift_double(width, height, luma.data(), level(SIFT_LEVELS - 1)); });
            blur(SIFT_LEVELS - 1, 0);
        } else {
            SiftOctave before(pyramid, o - 1);
            const float *from = before.planes + (size_t)SIFT_STEPS * before.width * before.height;
            launch(w, h, [&] { sift_halve(w, h, before.width, from, level(0)); });
        }
        for (int to = 1; to < SIFT_LEVELS; ++to) blur(to - 1, to);
        launch(w - 2, h - 2, [&] { sift_extrema(pyramid, o, (int)extrema.size(), &count, extrema.data()); });
    }
    if (count > extrema.size()) {
        fprintf(stderr, "Cannot list %u extrema: there is room for %zu\n", count, extrema.size());
        return 2;
    }
    extrema.resize(count);
    std::sort(extrema.begin(), extrema.end(), [](int4 a, int4 b) { return std::tie(a.w, a.z, a.y, a.x) < std::tie(b.w, b.z, b.y, b.x); });

    std::vector<float4> keypoints(count);
    launch(count, 1, [&] { sift_refine(count, pyramid, extrema.data(), keypoints.data()); });
    keypoints.erase(std::remove_if(keypoints.begin(), keypoints.end(), [](float4 k) { return k.z == 0; }), keypoints.end());
    int number = (int)keypoints.size(), slots = number * SIFT_ORIENTATIONS;
    std::vector<float> orientations(slots);
    std::vector<uchar4> descriptors((size_t)slots * 32);
    launch_waiting((number + DESCRIBE_WARPS - 1) / DESCRIBE_WARPS, 1, DESCRIBE_THREADS,
        [&] { sift_orient(number, pyramid, keypoints.data(), orientations.data()); });
    launch_waiting((slots + DESCRIBE_WARPS - 1) / DESCRIBE_WARPS, 1, DESCRIBE_THREADS,
        [&] { sift_describe(number, pyramid, keypoints.data(), orientations.data(), descriptors.data()); });
    write(std::vector<int>{number});
    write(keypoints);
    write(orientations);
    write(descriptors);
}
