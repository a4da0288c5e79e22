package org.splatline.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;
import org.splatline.pipeline.demo.LocalS3;
import org.splatline.pipeline.store.FaultProxy;
import org.splatline.pipeline.store.Location;

/** A store that refuses to create a file twice, and one that does not. */
class SingleWriterCheckIT {
  @TempDir Path folder;

  private static PipelineConfig config(String store, String singleWriter) {
    return PipelineConfig.of(
        ConfigurationReader.withDefaultProfile("vanilla")
            .settings(List.of("store.path=" + store, "store.single-writer=" + singleWriter))
            .read());
  }

  private static boolean isSingle(Location store, String singleWriter) {
    return SingleWriterCheck.isSingle(
        SingleWriterCheck.of(List.of(store), config(store.uri(), singleWriter)));
  }

  @Test
  void findsOutWhatTheStoreDoes() throws IOException {
    Path jar = Path.of(System.getProperty("splatline.s3proxy.jar", "absent"));
    assumeTrue(Files.isRegularFile(jar), "no S3Proxy: splatline.s3proxy.jar is " + jar);
    try (LocalS3 s3 = LocalS3.startUnsigned(jar, folder, "single-writer-it");
        FaultProxy proxy = FaultProxy.start(s3.endpoint(), 1)) {
      Configuration hadoop = new Configuration();
      s3.hadoopSettings().forEach(hadoop::set);
      hadoop.set("fs.s3a.endpoint", proxy.endpoint().toString());
      Location store = Location.open(s3.uri("store"), hadoop);
      assertThat(isSingle(store, "auto")).isFalse();
      assertThat(isSingle(store, "off")).isFalse();
      assertThat(isSingle(store, "on")).isTrue();

      proxy.ignoreConditions(true);

      assertThat(isSingle(store, "auto")).isTrue();
      assertThatThrownBy(() -> isSingle(store, "off"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("it lets a file be created twice, and store.single-writer is off")
          .hasMessageContaining("io.delta.storage.S3DynamoDBLogStore");
      assertThat(store.files()).as("nothing is left behind").isEmpty();
    }
  }
}
