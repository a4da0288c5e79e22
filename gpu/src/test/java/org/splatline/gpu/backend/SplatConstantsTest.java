package org.splatline.gpu.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SplatConstantsTest {
  private static final Pattern DEFINE = Pattern.compile("(?m)^#define (\\w+) (\\(?[^/]*?\\)?) +//");

  @Test
  void equalTheKernels() throws IOException {
    Map<String, String> defines = new TreeMap<>();
    String header = "/org/splatline/kernels/include/splat.cuh";
    try (InputStream stream = SplatConstants.class.getResourceAsStream(header)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      // A division inside parentheses would look like a comment's start.
      Matcher matcher = DEFINE.matcher(text.replace("1.0f / 255.0f", Float.toString(1f / 255)));
      while (matcher.find()) {
        defines.put(matcher.group(1), matcher.group(2).replaceAll("[()f]", "").strip());
      }
    }
    Map<String, Number> ours =
        Map.of(
            "TILE_SIZE", SplatConstants.TILE_SIZE,
            "ALPHA_MIN", SplatConstants.ALPHA_MIN,
            "ALPHA_MAX", SplatConstants.ALPHA_MAX,
            "TRANSMITTANCE_MIN", SplatConstants.TRANSMITTANCE_MIN,
            "COV2D_DILATION", SplatConstants.COV2D_DILATION,
            "DETERMINANT_RATIO_MIN", SplatConstants.DETERMINANT_RATIO_MIN,
            "FRUSTUM_SLACK", SplatConstants.FRUSTUM_SLACK,
            "INTERSECTIONS_MAX", SplatConstants.INTERSECTIONS_MAX);
    ours.forEach(
        (name, value) ->
            assertThat(defines)
                .as(name)
                .hasEntrySatisfying(
                    name,
                    text -> assertThat(Float.parseFloat(text)).isEqualTo(value.floatValue())));
  }
}
