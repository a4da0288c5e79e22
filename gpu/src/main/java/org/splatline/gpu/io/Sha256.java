package org.splatline.gpu.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes SHA-256 sums. An instance sums up what it is given piece by piece; not thread-safe. */
public final class Sha256 {
  /** Length of a sum, bytes. */
  public static final int BYTES = 32;

  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot compute SHA-256: this JVM lacks it", e);
    }
  }

  /** The sum of a text's UTF-8 bytes, hexadecimal. */
  public static String of(String text) {
    return new Sha256().add(text).hex();
  }

  /** The sum of a file, hexadecimal. */
  public static String of(Path file) throws IOException {
    return copy(file, OutputStream.nullOutputStream());
  }

  /**
   * Copies a file to {@code out}, not closed, and returns the sum of what it copied, hexadecimal.
   */
  public static String copy(Path file, OutputStream out) throws IOException {
    Sha256 sum = new Sha256();
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(sum.copyingTo(out));
    }
    return sum.hex();
  }

  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** Adds a text's UTF-8 bytes. */
  public Sha256 add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A stream that writes to {@code out} and adds what it writes to this sum. */
  public OutputStream copyingTo(OutputStream out) {
    return new DigestOutputStream(out, digest);
  }

  /** The sum of all that was added, {@value #BYTES} bytes. The next sum starts from nothing. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** As {@link #bytes}, in hexadecimal. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
