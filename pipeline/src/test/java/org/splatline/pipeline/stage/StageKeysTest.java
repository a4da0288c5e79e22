package org.splatline.pipeline.stage;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.Stage;
import org.splatline.pipeline.store.ContentKey;

/** What changes the key of which stage. {@code -Dsplatline.update=true} prints docs/keys.md. */
class StageKeysTest {
  private static final Path PAGE = Path.of("..", "docs", "keys.md");
  private static final String OPEN_KEY = ".spark.any"; // below spark.conf, which takes any key
  private static final Path DEFAULTS = Path.of("..", "conf", "defaults.yaml");

  private static Configuration configuration(String... settings) {
    return ConfigurationReader.withDefaultProfile("vanilla").settings(List.of(settings)).read();
  }

  /** The key of each stage, for the same photographs, COLMAP and release. */
  private static Map<Stage, ContentKey> keys(Configuration configuration) {
    ContentKey sfm = ReconstructSceneJob.key(configuration, "photographs", false, "3.8");
    ContentKey train = TrainSceneJob.key(configuration, sfm, "");
    Map<Stage, ContentKey> keys = new LinkedHashMap<>();
    keys.put(Stage.INGEST, IngestSceneJob.key(configuration, List.of("files"), ""));
    keys.put(Stage.SFM, sfm);
    keys.put(Stage.TRAIN, train);
    keys.put(Stage.EVALUATE, EvaluateSceneJob.key(configuration, train, ""));
    return keys;
  }

