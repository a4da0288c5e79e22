package org.splatline.pipeline;

/** A name that a URI, a glob, SQL or a shell would read as something else. */
public final class OddNames {
  public static final String NAME =
      "my %6Dgarden #1? \"a\" 'b' [d] {e,f} ^ & + ; year=2026 * $g ~ ü 庭";

  private OddNames() {}
}
