package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.IntakeTask.Sequel;

@Timeout(120)
class IntakeClassesTest {
  @TempDir Path folder;

  /** The class path as a product has it: jars alone. */
  private String jars() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : IntakeSandbox.classPath().split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      jars.add(Files.isDirectory(path) ? jar(path, jars.size()).toString() : entry);
    }
    return String.join(File.pathSeparator, jars);
  }

  private Path jar(Path classes, int number) throws IOException {
    Path jar = folder.resolve(number + ".jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return jar;
  }

  /**
   * @param sharing of classes: Java starts with {@code on} only if it can use them
   */
  private void assertReads(String jars, byte[] classes, String sharing) throws Exception {
    Path scene = Files.createDirectories(folder.resolve("scene"));
    TestPictures.jpeg(scene.resolve("a.jpg"), 64, 48, 1);
    Path own = Files.createTempDirectory(folder, "own");
    new IntakeTask(
            "garden",
            scene.toString(),
            HostileInputs.LIMITS,
            new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
            HostileInputs.VIDEO,
            null,
            Sequel.NOBODY)
        .write(own.resolve(IntakeMain.TASK));
    List<String> words =
        IntakeSandbox.command(
            HostileInputs.LIMITS, HostileInputs.VIDEO, own, jars, Optional.of(classes));
    words.set(words.indexOf("-Xshare:auto"), "-Xshare:" + sharing);
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(own.resolve(IntakeMain.OUTCOME)).as(said).exists();
    assertThat(IntakeOutcome.fromJson(Files.readString(own.resolve(IntakeMain.OUTCOME))).verdict())
        .isEqualTo(Verdict.OK);
    assertThat(own.resolve(IntakeMain.CLASSES)).doesNotExist();
  }

  @Test
  void aProcessStartsFromThem() throws Exception {
    String jars = jars();
    byte[] classes =
        IntakeClasses.make(jars, HostileInputs.LIMITS, HostileInputs.VIDEO).orElseThrow();
    assertThat(new String(classes, ISO_8859_1))
        .contains("org/splatline/pipeline/input/SceneArchive")
        .contains("com/sun/imageio/plugins/jpeg/JPEGImageReader");
    assertReads(jars, classes, "on");
    classes[100]++; // Java ignores what it can't use
    assertReads(jars, classes, "auto");
  }

  @Test
  void foldersOfClassesHaveNone() {
    assertThat(IntakeClasses.make(folder.toString(), HostileInputs.LIMITS, HostileInputs.VIDEO))
        .isEmpty();
  }
}
