package org.splatline.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.splatline.pipeline.OddNames;

class PlaceTest {
  private static String parsed(String place) {
    return Place.parse(place).toString();
  }

  @Test
  void charactersStandForThemselves() {
    String below = "bucket/" + OddNames.NAME;
    assertThat(parsed("s3a://" + below)).isEqualTo("s3a://" + below);
    assertThat(parsed("/" + below)).isEqualTo("file:/" + below);
    assertThat(parsed("file:/" + below)).isEqualTo("file:/" + below);
    assertThat(parsed(OddNames.NAME)).isEqualTo("file:" + Path.of(OddNames.NAME).toAbsolutePath());
    assertThat(parsed("./a:b/c")).isEqualTo("file:" + Path.of("a:b/c").toAbsolutePath());
    assertThat(parsed(parsed("/x%2f..%2fy/../z"))).isEqualTo("file:/z");
  }

  @Test
  void s3MeansS3a() {
    assertThat(parsed("s3://bucket/a/")).isEqualTo("s3a://bucket/a");
    assertThat(parsed("s3://bucket")).isEqualTo("s3a://bucket");
    assertThat(parsed("s3/bucket")).isEqualTo("file:" + Path.of("s3/bucket").toAbsolutePath());
  }
}
