package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.config.PipelineConfig;

/**
 * Attacks at the size that default limits meet. {@code -Dsplatline.update=true} prints the second
 * table of docs/hostile-inputs.md.
 */
@Tag("release") // it takes minutes and 3 GB of disk
class HostileSizesIT {
  private static final Path PAGE = Path.of("../docs/hostile-inputs.md");
  private static final String FROM = "<!-- printed by HostileSizesIT -->\n";
  private static final String TO = "<!-- to here, at full size -->";
  private static final long TEXT = 3_000_000_000L;
  private static final int LONG_NAME = 1_900_000_000;
  private static final PipelineConfig CONFIG =
      PipelineConfig.of(ConfigurationReader.withDefaultProfile("vanilla").read());

  @TempDir Path folder;

  private final Map<String, HostileInputs.Input> inputs = new LinkedHashMap<>();

  /** The file to write. Photographs and videos are alone in a folder. */
  private Path add(String name, String what, Verdict verdict) throws IOException {
    inputs.put(name, new HostileInputs.Input(what, verdict));
    return SceneArchive.sceneName(name).isPresent()
        ? folder.resolve(name)
        : Files.createDirectory(folder.resolve(name)).resolve(name);
  }

  private void write() throws IOException, InterruptedException {
    Files.write(
        add("packed.png", "PNG with a zTXt of 3 GB", Verdict.FEW_IMAGES),
        HostileInputs.withText(TEXT));
    Files.write(
        add("plain.png", "PNG with an iTXt of 3 GB", Verdict.FEW_IMAGES),
        HostileInputs.withText("iTXtComment\0\1\0\0\0", TEXT));
    Files.write(
        add(
            "scans.jpg",
            "progressive JPEG of 13 000 x 13 000 px with 400 scans",
            Verdict.TOO_LARGE),
        HostileInputs.manyScans(
            new BufferedImage(13_000, 13_000, BufferedImage.TYPE_BYTE_GRAY), 400));
    longName();
    byte[] sparse = HostileInputs.header("photo.jpg", 'S', 0);
    HostileInputs.number(sparse, 386, 11, 0);
    HostileInputs.number(sparse, 398, 11, 0);
    HostileInputs.number(sparse, 483, 11, 2_000_000_000);
    try (OutputStream file =
            Files.newOutputStream(
                add("holes.tar.gz", "tar of 1 kB with 2 GB of holes", Verdict.HOSTILE_INPUT));
        OutputStream tar = new GZIPOutputStream(file)) {
      tar.write(HostileInputs.sum(sparse));
      tar.write(new byte[1024]);
    }
    try (OutputStream file =
            Files.newOutputStream(
                add("bomb.zip", "zip of 4 GB of zeros in 4 MB", Verdict.HOSTILE_INPUT));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("photo.bmp"));
      zeros(zip, 4_000);
    }
    String film = "ffmpeg -v error -f lavfi -i color=size=64x48:rate=1 -t 36000 ";
    Path video = add("long.mp4", "video of 10 hours", Verdict.TOO_LARGE);
    Process ffmpeg = new ProcessBuilder((film + video).split(" ", -1)).inheritIO().start();
    assertThat(ffmpeg.waitFor()).isZero();
  }

  private void longName() throws IOException {
    Path tar = add("name.tar", "tar with a name of 1.9 GB", Verdict.HOSTILE_INPUT);
    try (OutputStream out = Files.newOutputStream(tar)) {
      out.write(HostileInputs.sum(HostileInputs.header("long", 'L', LONG_NAME)));
      byte[] letters = new byte[512 * 1000];
      Arrays.fill(letters, (byte) 'x');
      for (long written = 0; written < LONG_NAME; written += letters.length) {
        out.write(letters);
      }
      out.write(HostileInputs.sum(HostileInputs.header("photo.jpg", '0', 0)));
      out.write(new byte[1024]);
    }
  }

  private static void zeros(OutputStream out, int megabytes) throws IOException {
    byte[] zeros = new byte[1_000_000];
    for (int i = 0; i < megabytes; i++) {
      out.write(zeros);
    }
  }

  private Verdict verdict(String name) throws IOException, InterruptedException {
    IntakeProcess process = new IntakeProcess(name, CONFIG.limits(), CONFIG.input().video());
    try {
      process
          .check(folder.resolve(name), CONFIG.input().photographs(), folder.resolve("made-" + name))
          .requirePhotographs(CONFIG.sfm().minImages());
      return Verdict.OK;
    } catch (SceneException e) {
      return e.verdict();
    }
  }

  @Test
  void eachCostsLittle() throws Exception {
    write();
    Map<String, Verdict> expected = new LinkedHashMap<>();
    inputs.forEach((name, input) -> expected.put(name, input.verdict()));
    Map<String, Verdict> got = new LinkedHashMap<>();
    Map<String, IntakeCosts.Sum> costs;
    try (IntakeCosts log = new IntakeCosts()) {
      for (String name : inputs.keySet()) {
        got.put(name, verdict(name));
      }
      costs = log.sums();
    }
    StringBuilder table = new StringBuilder("| input | verdict | seconds | memory | disk |\n");
    table.append("|---|---|---:|---:|---:|\n");
    inputs.forEach(
        (name, input) ->
            table.append(
                "| %s | %s | %s |\n"
                    .formatted(input.what(), got.get(name), costs.get(name).cells())));
    if (Boolean.getBoolean("splatline.update")) {
      String page = Files.readString(PAGE, UTF_8);
      int from = page.indexOf(FROM) + FROM.length();
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(page.indexOf(TO)));
    }
    assertThat(got).as(table.toString()).isEqualTo(expected);
  }
}
