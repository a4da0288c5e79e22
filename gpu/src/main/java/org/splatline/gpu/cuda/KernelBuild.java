package org.splatline.gpu.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the build says of its kernels; the jar's manifest says the same.
 *
 * @param architectures as {@code sm_90}, with commas; empty: no kernels
 * @param toolkit nvcc's version
 * @param leastDriver major version of the oldest driver that loads them
 */
public record KernelBuild(String architectures, String toolkit, int leastDriver) {
  private static final String RESOURCE = "/org/splatline/kernels/build.properties";

  /** 13 of 13.0; 0 without kernels. */
  int toolkitMajor() {
    return toolkit.isEmpty() ? 0 : Integer.parseInt(toolkit.replaceFirst("\\..*", ""));
  }

  public static KernelBuild read() {
    Properties properties = new Properties();
    try (InputStream in = KernelBuild.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KernelBuild(
        properties.getProperty("architectures", ""),
        properties.getProperty("toolkit", ""),
        Integer.parseInt(properties.getProperty("least-driver", "0")));
  }
}
