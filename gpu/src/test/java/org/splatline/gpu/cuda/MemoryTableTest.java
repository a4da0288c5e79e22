package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.backend.Precision;

/** The table of bytes a Gaussian in docs/performance.md is computed by the plan. */
class MemoryTableTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "performance.md");
  private static final String START = "<!-- bytes a Gaussian, printed by MemoryTableTest -->\n";
  private static final String END = "<!-- end of bytes a Gaussian -->\n";
  private static final int MANY = 10_000_000;
  private static final int PIXELS = 992 * 560; // of 980x545, in whole tiles

  /** Run with {@code -Dsplatline.update=true} to print the table again. */
  @Test
  void theTableIsUpToDate() throws IOException {
    String text = Files.readString(DOCUMENT);
    int from = text.indexOf(START) + START.length();
    int until = text.indexOf(END);
    String wanted = text.substring(0, from) + table() + text.substring(until);
    if (Boolean.getBoolean("splatline.update")) {
      Files.writeString(DOCUMENT, wanted);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("The plan changed: run this test with -Dsplatline.update=true")
        .isEqualTo(wanted);
  }

  private static String table() {
    return """
        | | 32 bits | mixed precision |
        |---|---|---|
        """
        + row("parameters and moments", p -> GaussianArrays.bytesPerGaussian(p, false))
        + row("the same once more, to densify into", p -> GaussianArrays.bytesPerGaussian(p, false))
        + row("or one array at a time", GaussianArrays::largestRowBytes)
        + row("masks, if they are learned", p -> masks(p))
        + row("sums of gradients, if views are added up", p -> GradientSums.BYTES_PER_GAUSSIAN)
        + row("buffers of a view, with room for a quarter more", p -> view(1))
        + row("2 intersections", p -> view(2 * MANY) - view(1))
        + row("scores, keys and fates while densifying", p -> 24)
        + String.format(
            Locale.ROOT,
            """
            | 10 M Gaussians and a view of 980x545, in all | %s | %s |
            | the same without the spare set | %s | %s |
            """,
            total(Precision.FLOAT, true),
            total(Precision.MIXED, true),
            total(Precision.FLOAT, false),
            total(Precision.MIXED, false));
  }

  private interface PerGaussian {
    long bytes(Precision precision);
  }

  private static String row(String what, PerGaussian figure) {
    return "| %s | %d | %d |\n"
        .formatted(what, figure.bytes(Precision.FLOAT), figure.bytes(Precision.MIXED));
  }

  private static long masks(Precision precision) {
    return GaussianArrays.bytesPerGaussian(precision, true)
        - GaussianArrays.bytesPerGaussian(precision, false);
  }

  /** Rounded, of a picture with many tiles, whose own bytes are left out. */
  private static long view(int intersections) {
    int tiles = 4096;
    long bytes =
        ViewBuffers.bytes(MANY, intersections, 0, tiles) - ViewBuffers.bytes(0, 1, 0, tiles);
    return Math.round((double) bytes / MANY);
  }

  private static String total(Precision precision, boolean spare) {
    MemoryPlan.Demand demand =
        new MemoryPlan.Demand(
            MANY, MANY, precision, 0, 0, 0, PIXELS, PIXELS / 256, false, false, false);
    MemoryPlan.Budget all = new MemoryPlan.Budget(Long.MAX_VALUE, GpuConfig.class.getName());
    return Bytes.text(new MemoryPlan(demand, all, spare, false).bytes(MANY));
  }
}
