package org.splatline.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.demo.LocalS3;

class S3StoreIT extends StoreContract {
  @TempDir static Path folder;
  private static LocalS3 s3;

  private final String prefix = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "s3proxy.jar"));
    assumeTrue(Files.exists(jar), "No S3Proxy: the build copies it to " + jar);
    s3 = LocalS3.start(jar, folder, "store-it"); // of this class alone: Hadoop caches by bucket
  }

  @AfterAll
  static void stop() {
    if (s3 != null) {
      s3.close();
    }
  }

  @Override
  Store store() {
    return Store.open(s3.uri(prefix).replaceFirst("s3a", "s3"), hadoop()); // as most tools write it
  }

  @Override
  Configuration hadoop() {
    Configuration settings = new Configuration();
    s3.hadoopSettings().forEach(settings::set);
    return settings;
  }

  @Test
  void aBucketThatIsNotThereIsNamed() {
    Location location = Location.open("s3a://no-such-bucket/store", hadoop());
    assertThatThrownBy(() -> location.checkWritable("store.path"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no-such-bucket");
  }

  @Test
  void aBucketIsAPlaceWithAndWithoutASlash() {
    store().location().write("a.txt", new byte[1]);
    for (String bucket : List.of("s3a://store-it", "s3a://store-it/", "s3://store-it/")) {
      assertThat(Location.open(bucket, hadoop()).files())
          .extracting(StoredFile::path)
          .contains(prefix + "/a.txt");
    }
  }

  @Test
  void pagesHaveTheirContentType() throws IOException {
    Location.withTypes(
        Place.parse(s3.uri(prefix)),
        hadoop(),
        site -> {
          site.write("a/index.html", "<p>".getBytes(StandardCharsets.UTF_8));
          site.write("model.ply", new byte[1]);
          return "";
        });
    assertThat(contentType("a/index.html")).isEqualTo("text/html;charset=utf-8");
    assertThat(contentType("model.ply")).isEqualTo("application/octet-stream");
  }

  private String contentType(String path) throws IOException {
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(s3.uri(prefix), path);
    byte[] type = file.getFileSystem(hadoop()).getXAttr(file, "header.Content-Type");
    return new String(type, StandardCharsets.UTF_8).replace(" ", "");
  }

  @Test
  void aWrongSecretIsNotRepeated() {
    Configuration settings = hadoop();
    settings.set("fs.s3a.secret.key", "wrong-secret");
    settings.set("fs.s3a.impl.disable.cache", "true");
    Location location = Location.open(s3.uri(prefix), settings);
    assertThatThrownBy(() -> location.checkWritable("store.path"))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("wrong-secret");
  }
}
