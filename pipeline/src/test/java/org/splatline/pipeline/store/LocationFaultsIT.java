package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.pipeline.store.FaultProxy.Fault;

/** How a {@link Location} answers to one fault at a time. */
class LocationFaultsIT {
  private static final long SEED = 7;

  @TempDir static Path shared;
  private static FaultyS3 s3;

  @TempDir Path folder;
  private final String prefix = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws IOException {
    s3 = FaultyS3.start(shared, "location-faults-it", SEED);
  }

  @AfterAll
  static void stop() {
    if (s3 != null) {
      s3.close();
    }
  }

  @AfterEach
  void noHarm() {
    s3.proxy().harm(Map.of());
    s3.proxy().ignoreConditions(false);
    s3.proxy().encrypt(false);
  }

  private Location location() {
    return Location.open(s3.uri(prefix), hadoop());
  }

  /** A fault that strikes each time needs few retries to show what follows. */
  private static Configuration hadoop() {
    Configuration hadoop = s3.hadoop();
    hadoop.set("fs.s3a.retry.limit", "3");
    return hadoop;
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aCopyWhoseSourceBreaksOffLeavesNothing() {
    for (Fault fault : new Fault[] {Fault.RESET, Fault.TRUNCATED}) {
      location().write("a.bin", bytes(1 << 20));
      s3.proxy().harm(Map.of(fault, 1.0));
      assertThatThrownBy(() -> location().copy(Map.of("a.bin", "a.bin"), location().at("copy")))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(location().uri("a.bin"));
      s3.proxy().harm(Map.of());
      assertThat(location().at("copy").files()).isEmpty();
    }
  }

  @Test
  void aReadThatBreaksOffGivesNoBytes() {
    location().write("a.json", bytes(5000));
    s3.proxy().harm(Map.of(Fault.TRUNCATED, 1.0));
    assertThatThrownBy(() -> location().read("a.json")).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> location().find("a.json")).isInstanceOf(UncheckedIOException.class);
    s3.proxy().harm(Map.of(Fault.TRUNCATED, 0.5));
    assertThat(location().read("a.json")).isEqualTo(bytes(5000));
  }

  @Test
  void aCreationWhoseReplyIsLostIsToldByItsToken() {
    s3.proxy().harm(Map.of(Fault.LOST_REPLY, 1.0));
    assertThat(location().createIfAbsent("a.json", "first".getBytes(UTF_8))).isTrue();
    assertThat(location().createIfAbsent("a.json", "first".getBytes(UTF_8))).isFalse();
  }

  @Test
  void aCreationRefusedForWhatIsGoneIsTriedAgain() {
    s3.proxy().harm(Map.of(Fault.REFUSED, 0.5));
    for (int i = 0; i < 8; i++) {
      assertThat(location().createIfAbsent(i + ".json", "{}".getBytes(UTF_8))).isTrue();
      assertThat(location().createIfAbsent(i + ".json", "{}".getBytes(UTF_8))).isFalse();
    }
    assertThat(s3.proxy().injected(Fault.REFUSED)).isPositive();
  }

  @Test
  void aCreationInConflictIsTriedAgain() {
    s3.proxy().harm(Map.of(Fault.CONFLICT, 0.5));
    for (int i = 0; i < 8; i++) {
      assertThat(location().createIfAbsent(i + ".json", "{}".getBytes(UTF_8))).isTrue();
    }
    assertThat(s3.proxy().injected(Fault.CONFLICT)).isPositive();
  }

  @Test
  void otherBytesThanTheTagSaysAreFetchedAgain() throws IOException {
    byte[] stored = bytes(100_000);
    location().write("a.jpg", stored);
    int before = s3.proxy().injected(Fault.CORRUPTED);
    for (int wrong = 1; wrong <= 3; wrong++) {
      s3.proxy().harmNext(Fault.CORRUPTED, wrong);
      Path target = folder.resolve(wrong + ".jpg");
      location().fetchFile("a.jpg", target);
      assertThat(target).hasBinaryContent(stored);
    }
    assertThat(s3.proxy().injected(Fault.CORRUPTED)).isEqualTo(before + 1 + 2 + 3);
  }

  @Test
  void aTagThatIsNoSumIsTakenAsItIs() throws IOException {
    location().write("a.jpg", bytes(2000));
    Path object = shared.resolve("objects/location-faults-it").resolve(prefix).resolve("a.jpg");
    Files.write(object, bytes(1000)); // the tag stays the earlier bytes' sum
    assertThat(location().files().get(0).version()).matches("\"?[0-9a-f]{32}\"?");
    try (LocalFolder fetched = location().fetch()) {
      assertThat(fetched.path().resolve("a.jpg")).hasBinaryContent(bytes(1000));
    }
  }

