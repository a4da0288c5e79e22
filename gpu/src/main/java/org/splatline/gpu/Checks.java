package org.splatline.gpu;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** Argument and state checks with printf-style messages. */
public final class Checks {
  private Checks() {}

  /** Throws {@link IllegalArgumentException} unless {@code condition} holds. */
  @FormatMethod
  public static void checkArgument(
      boolean condition, @FormatString String format, Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(format, values));
    }
  }

  /** Throws {@link IllegalStateException} unless {@code condition} holds. */
  @FormatMethod
  public static void checkState(boolean condition, @FormatString String format, Object... values) {
    if (!condition) {
      throw new IllegalStateException(String.format(format, values));
    }
  }
}
