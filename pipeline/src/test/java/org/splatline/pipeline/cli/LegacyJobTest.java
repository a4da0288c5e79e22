package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigException;

class LegacyJobTest {
  private static LegacyJob read(String json) {
    return LegacyJob.read(json.replace('\'', '"'), "20260301-100000");
  }

  @Test
  void eachStepIsARunOfTheSameScene() {
    assertThat(read("{'jobId': '7f', 's3Url': 's3://uploads/7f.zip', 'email': 'a@b.c'}"))
        .isEqualTo(new LegacyJob("7f", "7f", "s3://uploads/7f.zip", true));
    assertThat(
            read(
                "{'jobId': '7f', 's3Url': 's3://uploads/7f.zip', 'pipelineStep': '3dgs', 'existingColmapUri': 's3://ml/colmap/7f/'}"))
        .isEqualTo(new LegacyJob("7f-3dgs", "7f", "s3://ml/colmap/7f/", false));
    assertThat(read("{'jobId': '7f', 's3Url': 's3://u/7f.zip', 'pipelineStep': 'compression'}"))
        .isEqualTo(new LegacyJob("7f-compression", "7f", "s3://u/7f.zip", false));
    assertThat(read("{'s3Url': 's3://uploads/a.zip'}").runId()).isEqualTo("20260301-100000");
    assertThat(read("{'jobId': '7f', 's3Url': 's3://uploads/7f.zip'}").manifest())
        .isEqualTo("{\"id\":\"7f\",\"source\":\"s3://uploads/7f.zip\"}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "https://uploads.s3.amazonaws.com/a%20b/7f.zip,s3a://uploads/a b/7f.zip",
    "https://uploads.s3.eu-west-1.amazonaws.com/7f.zip,s3a://uploads/7f.zip",
    "https://my.uploads.s3-us-west-2.amazonaws.com/7f.zip,s3a://my.uploads/7f.zip",
    "https://s3.amazonaws.com/uploads/7f.zip,s3a://uploads/7f.zip",
    "https://s3.eu-west-1.amazonaws.com/uploads/7f.zip,s3a://uploads/7f.zip",
    "file:///etc/passwd,file:///etc/passwd" // the manifest's rules refuse it
  })
  void anAddressOfS3IsAPlaceOfS3(String url, String source) {
    assertThat(read("{'jobId': '7f', 's3Url': '%s'}".formatted(url)).source()).isEqualTo(source);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'jobId': '7f'} | s3Url is missing",
        "{'jobId': '7f', 's3url': 's3://u/a.zip'} | field s3url is not known. Nearest: s3Url",
        "{'s3Url': 's3://u/a.zip', 'hyperparameters': {}} | field hyperparameters is not known",
        "{'s3Url': 7} | s3Url is not a text: 7",
        "{'s3Url': null} | s3Url is not a text: null",
        "{'jobId': '../x', 's3Url': 's3://u/a.zip'} | Invalid jobId: ../x",
        "{'s3Url': 's3://u/a.zip', 'pipelineStep': 'full'} | pipelineStep full is not sfm, 3dgs or",
        "{'s3Url': 's3://u/a.zip', 'pipelineStep': '3dgs'} | 3dgs needs existingColmapUri",
        "{'s3Url': 's3://u/a.zip', 'existingColmapUri': 's3://m/c'} | no use with pipelineStep sfm",
        "{'s3Url': 'https://example.org/a.zip'} | https://example.org/a.zip is not on S3",
        "{'s3Url': 'https://u.s3.amazonaws.com.evil.org/a.zip'} | is not on S3",
        "{'s3Url': 'https://u.s3.amazonaws.com/a.zip?X-Amz-Signature=1'} | more than a bucket and",
        "{'s3Url': 'https://u.s3.amazonaws.com/'} | is not on S3",
        "{'s3Url': 'http://['} | http://[ is not an address",
        "{'s3Url': 's3://u/a.zip', 's3Url': 's3://u/b.zip'} | Duplicate field 's3Url'",
        "{'s3Url': 's3://u/a.zip'} {} | it is not JSON",
        "[] | it is not a JSON object"
      })
  void whatIsNoJobIsRefused(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aJobThatIsTooLargeIsRefused() {
    assertThatThrownBy(() -> read("{'s3Url': 's3://u/" + "a".repeat(1 << 16) + "'}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("characters, at most 65536 are read");
  }
}
