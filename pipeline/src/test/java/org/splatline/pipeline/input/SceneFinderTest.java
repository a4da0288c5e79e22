package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.OddNames;
import org.splatline.pipeline.store.Location;

class SceneFinderTest {
  @TempDir Path folder;

  private List<SceneSource> find(Path input, String... wanted) {
    return SceneFinder.find(
        "run",
        Location.open(input.toString(), new Configuration()),
        new InputConfig(
            input.toString(),
            List.of(wanted),
            List.of("street"),
            List.of(),
            new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG),
            HostileInputs.VIDEO));
  }

  @Test
  void findsFoldersAndArchives() throws IOException {
    Files.createDirectories(folder.resolve("garden"));
    Files.createDirectories(folder.resolve("_temporary"));
    for (String name :
        List.of("street.zip", "castle.TAR.GZ", "notes.txt", ".hidden.zip", "-x.zip")) {
      Files.createFile(folder.resolve(name));
    }
    assertThat(find(folder))
        .extracting(SceneSource::id, SceneSource::uri, SceneSource::priority)
        .containsExactly(
            tuple("castle", uri("castle.TAR.GZ"), ScenePriority.NORMAL),
            tuple("garden", uri("garden"), ScenePriority.NORMAL),
            tuple("street", uri("street.zip"), ScenePriority.HIGH));
    assertThat(find(folder, "garden")).hasSize(1);
  }

  private String uri(String name) {
    return Location.open(folder.toString(), new Configuration()).at(name).uri();
  }

  @Test
  void refusesTwoSourcesOfOneName() throws IOException {
    Files.createDirectories(folder.resolve("garden"));
    Files.createFile(folder.resolve("garden.zip"));
    assertThatThrownBy(() -> find(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Cannot tell which is scene garden");
  }

  @Test
  void readsManifestOfABatch() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("batch.jsonl"),
            """
            {"id": "garden", "source": "uploads/7f.zip", "priority": "low"}

            {"id": "street", "source": "s3a://bucket/street"}
            {"id": "castle", "source": "/data/castle", "priority": "high", "tenant": "acme"}
            {"id": "odd", "source": "uploads/%s.zip"}
            {"id": "same", "source": "s3://bucket/victi%%6D"}
            """
                .formatted(OddNames.NAME.replace("\"", "\\\"")));
    assertThat(find(manifest))
        .extracting(SceneSource::id, SceneSource::uri, SceneSource::priority, SceneSource::tenant)
        .containsExactly(
            tuple("castle", "file:/data/castle", ScenePriority.HIGH, "acme"),
            tuple("garden", uri("uploads/7f.zip"), ScenePriority.LOW, ""),
            tuple("odd", uri("uploads/" + OddNames.NAME + ".zip"), ScenePriority.NORMAL, ""),
            tuple("same", "s3a://bucket/victi%6D", ScenePriority.NORMAL, ""),
            tuple("street", "s3a://bucket/street", ScenePriority.HIGH, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'id': 'a'}|line 1 of|source is missing",
        "{'id': 'a', 'source': 'b', 'colour': 1}|line 1|key colour is not known",
        "{'id': '../a', 'source': 'b'}|line 1|cannot be a folder's name",
        "{'id': 'a', 'source': 'b', 'priority': 'urgent'}|line 1|is not high, normal or low",
        "{'id': 'a', 'source': 'b', 'tenant': ' '}|line 1|tenant is missing",
        "[1]|line 1|not a JSON object",
        "{'id'|line 1|it is not JSON",
        "''|batch.jsonl|it is empty",
      })
  void namesTheLineThatIsWrong(String line, String where, String why) throws IOException {
    Path manifest =
        Files.writeString(folder.resolve("batch.jsonl"), line.replace("''", "").replace('\'', '"'));
    assertThatThrownBy(() -> find(manifest))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(where)
        .hasMessageContaining(why);
  }

  @Test
  void refusesMissingManifestAndEmptyFolder() {
    assertThatThrownBy(() -> find(folder.resolve("none.jsonl")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> find(folder)).hasMessageContaining("it is empty");
  }
}
