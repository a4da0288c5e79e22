package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
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
            List.of(),
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
        List.of("street.zip", "castle.TAR.GZ", "notes.txt", ".hidden.zip", "_x.zip")) {
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
  void tellsApartSourcesOfOneName() throws IOException {
    Files.createDirectories(folder.resolve("garden"));
    for (String name : List.of("garden.zip", "x.zip", "x.tar", "y.zip")) {
      Files.createFile(folder.resolve(name));
    }
    assertThat(find(folder))
        .extracting(SceneSource::id, SceneSource::uri, SceneSource::refusal)
        .containsExactly(
            tuple("garden", uri("garden"), ""),
            tuple("garden.zip", uri("garden.zip"), ""),
            tuple("x.tar", uri("x.tar"), ""),
            tuple("x.zip", uri("x.zip"), ""),
            tuple("y", uri("y.zip"), ""));
  }

  @Test
  void namesThatAreNotPlainAreRefusedScenes() throws Exception {
    for (String name :
        List.of(
            "a\u001b[31m", "b\nc", "d\\e", "f:g", "-h", "i\u202ej", "k".repeat(201), "l\u200b")) {
      Files.createDirectories(folder.resolve(name));
    }
    OddFiles.foldersNotUtf8(folder, "377", "376");
    List<SceneSource> found = find(folder);
    assertThat(found)
        .extracting(source -> source.id().replaceAll("-[0-9a-f]{8}", ""))
        .containsExactlyInAnyOrder(
            "a%1b[31m",
            "b%0ac",
            "d%5ce",
            "f%3ag",
            "%2dh",
            "i%e2%80%aej",
            "k".repeat(120),
            "l%e2%80%8b",
            "a%ef%bf%bd",
            "a%ef%bf%bd-2");
    assertThat(found)
        .allSatisfy(
            source -> {
              assertThat(SceneNames.objection(source.id())).isEmpty();
              assertThat(PlainText.isOdd(source.uri())).isFalse();
              assertThat(source.refusal())
                  .startsWith("Cannot ingest scene " + source.id() + ": the name of its folder");
            });
  }

  @Test
  void linksAndPipesAreRefusedScenes() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside/garden"));
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.createDirectory(input.resolve("good"));
    Files.createSymbolicLink(input.resolve("folder"), outside);
    Files.createSymbolicLink(input.resolve("loop"), input);
    Files.createSymbolicLink(input.resolve("nowhere"), Path.of("/nowhere"));
    Files.createSymbolicLink(input.resolve("file.zip"), Files.createFile(outside.resolve("a.zip")));
    OddFiles.pipe(input.resolve("pipe.zip"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), input); // the operator's own
    assertThat(find(link))
        .extracting(SceneSource::id, source -> source.refusal().replaceAll(".*its folder or", ""))
        .containsExactly(
            tuple("file", " file is a link. Put the files themselves there."),
            tuple("folder", " file is a link. Put the files themselves there."),
            tuple("good", ""),
            tuple("loop", " file is a link. Put the files themselves there."),
            tuple("nowhere", " file is a link. Put the files themselves there."),
            tuple("pipe", " file is a device, pipe or socket. Put the files themselves there."));
  }

  /** Whoever connects to the listener is seen by it. */
  @Test
  void sourcesOfAManifestAreOnS3OrBelowItsRoots() throws Exception {
    Path batch = Files.createDirectories(folder.resolve("batch"));
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.createSymbolicLink(batch.resolve("link"), other);
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      listener.configureBlocking(false);
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      List<String> refused = new ArrayList<>();
      for (String scheme :
          List.of(
              "http",
              "https",
              "ftp",
              "sftp",
              "webhdfs",
              "swebhdfs",
              "hdfs",
              "har",
              "viewfs",
              "S3A")) {
        refused.add("%s://127.0.0.1:%d/x.zip".formatted(scheme, port));
      }
      refused.addAll(
          List.of(
              "/etc",
              "file:///etc",
              "FILE:///etc",
              "file:/",
              "../other/x",
              batch + "/../other/x",
              ".",
              "link",
              "link/x.zip",
              "s3a://",
              "s3a:/x",
              "ab:c",
              "x\u0000",
              "x\u202e"));
      Path manifest = batch.resolve("batch.jsonl");
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < refused.size(); i++) {
        lines.append(line("r%02d".formatted(i), refused.get(i)));
      }
      lines
          .append(line("a", "x.zip"))
          .append(line("b", "s3://bucket/x.zip"))
          .append(line("c", batch + "/no/such"));
      Files.writeString(manifest, lines);

      List<SceneSource> found = find(manifest);

      assertThat(found.subList(0, 3)).allSatisfy(SceneSource::requireAllowed);
      assertThat(found.subList(3, found.size()))
          .hasSameSizeAs(refused)
          .allSatisfy(
              source ->
                  assertThatThrownBy(source::requireAllowed)
                      .isInstanceOfSatisfying(
                          SceneException.class,
                          e -> assertThat(e.verdict()).isEqualTo(Verdict.HOSTILE_INPUT))
                      .hasMessageStartingWith("Cannot ingest scene r")
                      .hasMessageEndingWith(" a path below a folder of input.roots."));
      assertThat(listener.accept()).as("somebody who connected").isNull();
    }
  }

  private static String line(String id, String source) throws IOException {
    return new ObjectMapper().writeValueAsString(Map.of("id", id, "source", source)) + "\n";
  }

  @Test
  void sourcesMayBeBelowGivenRoots() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("uploads"), folder); // the operator's own
    Path manifest = Files.writeString(folder.resolve("batch.jsonl"), line("a", link + "/x.zip"));
    Location place = Location.open(manifest.toString(), new Configuration());
    assertThat(BatchManifest.read(place, List.of("/data", link.toString())).get("a").refusal())
        .isEmpty();
    assertThat(BatchManifest.read(place, List.of("/data")).get("a").refusal())
        .contains("is neither on S3 nor below a folder of input.roots");
  }

  @Test
  void readsManifestOfABatch() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("batch.jsonl"),
            """
            {"id": "garden", "source": "uploads/7f.zip", "priority": "low"}

            {"id": "street", "source": "s3a://bucket/street"}
            {"id": "castle", "source": "%s/castle", "priority": "high", "tenant": "acme"}
            {"id": "odd", "source": "uploads/%s.zip"}
            {"id": "same", "source": "s3://bucket/victi%%6D"}
            """
                .formatted(folder, OddNames.NAME.replace("\"", "\\\"")));
    assertThat(find(manifest))
        .extracting(SceneSource::id, SceneSource::uri, SceneSource::priority, SceneSource::tenant)
        .containsExactly(
            tuple("castle", uri("castle"), ScenePriority.HIGH, "acme"),
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
        "{'id': '../a', 'source': 'b'}|line 1|starts with .",
        "{'id': 'a/b', 'source': 'b'}|line 1|holds /",
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

  /** Characters of several bytes: file systems count these. */
  @Test
  void countsBytesOfAnId() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("batch.jsonl"), line("a", "b") + line("ü".repeat(101), "b"));
    assertThatThrownBy(() -> find(manifest))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("line 2 of")
        .hasMessageContaining("has 202 bytes, at most 200 are allowed");
  }

  @Test
  void refusesMissingManifestAndEmptyFolder() {
    assertThatThrownBy(() -> find(folder.resolve("none.jsonl")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> find(folder)).hasMessageContaining("it is empty");
  }
}