  private static String changed(String... settings) {
    Map<Stage, ContentKey> before = keys(configuration());
    Map<Stage, ContentKey> after = keys(configuration(settings));
    return before.keySet().stream()
        .filter(stage -> !before.get(stage).equals(after.get(stage)))
        .map(Stage::word)
        .collect(joining(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train.progress-every=1s",
        "train.threads=1",
        "checkpoint.every-steps=100",
        "checkpoint.keep=1",
        "sfm.timeout=3h",
        "input.video.timeout=3h",
        "sfm.threads=1",
        "quality.lpips-model=/elsewhere/vgg.onnx",
        "gpu.device=1",
        "store.path=/elsewhere",
        "spark.timeouts.train=1h",
      })
  void whatSaysWhereOrWhenOrHowFastChangesNoKey(String setting) {
    assertThat(changed(setting)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "quality.target-psnr=20, evaluate",
    "quality.target-bytes=1GB, evaluate",
    "quality.lpips-convention=alex, evaluate",
    "export.frame=enu, evaluate",
    "train.steps=7, train evaluate",
    "gpu.max-memory=8GiB, train evaluate",
    "sfm.max-features=100, sfm train evaluate",
    "input.photographs.blurred=drop, ingest",
    "input.video.frames=40, ingest",
  })
  void aKeyChangesItsStageAndTheLaterOnes(String setting, String stages) {
    assertThat(changed(setting)).isEqualTo(stages);
  }

  @Test
  void aNetworkCountsByWhatItContains() {
    ContentKey trained = keys(configuration()).get(Stage.TRAIN);
    String none = EvaluateSceneJob.key(configuration(), trained, "").hash();
    String vgg = EvaluateSceneJob.key(configuration(), trained, "aa").hash();
    assertThat(vgg).isNotEqualTo(none);
    assertThat(EvaluateSceneJob.key(configuration(), trained, "bb").hash()).isNotEqualTo(vgg);
    assertThat(EvaluateSceneJob.key(configuration("quality.lpips-model=/b"), trained, "aa").hash())
        .isEqualTo(vgg);
  }

  @Test
  void featuresThatAGpuFindsAreNotThoseThatColmapFinds() {
    ContentKey found = SceneFeatures.keyOnGpu(configuration(), "photographs");
    assertThat(found).isEqualTo(SceneFeatures.keyOnGpu(configuration(), "photographs"));
    assertThat(found)
        .isNotEqualTo(SceneFeatures.keyOnGpu(configuration(), "others"))
        .isNotEqualTo(SceneFeatures.keyOnGpu(configuration("sfm.max-features=1"), "photographs"))
        .isNotEqualTo(SceneFeatures.key(configuration(), "photographs", false, "3.8"));
  }

  /**
   * Another hash means that a release makes the results of all users again. It changes only if that
   * is meant: with the stage's version, with a default, or with a new key that counts.
   */
  @Test
  void theKeysOfTheDefaultsAreThese() {
    Map<String, String> hashes = new LinkedHashMap<>();
    keys(configuration())
        .forEach(
            (stage, key) ->
                hashes.put(
                    stage.word() + " version " + key.stageVersion(), key.hash().substring(0, 16)));
    assertThat(hashes)
        .as("docs/keys.md says when these may change")
        .containsExactly(
            Map.entry("ingest version 6", "8845f5b95d243a66"),
            Map.entry("sfm version 6", "cf0b5a31899171d9"),
            Map.entry("train version 2", "7116626e699ecd8c"),
            Map.entry("evaluate version 2", "1b714c57d953ddd5"));
  }

  @Test
  void thePageNamesEveryKeyWithTheStageThatItChanges() throws IOException {
    Map<String, String> keysByStage = new TreeMap<>();
    for (Map.Entry<String, String> other : others().entrySet()) {
      String stages = changed(other.getKey() + "=" + other.getValue());
      keysByStage.merge(
          stages.replaceFirst(" .*", ""),
          "`" + other.getKey().replace(OPEN_KEY, "") + "`",
          (a, b) -> a + ", " + b);
    }
    String page = page(keysByStage);
    if (Boolean.getBoolean("splatline.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("run this test with -Dsplatline.update=true if the stages of new keys are right")
        .hasContent(page);
  }

  /** Another value for each key of conf/defaults.yaml. */
  private static Map<String, String> others() throws IOException {
    Map<String, String> others = new LinkedHashMap<>();
    collect(new YAMLMapper().readTree(DEFAULTS.toFile()), "", others);
    assertThat(others).hasSizeGreaterThan(150);
    return others;
  }

  private static void collect(JsonNode node, String prefix, Map<String, String> others) {
    node.fields()
        .forEachRemaining(
            field -> {
              String key = prefix + field.getKey();
              JsonNode value = field.getValue();
              if (key.equals("spark.conf")) {
                others.put(key + OPEN_KEY, "x");
              } else if (value.isObject()) {
                collect(value, key + ".", others);
              } else {
                others.put(key, other(value));
              }
            });
  }

  private static String other(JsonNode value) {
    if (value.isBoolean()) {
      return Boolean.toString(!value.booleanValue());
    }
    return value.isNumber() ? Double.toString(value.doubleValue() + 1) : value.asText() + "x";
  }

  private static String page(Map<String, String> keysByStage) {
    StringBuilder page = new StringBuilder(TOP);
    for (Stage stage : keys(configuration()).keySet()) {
      page.append("\n## %s\n\n%s\n".formatted(stage.word(), keysByStage.get(stage.word())));
    }
    return page.append("\n## No result\n\n%s\n".formatted(keysByStage.get(""))).toString();
  }

  private static final String TOP =
      """
      # What makes a result again

      Each stage keeps its result in the store, at `artifacts/STAGE/KEY/`. A later run with the same key reuses it. A key is the sum of:

      - the stage and its version, a number that is raised when the stage's result changes. The version of Splatline does not count;
      - its input: for `ingest` the list of files; for `sfm` the content of the photographs; then the key of the stage before. So what changes one result changes all later ones. Where a GPU of another executor finds or matches
        features, `artifacts/features/` has them under keys of the same input and settings as `sfm`'s;
      - the configuration keys that belong to the result: this page lists them;
      - the version of COLMAP, for `sfm` (not for features that a GPU finds); of ffmpeg and libheif, for `ingest` of an archive, a video or HEIC photographs. For `evaluate`, the content of LPIPS' file; its path does not count.

      A build that is no release (`SNAPSHOT`) also counts the trainer's classes and the sources of its kernels, so it reuses no model that other
      code has trained.

      A training that was interrupted is resumed from `checkpoints/KEY/`, where `KEY` is the key of `train`. `splatline train` resumes from its
      `--out` by the same rule.

      For developers: raise a version when the stage's result changes (`VERSION` beside the stage; for training `Trainer.VERSION`). A new key below a
      root that counts makes the results of all users again, even if its default changes nothing. `StageSettings` says which keys count. This page
      is printed from it by `StageKeysTest`, with `-Dsplatline.update=true`.
      """;
}
