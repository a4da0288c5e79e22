package org.splatline.pipeline.emr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of {@code bin/tool-archive} where none of its programs is installed. */
@Tag("release") // packing takes a minute
class ToolArchiveIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @TempDir Path folder;

  @Test
  void itsProgramsRunWithItsOwnLibraries() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/colmap")), "no colmap: apt-get install colmap");
    Path archive = folder.resolve("tools.tar.gz");
    assertThat(run(ROOT + "/bin/tool-archive", archive.toString())).contains("packages; versions");
    Path tools = Files.createDirectory(folder.resolve("tools"));
    assertThat(run("tar", "xzf", archive.toString(), "-C", tools.toString())).isEmpty();

    String path = tools.resolve("bin") + ":" + tools("sh", "dirname", "readlink");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    String[] alone = {"env", "-i", "-C", elsewhere.toString(), "PATH=" + path};
    assertThat(run(with(alone, "colmap", "help"))).startsWith("COLMAP ");
    assertThat(run(with(alone, "colmap", "feature_extractor", "-h"))).contains("--image_path");
    assertThat(run(with(alone, "ffmpeg", "-version"))).startsWith("ffmpeg version");
    assertThat(run(with(alone, "ffprobe", "-version"))).startsWith("ffprobe version");
    assertThat(
            run(
                tools + "/lib/ld-linux-x86-64.so.2",
                "--library-path",
                tools + "/lib",
                "--list",
                tools + "/libexec/colmap"))
        .as("no library of this machine")
        .doesNotContain("=> /lib", "=> /usr", "not found");

    Path lock = folder.resolve("tools.tar.gz.lock");
    assertThat(lock).hasSameTextualContentAs(tools.resolve("tools.lock"));
    Files.writeString(lock, Files.readString(lock).replaceAll("(?m)^colmap .*", "colmap 9.9-1"));
    assertThat(run(ROOT + "/bin/tool-archive", archive.toString(), "--lock", lock.toString()))
        .contains("< colmap 9.9-1");
  }

  /** A folder with links to these programs alone. */
  private Path tools(String... programs) throws IOException {
    Path host = Files.createDirectory(folder.resolve("host"));
    for (String program : programs) {
      Files.createSymbolicLink(host.resolve(program), Path.of("/usr/bin", program));
    }
    return host;
  }

  private static String[] with(String[] start, String... more) {
    return Stream.of(List.of(start), List.of(more)).flatMap(List::stream).toArray(String[]::new);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
