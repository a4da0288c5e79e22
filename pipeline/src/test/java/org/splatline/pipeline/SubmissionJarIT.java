package org.splatline.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in the one jar for spark-submit. */
@Tag("both-lanes")
class SubmissionJarIT {
  private static final Path JAR =
      Path.of(System.getProperty("splatline.target", "target"), "splatline.jar");

  @Test
  void itHoldsUsAndWhatSparkLacks() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(25L << 20);
    try (JarFile jar = new JarFile(JAR.toFile())) {
      Set<String> packages =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".class"))
              .map(name -> name.replaceFirst("^((?:[^/]+/){2}).*", "$1"))
              .collect(Collectors.toSet());
      // JCuda, WebP and SQLite have native libraries, which find their classes by name.
      assertThat(packages)
          .contains("org/splatline/")
          .allMatch(name -> name.matches("org/(splatline|sqlite)/|jcuda/.*|com/luciad/"));
      for (String library :
          List.of(
              "picocli/CommandLine",
              "com/drew/imaging/ImageMetadataReader",
              "com/adobe/internal/xmp/XMPMeta",
              "org/apache/commons/compress/archivers/zip/ZipFile",
              "org/apache/commons/lang3/StringUtils",
              "org/apache/commons/io/IOUtils",
              "com/fasterxml/jackson/dataformat/yaml/YAMLMapper",
              "org/yaml/snakeyaml/Yaml",
              "kotlin/Unit")) {
        assertThat(jar.getEntry("org/splatline/shaded/" + library + ".class"))
            .as(library)
            .isNotNull();
      }
      assertThat(jar.stream().map(ZipEntry::getName))
          .doesNotContain("log4j2.properties") // of a laptop
          .contains(
              "org/splatline/conf/defaults.yaml",
              "org/splatline/conf/prices.json",
              "org/splatline/commit.properties")
          .anyMatch(name -> name.endsWith("build.properties") && name.contains("kernels"))
          .anyMatch(name -> name.endsWith(".fatbin"))
          .anyMatch(name -> name.contains("JCudaDriver") && name.endsWith(".so"))
          .anyMatch(name -> name.contains("webp") && name.endsWith(".so"))
          .anyMatch(name -> name.contains("sqlite") && name.endsWith(".so"));
    }
  }

  /** Services whose classes were renamed are found under their new names. */
  @Test
  void eachServiceHasItsClass() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> classes =
          jar.stream()
              .filter(entry -> entry.getName().startsWith("META-INF/services/"))
              .filter(entry -> !entry.isDirectory())
              .flatMap(entry -> lines(jar, entry))
              .toList();
      assertThat(classes)
          .contains("org.splatline.shaded.com.fasterxml.jackson.dataformat.yaml.YAMLFactory")
          .allSatisfy(
              name ->
                  assertThat(jar.getEntry(name.replace('.', '/') + ".class")).as(name).isNotNull());
    }
  }

  private static Stream<String> lines(JarFile jar, ZipEntry entry) {
    try (var in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
