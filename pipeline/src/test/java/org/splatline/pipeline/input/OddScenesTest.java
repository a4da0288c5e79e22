package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.input.IntakeTask.Sequel;

/** Links, pipes and odd names within a scene. None is read. */
@Timeout(60) // a pipe that is opened waits for ever
class OddScenesTest {
  private static final LimitsConfig LIMITS =
      new LimitsConfig(100_000, 20, 400_000, 20, 1 << 20, 10, 8, 64L << 20, Duration.ofMinutes(5));
  private static final PhotographRules RULES =
      new PhotographRules(PhotographRules.Rule.FLAG, 0.1, PhotographRules.Rule.FLAG);

  @TempDir Path folder;

  private Path scene() throws IOException {
    Path scene = Files.createDirectories(folder.resolve("scene"));
    TestPictures.jpeg(scene.resolve("a.jpg"), 64, 48, 1);
    return scene;
  }

  private IntakeOutcome check(Path scene) throws IOException {
    return run(scene, RULES, null, Sequel.NOBODY);
  }

  private IntakeOutcome run(Path scene, PhotographRules rules, Manifest manifest, Sequel sequel)
      throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    return new IntakeTask(
            "odd", scene.toString(), LIMITS, rules, HostileInputs.VIDEO, manifest, sequel)
        .run(work);
  }

  private void assertRefused(Path scene, String name, String what) throws IOException {
    assertThat(check(scene))
        .satisfies(
            outcome -> {
              assertThat(outcome.verdict()).isEqualTo(Verdict.HOSTILE_INPUT);
              assertThat(outcome.detail())
                  .isEqualTo(
                      "Cannot ingest scene odd: %s %s. Put the files themselves there."
                          .formatted(name, what));
            });
  }

  @Test
  void linkToAFile() throws IOException {
    Path secret = TestPictures.jpeg(folder.resolve("secret.jpg"), 64, 48, 2);
    Path scene = scene();
    Files.createSymbolicLink(scene.resolve("b.jpg"), secret);
    assertRefused(scene, "b.jpg", "is a link");
  }

  @Test
  void linkToAFolder() throws IOException {
    Path others = Files.createDirectory(folder.resolve("others"));
    TestPictures.jpeg(others.resolve("b.jpg"), 64, 48, 2);
    Path scene = scene();
    Files.createSymbolicLink(scene.resolve("images"), others);
    assertRefused(scene, "images", "is a link");
  }

  @Test
  void linkInAModelFolderAndOneThatLeadsNowhere() throws IOException {
    Path scene = scene();
    Files.createDirectories(scene.resolve("sparse/0"));
    Files.createSymbolicLink(scene.resolve("sparse/0/cameras.bin"), Path.of("/nowhere\u001b"));
    assertRefused(scene, "sparse/0/cameras.bin", "is a link");
  }

  @Test
  void linkToItsOwnFolder() throws IOException {
    Path scene = scene();
    Files.createSymbolicLink(scene.resolve("loop\u202e"), scene);
    assertRefused(scene, "loop\\u202e", "is a link");
  }

  @Test
  void sceneThatIsALinkOrAnArchiveThatIs() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), scene());
    assertRefused(link, "link", "is a link");
    HostileInputs.zip(folder.resolve("other.zip"), "a.jpg");
    Path archive =
        Files.createSymbolicLink(folder.resolve("link.zip"), folder.resolve("other.zip"));
    assertRefused(archive, "link.zip", "is a link");
  }

  @Test
  void pipes() throws Exception {
    Path scene = scene();
    OddFiles.pipe(scene.resolve("b.jpg"));
    assertRefused(scene, "b.jpg", "is a device, pipe or socket");
    OddFiles.pipe(folder.resolve("pipe.zip"));
    assertRefused(folder.resolve("pipe.zip"), "pipe.zip", "is a device, pipe or socket");
  }

  @Test
  void photographThatBecomesALinkAfterItsCheck() throws IOException {
    Path scene = scene();
    Manifest manifest = check(scene).orThrow();
    Path moved = Files.move(scene.resolve("a.jpg"), folder.resolve("moved.jpg"));
    Files.createSymbolicLink(scene.resolve("a.jpg"), moved);
    assertThat(run(scene, null, manifest, Sequel.COLMAP).verdict())
        .isEqualTo(Verdict.HOSTILE_INPUT);
  }

  @Test
  void namesAreRowsOfPhotographs() throws Exception {
    Path scene = scene();
    Path photograph = scene.resolve("a.jpg");
    for (String name :
        new String[] {
          "b\u009b.jpg", "c\u202egpj", "d\n.jpg", "e\u200b.jpg", "A.JPG", "x".repeat(247) + ".jpg"
        }) {
      Files.copy(photograph, scene.resolve(name));
    }
    OddFiles.copyNotUtf8(photograph, "377");
    OddFiles.copyNotUtf8(photograph, "376");
    assertThat(check(scene).orThrow().photographs())
        .filteredOn(file -> file.status() == Photograph.Status.BAD_NAME)
        .extracting(Photograph::name, Photograph::reason)
        .containsExactlyInAnyOrder(
            tuple("b\u009b.jpg", INVISIBLE),
            tuple("c\u202egpj", INVISIBLE),
            tuple("d\n.jpg", INVISIBLE),
            tuple("e\u200b.jpg", INVISIBLE),
            tuple("a.jpg", "its name differs from another's only in upper and lower case"),
            tuple("x".repeat(247) + ".jpg", "its name is longer than 250 bytes"),
            tuple("a%FF.jpg", "its name isn't UTF-8"),
            tuple("a%FE.jpg", "its name isn't UTF-8"));
  }

  private static final String INVISIBLE =
      "its name holds a control character, or one that can't be seen";
}
