// splatline.cu: includes every operation in one translation unit, so that one module has them all.
#include "blend.cu"
#include "count.cu"
#include "densify.cu"
#include "describe.cu"
#include "exposure.cu"
#include "error.cu"
#include "grow.cu"
#include "image.cu"
#include "intersect.cu"
#include "kmeans.cu"
#include "loss.cu"
#include "mask.cu"
#include "match.cu"
#include "morton.cu"
#include "project.cu"
#include "select.cu"
#include "sift.cu"
#include "significance.cu"
#include "sort.cu"
#include "update.cu"

// A test compares Java's copies with these. CudaModuleIT.java reads the same words.
extern "C" __device__ const float splat_constants[7] = {
    TILE_SIZE, ALPHA_MIN, ALPHA_MAX, TRANSMITTANCE_MIN, COV2D_DILATION, FRUSTUM_SLACK, DETERMINANT_RATIO_MIN};

static_assert(sizeof(Counts) == 11 * 4 && sizeof(Progress) == 4 * 4 && sizeof(Densified) == 6 * 4 && sizeof(Growing) == 3 * 4 && sizeof(PairCounts) == 3 * 8,
    "Java reads these words");
