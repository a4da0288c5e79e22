package org.splatline.pipeline.sfm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Structure from motion: from a folder of photographs to a scene folder of undistorted pictures
 * with cameras and points, by COLMAP on the full-size photographs. Files in, files out; keeps no
 * state between scenes and may be used by several threads.
 */
public final class SfmStage {
  private final SfmConfig config;

  public SfmStage(SfmConfig config) {
    this.config = config;
  }

  /**
   * Whether a scene folder comes with cameras, so that this stage has nothing to do. A {@code
   * sparse/0} that lacks files counts: its reader says what is missing.
   */
  public static boolean bringsModel(Path folder) {
    return Files.isDirectory(folder.resolve("sparse").resolve("0"))
        || Files.isRegularFile(folder.resolve("transforms.json"))
        || Files.isRegularFile(folder.resolve("transforms_train.json"));
  }

  /**
   * COLMAP's version, part of a reconstruction's content key.
   *
   * @throws SceneException TOOL_MISSING, TOOL_INCOMPATIBLE
   */
  public String colmapVersion() throws IOException, InterruptedException {
    return new ColmapBinary(config.colmap()).probe().version();
  }

  private ColmapDialect dialect() throws IOException, InterruptedException {
    ColmapBinary colmap = new ColmapBinary(config.colmap());
    return ColmapDialect.ask(colmap, colmap.probe());
  }

  /**
   * Finds cameras and points: features, then matches, map and gate in one way after the other until
   * enough photographs are registered, undistortion of the best. What an earlier attempt left in
   * {@code workFolder} is replaced; COLMAP's output and the {@link SfmReport} stay in {@code
   * workFolder/logs}.
   *
   * @param sceneId for messages
   * @param images photographs directly in this folder; files that are none are left out
   * @param hints what is known of them
   * @param workFolder ours alone while this runs; made if absent
   * @return whose scene folder lies in {@code workFolder}
   * @throws SceneException FEW_IMAGES or UNREADABLE_IMAGES before COLMAP starts, NO_MATCHES,
   *     NO_MODEL, SPLIT_MODEL, LOW_REGISTRATION or HIGH_REPROJECTION at the gate, DISK_FULL,
   *     TIMEOUT, STALLED, OUT_OF_MEMORY, TOOL_CRASH, TOOL_MISSING or TOOL_INCOMPATIBLE of COLMAP
   *     itself
   * @throws IOException when files can't be read or written: the machine's fault, not the scene's
   */
  public SfmResult reconstruct(
      String sceneId, Path images, SfmHints hints, Path workFolder, SfmListener listener)
      throws IOException, InterruptedException {
    if (!Files.isDirectory(images)) {
      throw new SceneException(
          Verdict.UNSUPPORTED_INPUT,
          "Cannot reconstruct scene %s: there is no folder %s. Name the folder of its photographs."
              .formatted(sceneId, images));
    }
    SfmFolders folders =
        new SfmFolders(
            images.toAbsolutePath().normalize(), workFolder.toAbsolutePath().normalize());
    return new Reconstruction(config, sceneId, hints, folders, listener).run(this::dialect);
  }
}
