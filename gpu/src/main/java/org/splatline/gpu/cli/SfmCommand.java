package org.splatline.gpu.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.OrientationTag;
import org.splatline.gpu.sfm.SfmConfig;
import org.splatline.gpu.sfm.SfmHints;
import org.splatline.gpu.sfm.SfmResult;
import org.splatline.gpu.sfm.SfmStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline sfm}: finds the cameras of photographs with COLMAP. */
@Command(
    name = "sfm",
    description = "Find the cameras of photographs with COLMAP. Makes a scene for train.",
    footer = {"", "Exit codes: 0 done; 2 COLMAP found no usable model; 64 wrong usage; 70 error."})
final class SfmCommand implements Callable<Integer> {
  private static final String WORK = "work";

  @Option(
      names = "--scene",
      paramLabel = "DIR",
      required = true,
      description = "folder of photographs, or a folder with images/")
  private Path scene;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "folder for the scene: undistorted images/ and sparse/0/; must be empty or not exist")
  private Path out;

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isDirectory(scene)) {
      throw new IllegalArgumentException(
          "Cannot find photographs: there is no folder %s. Name one with --scene".formatted(scene));
    }
    checkEmpty();
    Configuration settings = options.reader("vanilla").read();
    SfmConfig config = settings.section("sfm", SfmConfig.class);
    GpuConfig gpu = settings.section("gpu", GpuConfig.class);
    String id = scene.toAbsolutePath().normalize().getFileName().toString();
    Path images = scene.resolve("images");
    Path work = out.resolve(WORK);
    Path colmap = work.resolve("colmap");
    SfmResult result =
        new SfmStage(config, Backends.matchers(gpu))
            .reconstruct(
                id,
                copied(Files.isDirectory(images) ? images : scene, work.resolve("photographs")),
                SfmHints.NONE,
                colmap,
                (command, done, total) ->
                    System.err.printf("sfm %s %d/%d%n", command, done, total));
    try (Stream<Path> files = Files.list(result.sceneFolder())) {
      for (Path file : files.toList()) {
        Files.move(file, out.resolve(file.getFileName()));
      }
    }
    Files.move(colmap.resolve("logs"), out.resolve("logs"));
    result.writeTo(out.resolve("sfm.json"));
    SceneFolders.delete(work);
    say(result);
    return 0;
  }

  /** Copies photographs with their pixels as stored, for COLMAP: {@link OrientationTag}. */
  private static Path copied(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(file.getFileName());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        if (Exif.of(copy).orientation() != Exif.ABSENT.orientation()) {
          OrientationTag.setUpright(copy);
        }
      }
    }
    return to;
  }

  private void checkEmpty() throws IOException {
    Files.createDirectories(out);
    try (Stream<Path> files = Files.list(out)) {
      if (files.anyMatch(file -> !file.endsWith(WORK))) { // that of a try that failed stays
        throw new IllegalArgumentException(
            "Cannot write to %s: it is not empty. Name another folder with --out".formatted(out));
      }
    }
  }

  private void say(SfmResult result) {
    PrintWriter words = spec.commandLine().getOut();
    words.printf(
        "%d of %d photographs have a camera, %,d points, mean error %.2f px%n",
        result.registered(), result.readable(), result.points(), result.meanErrorPx());
    if (!result.shortfall().isEmpty()) {
      words.println(result.shortfall());
    }
    words.printf("Train it: bin/splatline train --scene %s --out DIR%n", out);
    words.flush();
  }
}
