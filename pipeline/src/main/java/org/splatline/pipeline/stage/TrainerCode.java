package org.splatline.pipeline.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.splatline.gpu.cuda.device.KernelBuild;
import org.splatline.gpu.io.Sha256;
import org.splatline.gpu.train.Trainer;
import org.splatline.pipeline.config.Version;

/**
 * The code that trains. A release is known by {@link Trainer#VERSION}, which is raised before it
 * where models change. Builds between releases are not: they reuse no model that other classes or
 * other kernels have trained.
 */
final class TrainerCode {
  /** For the key of a training: empty in a release, else the sum of classes and kernels. */
  static final String SUM = isRelease(Version.NAME) ? "" : "code " + sum();

  private TrainerCode() {}

  static boolean isRelease(String version) {
    return !version.equals(Version.DEVELOPMENT) && !version.endsWith("-SNAPSHOT");
  }

  private static String sum() {
    try {
      Path code =
          Path.of(Trainer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Sha256.of(sum(code) + KernelBuild.read().sources());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the trainer's code", e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot read the trainer's code", e);
    }
  }

  /** The sum of a jar or of a folder of classes, hexadecimal. */
  static String sum(Path code) throws IOException {
    if (Files.isRegularFile(code)) {
      return Sha256.of(code);
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(code)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    Sha256 sum = new Sha256();
    for (Path file : files) {
      sum.add(code.relativize(file) + " " + Sha256.of(file) + "\n");
    }
    return sum.hex();
  }
}