  /** As with SSE-KMS: tags aren't MD5 sums. */
  @Test
  void whatIsEncryptedWithAKeyIsFetchedOnce() throws IOException {
    s3.proxy().encrypt(true);
    int files = 20;
    for (int i = 0; i < files; i++) {
      location().write(i + ".jpg", bytes(2000 + i));
    }
    Path large = folder.resolve("large.bin");
    Files.write(large, bytes(11 << 20));
    location().uploadFile(large, "large.bin"); // in parts
    List<StoredFile> listed = location().files();
    assertThat(listed.get(0).version()).doesNotContain(md5(bytes(2000)));
    int before = s3.proxy().downloads();
    try (LocalFolder fetched = location().fetch()) {
      assertThat(fetched.path().resolve("7.jpg")).hasBinaryContent(bytes(2007));
      assertThat(fetched.path().resolve("large.bin")).hasSameBinaryContentAs(large);
    }
    assertThat(s3.proxy().downloads()).isEqualTo(before + files + 1);
    assertThat(location().files()).as("an unchanged folder").isEqualTo(listed);

    s3.proxy().harmNext(Fault.RESET, 1);
    Path target = folder.resolve("resumed.jpg");
    location().fetchFile("3.jpg", target);
    assertThat(target).hasBinaryContent(bytes(2003));
    assertThat(s3.proxy().downloads()).isEqualTo(before + files + 1 + 2);
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatChangedSinceItWasListedIsNamedWithBothVersions() throws IOException {
    location().write("a.jpg", "first".getBytes(UTF_8));
    String first = location().files().get(0).version();
    FileStatus listed = listed("a.jpg");
    location().write("a.jpg", "other".getBytes(UTF_8));
    String other = location().files().get(0).version();

    Path target = folder.resolve("a.jpg");
    assertThatThrownBy(() -> fetch().one(listed, target))
        .isInstanceOf(ChangedFileException.class)
        .hasMessage(
            "Cannot read %s: it was listed as version %s and is version %s now. Run it again once"
                + " nobody changes the files",
            location().uri("a.jpg"), first, other);
    assertThat(target).doesNotExist();
    assertThatThrownBy(() -> fetch().all(Map.of(target, listed)))
        .isInstanceOf(ChangedFileException.class);
  }

  @Test
  void whatVanishedSinceItWasListedIsNamed() throws IOException {
    location().write("a.jpg", "first".getBytes(UTF_8));
    FileStatus listed = listed("a.jpg");
    location().delete("a.jpg");
    assertThatThrownBy(() -> fetch().one(listed, folder.resolve("a.jpg")))
        .isInstanceOf(ChangedFileException.class)
        .hasMessageContaining("and is gone now");
  }

  private Fetch fetch() throws IOException {
    return new Fetch(fileSystem());
  }

  private FileStatus listed(String name) throws IOException {
    return fileSystem()
        .listFiles(new org.apache.hadoop.fs.Path(location().uri(name)), false)
        .next();
  }

  private FileSystem fileSystem() throws IOException {
    return new org.apache.hadoop.fs.Path(location().uri()).getFileSystem(hadoop());
  }

  @Test
  void aStoreThatIgnoresConditionsIsSeen() {
    assertThat(location().probeConditionalWrites()).isTrue();
    s3.proxy().ignoreConditions(true);
    assertThat(location().probeConditionalWrites()).isFalse();
    assertThat(location().files()).isEmpty();
  }

  /** S3A itself looks first then, and refuses only who comes later. */
  @Test
  void aStoreThatRefusesOnlyTheLaterOfTwoIsSeen() {
    Configuration hadoop = hadoop();
    hadoop.set("fs.s3a.create.conditional.enabled", "false");
    hadoop.set("fs.s3a.impl.disable.cache", "true");
    Location location = Location.open(s3.uri(prefix), hadoop);
    assertThat(location.createIfAbsent("a.json", "{}".getBytes(UTF_8))).isTrue();
    assertThat(location.createIfAbsent("a.json", "{}".getBytes(UTF_8))).isFalse();
    assertThat(location.probeConditionalWrites()).isFalse();
    assertThat(location.fileNames()).containsExactly("a.json");
    assertThat(location.folders()).isEmpty();
  }

  @Test
  void aSingleWriterLooksFirst() {
    s3.proxy().ignoreConditions(true);
    assertThat(location().createIfAbsent("a.json", "{}".getBytes(UTF_8))).isTrue();
    assertThat(location().createIfAbsent("a.json", "{}".getBytes(UTF_8))).isTrue(); // the danger

    Configuration hadoop = hadoop();
    hadoop.setBoolean(Location.SINGLE_WRITER, true);
    Location single = Location.open(s3.uri(prefix), hadoop).at("single");
    assertThat(single.createIfAbsent("a.json", "first".getBytes(UTF_8))).isTrue();
    assertThat(single.createIfAbsent("a.json", "other".getBytes(UTF_8))).isFalse();
    assertThat(single.read("a.json")).asString(UTF_8).isEqualTo("first");
    assertThat(single.probeConditionalWrites()).isFalse();
  }
}
