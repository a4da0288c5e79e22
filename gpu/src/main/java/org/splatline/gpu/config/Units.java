package org.splatline.gpu.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes and durations such as {@code 8GiB}, {@code 50MB} and {@code 10m}. */
public final class Units {
  private static final Pattern QUANTITY =
      Pattern.compile("\\s*(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)\\s*");

  private static final Map<String, Double> BYTES =
      Map.of(
          "B", 1.0,
          "KB", 1e3,
          "MB", 1e6,
          "GB", 1e9,
          "TB", 1e12,
          "KIB", 0x1p10,
          "MIB", 0x1p20,
          "GIB", 0x1p30,
          "TIB", 0x1p40);

  private static final Map<String, Double> MILLISECONDS =
      Map.of("ms", 1.0, "s", 1e3, "m", 6e4, "h", 3.6e6, "d", 8.64e7);

  private Units() {}

  /** Bytes of a size such as {@code 8GiB} or {@code 50MB}. */
  static long bytes(String text) {
    Matcher matcher = QUANTITY.matcher(text);
    Double factor = matcher.matches() ? BYTES.get(matcher.group(2).toUpperCase(Locale.ROOT)) : null;
    if (factor == null) {
      throw new IllegalArgumentException(
          "Invalid size: %s. Write a number with B, kB, MB, GB, KiB, MiB or GiB, as in 8GiB"
              .formatted(text));
    }
    return Math.round(Double.parseDouble(matcher.group(1)) * factor);
  }

  /** A duration such as {@code 90s}, {@code 10m} or {@code 2h}. */
  public static Duration duration(String text) {
    Matcher matcher = QUANTITY.matcher(text);
    Double factor = matcher.matches() ? MILLISECONDS.get(matcher.group(2)) : null;
    if (factor == null) {
      throw new IllegalArgumentException(
          "Invalid duration: %s. Write a number with ms, s, m, h or d, as in 10m".formatted(text));
    }
    return Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(1)) * factor));
  }
}
