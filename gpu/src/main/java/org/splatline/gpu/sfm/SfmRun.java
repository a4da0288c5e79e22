package org.splatline.gpu.sfm;

/**
 * What the parts of one scene's reconstruction share.
 *
 * @param sceneId for messages
 * @param photographs that COLMAP gets
 */
record SfmRun(
    SfmConfig config,
    String sceneId,
    SfmFolders folders,
    SfmListener listener,
    SfmGate gate,
    ColmapRunner colmap,
    ColmapSteps steps,
    PhotographList photographs) {}
