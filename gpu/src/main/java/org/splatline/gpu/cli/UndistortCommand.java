package org.splatline.gpu.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.splatline.gpu.colmap.ColmapBinary;
import org.splatline.gpu.colmap.Undistorter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline undistort}: writes a scene with pinhole cameras. */
@Command(
    name = "undistort",
    description = "Remove the lens distortion of a scene with COLMAP, so that it can be trained.")
public final class UndistortCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofHours(2);

  @Option(
      names = "--scene",
      paramLabel = "DIR",
      required = true,
      description = "scene folder: images/ with sparse/0/ or transforms*.json")
  private Path scene;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "folder for the new scene; must be empty or not exist")
  private Path out;

  @Option(
      names = "--colmap",
      paramLabel = "PROGRAM",
      defaultValue = "colmap",
      description = "the COLMAP program (default: ${DEFAULT-VALUE})")
  private String colmap;

  @Option(
      names = "--min-present-share",
      paramLabel = "SHARE",
      defaultValue = "0.6",
      description = "share of the scene's images that must exist (default: ${DEFAULT-VALUE})")
  private double minPresentShare;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter words = spec.commandLine().getOut();
    String id = scene.toAbsolutePath().normalize().getFileName().toString();
    new Undistorter(new ColmapBinary(colmap), TIMEOUT)
        .undistort(
            id,
            scene,
            out,
            minPresentShare,
            line -> {
              if (line.startsWith("Undistorting image")) {
                words.println(line);
                words.flush();
              }
            });
    words.println("Wrote pinhole scene %s".formatted(out));
    words.flush();
    return 0;
  }
}
