package org.splatline.pipeline.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.splatline.pipeline.demo.LocalS3;

/** An S3 behind a {@link FaultProxy}, and the settings that lead there. */
final class FaultyS3 implements AutoCloseable {
  private final LocalS3 s3;
  private final FaultProxy proxy;

  private FaultyS3(LocalS3 s3, FaultProxy proxy) {
    this.s3 = s3;
    this.proxy = proxy;
  }

  /**
   * Skips the test where there is no S3Proxy.
   *
   * @param bucket a name that no other test uses: Hadoop caches by bucket
   */
  static FaultyS3 start(Path folder, String bucket, long seed) throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "s3proxy.jar"));
    assumeTrue(Files.exists(jar), "No S3Proxy: the build copies it to " + jar);
    LocalS3 s3 = LocalS3.startUnsigned(jar, folder, bucket);
    return new FaultyS3(s3, FaultProxy.start(s3.endpoint(), seed));
  }

  FaultProxy proxy() {
    return proxy;
  }

  String uri(String path) {
    return s3.uri(path);
  }

  /** Hadoop's settings for access through the proxy: S3A's defaults with shorter pauses. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(s3.hadoopSettings());
    settings.put("fs.s3a.endpoint", proxy.endpoint().toString());
    settings.put("fs.s3a.multipart.size", "5M"); // the least S3 allows
    settings.put("fs.s3a.multipart.threshold", "5M");
    settings.put(
        "fs.s3a.attempts.maximum", "1"); // S3A's tries alone, not the SDK's slow ones below
    settings.put("fs.s3a.retry.limit", "7");
    settings.put("fs.s3a.retry.interval", "10ms");
    settings.put("fs.s3a.retry.throttle.interval", "10ms");
    return settings;
  }

  Configuration hadoop() {
    Configuration hadoop = new Configuration();
    settings().forEach(hadoop::set);
    return hadoop;
  }

  @Override
  public void close() {
    proxy.close();
    s3.close();
  }
}
