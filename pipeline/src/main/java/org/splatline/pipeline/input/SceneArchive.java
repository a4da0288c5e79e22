package org.splatline.pipeline.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Unpacks an archive that is not trusted: only plain files and folders, only below the target, and
 * never more than the limits allow. Links and devices are never created.
 */
final class SceneArchive {
  private static final List<String> SUFFIXES = List.of(".zip", ".tar.gz", ".tgz", ".tar");
  private static final Set<String> NESTED =
      Set.of("zip", "tar", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar");
  private static final Set<String> SCENE_FOLDERS = Set.of("images", "frames", "sparse", "masks");

  private final String sceneId;
  private final Path archive;
  private final Path target;
  private final LimitsConfig limits;
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> spellings = new HashMap<>(); // by path in lower case
  private final ByteBudget written;

  private SceneArchive(
      String sceneId, Path archive, long packed, Path target, LimitsConfig limits) {
    this.sceneId = sceneId;
    this.archive = archive;
    this.target = target;
    this.limits = limits;
    this.written = new ByteBudget(limits, packed);
  }

  /** The scene's name in an archive's file name; empty: {@code fileName} is not an archive's. */
  static Optional<String> sceneName(String fileName) {
    return FileNames.withoutEnding(fileName, SUFFIXES);
  }

  /**
   * Unpacks {@code archive}. If all its files are in one folder, they are moved out of it. Hidden
   * files are skipped.
   *
   * @param target an empty folder
   * @throws SceneException HOSTILE_INPUT for names that lead out of the folder or come twice,
   *     links, devices, holes, entries that share bytes, and a suspicious ratio; TOO_LARGE;
   *     UNSUPPORTED_INPUT for nested or encrypted archives; UNREADABLE_IMAGES for a damaged one
   */
  static void extract(String sceneId, Path archive, Path target, LimitsConfig limits)
      throws IOException {
    long packed = Files.size(archive);
    checkSize(sceneId, packed, limits);
    new SceneArchive(sceneId, archive, packed, target, limits).extract(packed);
  }

  private void extract(long packed) throws IOException {
    ByteBudget budget = new ByteBudget(limits, packed);
    try (ArchiveEntries entries = ArchiveEntries.open(archive, budget, limits.archiveEntries())) {
      int count = 0;
      for (ArchiveEntries.Entry entry = entries.next(); entry != null; entry = entries.next()) {
        if (++count > limits.archiveEntries()) {
          throw tooMany();
        }
        extract(entry);
      }
    } catch (ArchiveEntries.TooManyException e) {
      throw tooMany();
    } catch (ArchiveEntries.OverlapException e) {
      throw hostile(e.getMessage(), "shares bytes with another entry");
    } catch (ArchiveEntries.LongHeaderException e) {
      throw refusal(
          Verdict.HOSTILE_INPUT,
          "its archive has an entry whose header is longer than 1 MiB. Pack the photographs again,"
              + " with plain names");
    } catch (ByteBudget.SpentException e) {
      throw refusal(e.verdict(), e.getMessage());
    } catch (FileSystemException e) {
      throw e; // this machine's disk
    } catch (IOException | RuntimeException e) { // what decoders throw for damaged bytes
      if (e instanceof SceneException known) {
        throw known;
      }
      throw refusal(
          Verdict.UNREADABLE_IMAGES,
          "its archive is damaged (%s). Upload it again, or pack it again".formatted(reason(e)));
    }
    moveUp();
  }

  private static String reason(Exception e) {
    return e.getMessage() == null
        ? "it ends too early"
        : e.getMessage().lines().findFirst().orElse("");
  }

  /** Throws TOO_LARGE when an archive has more bytes than allowed. Call it before fetching. */
  static void checkSize(String sceneId, long bytes, LimitsConfig limits) {
    if (bytes > limits.archiveBytes()) {
      throw refusal(
          sceneId,
          Verdict.TOO_LARGE,
          "its archive has %d MiB, at most %d are allowed. Split the scene or raise limits.archive-bytes"
              .formatted(bytes >> 20, limits.archiveBytes() >> 20));
    }
  }

  private void extract(ArchiveEntries.Entry entry) throws IOException {
    List<String> parts = parts(entry.name());
    switch (entry.kind()) {
      case LINK -> throw hostile(entry.name(), "is a link");
      case SPARSE ->
          throw hostile(entry.name(), "is a file with holes, which take no bytes of the archive");
      case DEVICE -> throw hostile(entry.name(), "is a device or pipe");
      case ENCRYPTED ->
          throw refusal(
              Verdict.UNSUPPORTED_INPUT,
              "its archive is encrypted. Pack the photographs without a password");
      case UNKNOWN_METHOD ->
          throw refusal(
              Verdict.UNSUPPORTED_INPUT,
              "its archive is compressed in a way that cannot be read. Pack it again as a plain"
                  + " .zip");
      case FOLDER -> {}
      case FILE -> {
        if (!isSkipped(parts)) {
          write(entry, parts);
        }
      }
    }
  }

  /** The parts of the entry's path. Throws for a name that could lead out of the target. */
  private List<String> parts(String name) {
    if (PlainText.isOdd(name)) {
      throw hostile(name, "has characters in its name that control or that cannot be seen");
    }
    String slashed = name.replace('\\', '/'); // as some Windows programs write it
    if (slashed.startsWith("/") || slashed.matches("[A-Za-z]:.*")) {
      throw hostile(name, "has an absolute path");
    }
    List<String> parts =
        Stream.of(slashed.split("/")).filter(part -> !part.isEmpty() && !part.equals(".")).toList();
    if (parts.contains("..")) {
      throw hostile(name, "leads out of its folder");
    }
    if (FileNames.isTooLong(slashed)) {
      throw hostile(name, "has a name that is longer than file systems allow");
    }
    return parts;
  }

  private static boolean isSkipped(List<String> parts) {
    return parts.isEmpty()
        || parts.contains("__MACOSX")
        || parts.stream().anyMatch(FileNames::isHidden);
  }

  private void write(ArchiveEntries.Entry entry, List<String> parts) throws IOException {
    String last = parts.get(parts.size() - 1);
    String extension = last.substring(last.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (NESTED.contains(extension)) {
      throw refusal(
          Verdict.UNSUPPORTED_INPUT,
          "its archive holds another archive, %s. Pack the photographs themselves into one"
              .formatted(entry.name()));
    }
    if (!names.add(String.join("/", parts))) {
      throw hostile(entry.name(), "comes twice");
    }
    checkSpelling(entry.name(), parts);
    Path file = target.resolve(String.join("/", parts)).normalize();
    if (!file.startsWith(target) || file.equals(target)) {
      throw hostile(entry.name(), "leads out of its folder");
    }
    try {
      Files.createDirectories(file.getParent());
    } catch (FileAlreadyExistsException e) {
      throw hostile(entry.name(), "is below a file");
    } catch (FileSystemException e) {
      if ("Not a directory".equals(e.getReason())) { // in English: the process' language is C
        throw hostile(entry.name(), "is below a file");
      }
      throw e;
    }
    if (Files.isDirectory(file)) {
      throw hostile(entry.name(), "is a file and a folder");
    }
    CRC32 sum = new CRC32();
    try (InputStream in = new CheckedInputStream(written.charge(entry.content().open()), sum);
        OutputStream out = Files.newOutputStream(file)) {
      long bytes = in.transferTo(out);
      if ((entry.bytes() >= 0 && entry.bytes() != bytes)
          || (entry.crc32() >= 0 && entry.crc32() != sum.getValue())) {
        throw new ZipException(
            "%s does not have the checksum or length that the archive states".formatted(last));
      }
    }
  }

  /** Other machines, and later stages, take names that differ only in case for one. */
  private void checkSpelling(String name, List<String> parts) {
    for (int end = 1; end <= parts.size(); end++) {
      String path = String.join("/", parts.subList(0, end));
      String other = spellings.putIfAbsent(path.toLowerCase(Locale.ROOT), path);
      if (other != null && !other.equals(path)) {
        throw hostile(name, "differs from %s only in upper and lower case".formatted(other));
      }
    }
  }

  /**
   * Many programs pack the folder itself. A folder that holds all files is not part of the scene.
   */
  private void moveUp() throws IOException {
    for (Optional<Path> only = onlyFolder(); only.isPresent(); only = onlyFolder()) {
      Path aside = Files.move(only.get(), target.resolve(".inner"));
      for (Path child : children(aside)) {
        Files.move(child, target.resolve(child.getFileName()));
      }
      Files.delete(aside);
    }
  }

  private Optional<Path> onlyFolder() throws IOException {
    List<Path> children = children(target);
    return children.size() == 1
            && Files.isDirectory(children.get(0))
            && !SCENE_FOLDERS.contains(children.get(0).getFileName().toString())
        ? Optional.of(children.get(0))
        : Optional.empty();
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  private SceneException tooMany() {
    return refusal(
        Verdict.TOO_LARGE,
        "its archive has more than %d entries. Split the scene or raise limits.archive-entries"
            .formatted(limits.archiveEntries()));
  }

  private SceneException hostile(String name, String what) {
    String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    return refusal(
        Verdict.HOSTILE_INPUT,
        "in its archive %s %s. Pack the photographs again, with plain names"
            .formatted(shown, what));
  }

  private SceneException refusal(Verdict verdict, String why) {
    return refusal(sceneId, verdict, why);
  }

  private static SceneException refusal(String sceneId, Verdict verdict, String why) {
    return new SceneException(verdict, "Cannot ingest scene %s: %s".formatted(sceneId, why));
  }
}
