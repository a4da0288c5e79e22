package org.splatline.pipeline.store;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * Where a folder or a file is. Each character of a name stands for itself: nothing is decoded, and
 * nothing is a pattern. {@code s3} becomes {@code s3a}: only S3A creates files conditionally.
 *
 * @param path with a scheme
 */
public record Place(Path path) implements Serializable {
  private static final String S3 = "s3:";
  private static final String S3A = "s3a:";

  public Place {
    String text = path.toString();
    if (text.startsWith(S3)) {
      path = new Path(S3A + text.substring(S3.length()));
    }
  }

  /**
   * A place as people write it: in the configuration, on the command line, in a manifest. Throws
   * {@link IllegalArgumentException} when it isn't one.
   *
   * @param text an absolute path, one relative to the working directory, or one with a scheme, such
   *     as {@code s3a://bucket/prefix}
   */
  public static Place parse(String text) {
    return hasScheme(text)
        ? new Place(new Path(text))
        : local(java.nio.file.Path.of(text).toAbsolutePath().normalize());
  }

  /** Whether a text says which file system its place is on. */
  public static boolean hasScheme(String text) {
    return text.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+:.*");
  }

  /** A place on this machine; the path is absolute. */
  public static Place local(java.nio.file.Path path) {
    return new Place(new Path("file", null, path.toString()));
  }

  /** The kind of its file system, such as {@code file} or {@code s3a}. */
  public String scheme() {
    return path.toUri().getScheme();
  }

  /** The bucket or host; empty: none. */
  public String authority() {
    String authority = path.toUri().getAuthority();
    return authority == null ? "" : authority;
  }

  /** The path within its file system, which begins with a slash. */
  public String localPath() {
    return path.toUri().getPath();
  }

  /** The text that {@link #parse} reads as this place, without a slash at the end. */
  @Override
  public String toString() {
    return path.toString();
  }
}
