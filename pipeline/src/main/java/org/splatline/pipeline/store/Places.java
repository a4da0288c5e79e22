package org.splatline.pipeline.store;

import org.apache.hadoop.fs.Path;

/**
 * Places as people write them: in the configuration, on the command line, in a manifest. Each
 * character of a name stands for itself: nothing is decoded, and nothing is a pattern.
 */
public final class Places {
  private static final String S3 = "s3:";
  private static final String S3A = "s3a:";

  private Places() {}

  /**
   * The absolute path of a place. Throws {@link IllegalArgumentException} when it isn't one.
   *
   * @param place an absolute folder or file, one relative to the working directory, or one with a
   *     scheme, such as {@code s3a://bucket/prefix}
   */
  public static Path parse(String place) {
    return hasScheme(place)
        ? withS3a(new Path(place))
        : local(java.nio.file.Path.of(place).toAbsolutePath().normalize());
  }

  /** Whether a place says which file system it is on. */
  public static boolean hasScheme(String place) {
    return place.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+:.*");
  }

  /** The same place, with {@code s3a} for {@code s3}: only S3A creates files conditionally. */
  static Path withS3a(Path place) {
    String text = place.toString();
    return text.startsWith(S3) ? new Path(S3A + text.substring(S3.length())) : place;
  }

  /** An absolute path of this machine. */
  static Path local(java.nio.file.Path path) {
    return new Path("file", null, path.toString());
  }
}
