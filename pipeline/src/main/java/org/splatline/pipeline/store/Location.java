package org.splatline.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.io.AtomicFile;

/**
 * A folder on this machine, or a prefix of a remote file system, and operations on the files below
 * it. Paths are relative and use slashes. Safe for use by many threads. Methods throw {@link
 * UncheckedIOException} when the file system reports an error.
 */
public abstract sealed class Location permits LocalLocation, RemoteLocation {
  /**
   * Key of a Hadoop setting: {@code true} for a store that lacks conditional writes. Only one
   * writer at a time may use such a store.
   */
  public static final String SINGLE_WRITER = "splatline.store.single-writer";

  /** Opens a place as {@link Place#parse} reads it, without a request to it. */
  public static Location open(String place, Configuration hadoop) {
    try {
      return open(Place.parse(place), hadoop);
    } catch (IllegalArgumentException e) {
      throw cannotOpen(place, e);
    }
  }

  /**
   * Opens a place for files that a browser opens, and does something with it: on S3 each file gets
   * the content type that its name's ending stands for. The client is closed afterwards.
   */
  public static <T> T withTypes(Place place, Configuration hadoop, Function<Location, T> work) {
    FileSystem client = typingClient(place, hadoop);
    try (client) {
      return work.apply(at(place.path(), client, hadoop));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the connection to " + place, e);
    }
  }

  private static FileSystem typingClient(Place place, Configuration hadoop) {
    try {
      return FileSystem.newInstance(place.path().toUri(), ContentTypes.addedTo(hadoop));
    } catch (IOException | IllegalArgumentException e) {
      throw cannotOpen(place, e);
    }
  }

  /** Opens a place without a request to it. */
  public static Location open(Place place, Configuration hadoop) {
    org.apache.hadoop.fs.Path root = place.path();
    try {
      return at(root, root.getFileSystem(hadoop), hadoop);
    } catch (IOException | IllegalArgumentException e) {
      throw cannotOpen(place, e);
    }
  }

  private static Location at(
      org.apache.hadoop.fs.Path root, FileSystem fileSystem, Configuration hadoop) {
    return "file".equals(fileSystem.getUri().getScheme())
        ? new LocalLocation(Path.of(root.toUri().getPath()))
        : new RemoteLocation(fileSystem, root, hadoop.getBoolean(SINGLE_WRITER, false));
  }

  private static ConfigException cannotOpen(Object place, Exception e) {
    return new ConfigException(
        "Cannot open %s: %s. Give a folder or an s3a:// prefix".formatted(place, reason(e)), e);
  }

  /** Where this is, for another process that {@link #open}s it. */
  public final Place place() {
    return place("");
  }

  abstract Place place(String path);

  /** The text of {@link #place}. */
  public final String uri() {
    return uri("");
  }

  /** The text of the place of a path below this location. */
  public final String uri(String path) {
    return place(path).toString();
  }

  /** The location at a path below this one. */
  public abstract Location at(String path);

  /** Whether it is not on this machine. */
  public final boolean isRemote() {
    return this instanceof RemoteLocation;
  }

  /** The last part of this location's path. */
  public abstract String name();

  /** The folder that contains this location. */
  public abstract Location parent();

  /**
   * What is at this location, as the end of a sentence, if it is neither a file nor a folder, such
   * as a link; empty if it is one, or nothing is there.
   */
  public final Optional<String> oddity() {
    try {
      return oddityHere();
    } catch (IOException e) {
      throw failed("look at", "", e);
    }
  }

  abstract Optional<String> oddityHere() throws IOException;

  /** The file at this location; empty when there is none, or a folder. */
  public final Optional<StoredFile> asFile() {
    try {
      return file();
    } catch (IOException e) {
      throw failed("look for", "", e);
    }
  }

  abstract Optional<StoredFile> file() throws IOException;

  /**
   * The file at this location, under its own name in a folder on this machine. The folder is for
   * reading only.
   */
  public final LocalFolder fetchThis() {
    try {
      return fetchFileHere();
    } catch (IOException e) {
      throw failed("fetch", "", e);
    }
  }

  abstract LocalFolder fetchFileHere() throws IOException;

  /** Whether there is a folder at this location, or any object below it. */
  public final boolean exists() {
    return exists("");
  }

  /** Whether there is a file or folder at {@code path}. */
  public final boolean exists(String path) {
    try {
      return isPresent(path);
    } catch (IOException e) {
      throw failed("look for", path, e);
    }
  }

  abstract boolean isPresent(String path) throws IOException;

  /** The names directly below a folder, in any order. */
  record Children(List<String> folders, List<String> files) {}

  /** Names of the folders directly below, sorted; empty when there is no such folder. */
  public final List<String> folders() {
    return sorted(children().folders());
  }

  /** Names of the folders directly below that {@link #replaceFolder} writes or has left behind. */
  public final List<String> unfinishedFolders() {
    return children().folders().stream().filter(AtomicFile::isPart).sorted().toList();
  }

  /** Names of the files directly below, sorted; empty when there is no such folder. */
  public final List<String> fileNames() {
    return sorted(children().files());
  }

  /** Leaves out files that are being written. */
  private static List<String> sorted(List<String> names) {
    return names.stream().filter(name -> !AtomicFile.isPart(name)).sorted().toList();
  }

  private Children children() {
    try {
      return listChildren();
    } catch (FileNotFoundException | NoSuchFileException e) {
      return new Children(List.of(), List.of());
    } catch (IOException e) {
      throw failed("list", "", e);
    }
  }

  abstract Children listChildren() throws IOException;

  /**
   * All files below at any depth, sorted by path; empty when there is no such folder. A link is
   * listed, and not followed.
   */
  public final List<StoredFile> files() {
    try {
      List<StoredFile> files = new ArrayList<>(listTree());
      files.sort(Comparator.comparing(StoredFile::path));
      return files;
    } catch (FileNotFoundException | NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw failed("list", "", e);
    }
  }

  abstract List<StoredFile> listTree() throws IOException;

  /** The content of the file at {@code path}. */
  public final byte[] read(String path) {
    try {
      return bytes(path);
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  /** The content of the file at {@code path}; empty when there is no such file. */
  public final Optional<byte[]> find(String path) {
    try {
      return Optional.of(bytes(path));
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  abstract byte[] bytes(String path) throws IOException;

  /** Writes the file and replaces an earlier one. Readers see all of it or none. */
  public final void write(String path, byte[] content) {
    try {
      writeWhole(path, out -> out.write(content));
    } catch (IOException e) {
      throw failed("write", path, e);
    }
  }

  abstract void writeWhole(String path, AtomicFile.Content content) throws IOException;

  /**
   * Creates the file with all of its content unless a file is there. If many callers on many
   * machines try, exactly one gets true, even when a reply is lost. In a store with {@link
   * #SINGLE_WRITER} this holds only for calls one after another.
   */
  public final boolean createIfAbsent(String path, byte[] content) {
    try {
      return create(path, content);
    } catch (IOException e) {
      throw failed("create", path, e);
    }
  }

  abstract boolean create(String path, byte[] content) throws IOException;

  /** Writes each file below {@code folder} to the same relative path below {@code path}. */
  public final void upload(Path folder, String path) {
    List<Runnable> uploads = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        String relative = folder.relativize(file).toString().replace('\\', '/');
        String target = path.isEmpty() ? relative : path + "/" + relative;
        uploads.add(() -> uploadFile(file, target));
      }
    } catch (IOException e) {
      throw failed("upload " + folder + " to", path, e);
    }
    writeAll(uploads);
  }

  /** Writes one file to {@code path} and replaces an earlier one. */
  public final void uploadFile(Path file, String path) {
    try {
      writeWhole(path, out -> Files.copy(file, out));
    } catch (IOException e) {
      throw failed("upload " + file + " to", path, e);
    }
  }

  /** Runs writes to this location, as many at a time as suits it; the first failure ends all. */
  abstract void writeAll(List<Runnable> writes);

  /** Copies the file at {@code path} to {@code target}. Readers see all of it or none. */
  public final void fetchFile(String path, Path target) {
    try {
      fetchTo(path, target);
    } catch (IOException e) {
      throw failed("fetch", path, e);
    }
  }

  abstract void fetchTo(String path, Path target) throws IOException;

  /**
   * Copies files below {@code target} and replaces earlier ones.
   *
   * @param paths where each file goes, by the path where it is
   */
  public final void copy(Map<String, String> paths, Location target) {
    List<Runnable> copies = new ArrayList<>();
    paths.forEach((from, to) -> copies.add(() -> copyOne(from, target, to)));
    target.writeAll(copies);
  }

  private void copyOne(String from, Location target, String to) {
    try {
      target.writeWhole(to, out -> readTo(from, out));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot copy %s to %s: %s".formatted(uri(from), target.uri(to), reason(e)), e);
    }
  }

  /** Writes the files of a folder. */
  @FunctionalInterface
  public interface FolderContent {
    /** Returns the paths of the files. The last one that it writes says that all are there. */
    Set<String> writeTo(Location folder);
  }

  /**
   * Writes a folder that replaces the one at {@code path}. On this machine it is written beside
   * that one, and then both change places. Elsewhere the files are written to their place, and then
   * others are deleted: until then, readers may find files of both.
   */
  public final void replaceFolder(String path, FolderContent content) {
    try {
      replaceTree(path, content);
    } catch (IOException e) {
      throw failed("replace", path, e);
    }
  }

  abstract void replaceTree(String path, FolderContent content) throws IOException;

  abstract void readTo(String path, OutputStream out) throws IOException;

  /**
   * All files below, on this machine's disk and for reading only: in place where they are local,
   * else a copy that {@link LocalFolder#close} deletes. Throws {@link ChangedFileException} when a
   * file changes while it is fetched.
   */
  public final LocalFolder fetch() {
    try {
      return fetchAll();
    } catch (IOException e) {
      throw failed("fetch", "", e);
    }
  }

  abstract LocalFolder fetchAll() throws IOException;

  /** Deletes the file or folder at {@code path}, if it is there. */
  public final void delete(String path) {
    try {
      remove(path);
    } catch (IOException e) {
      throw failed("delete", path, e);
    }
  }

  abstract void remove(String path) throws IOException;

  /** Deletes the folder at this location if nothing is in it. */
  public final void deleteIfEmpty() {
    try {
      removeIfEmpty();
    } catch (IOException e) {
      throw failed("delete", "", e);
    }
  }

  abstract void removeIfEmpty() throws IOException;

  /**
   * Writes and deletes a small file. Throws {@link ConfigException}, which names {@code key}, when
   * that fails.
   */
  public final void checkWritable(String key) {
    String probe = ".writable-" + UUID.randomUUID();
    try {
      writeWhole(probe, out -> {});
      remove(probe);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot write to %s: %s. Give %s a place this user may write to"
              .formatted(uri(), reason(e), key),
          e);
    }
  }

  /**
   * Whether this place lets a file be created once only, also by two writers at the same time:
   * tries it several times. {@link #SINGLE_WRITER} makes no difference here. Leaves nothing behind.
   */
  public final boolean probeConditionalWrites() {
    String probe = ".conditional-" + UUID.randomUUID();
    try {
      return new CreationRace(withConditions().at(probe)).hasOneWinner();
    } catch (UncheckedIOException e) {
      if (S3Answers.isUnknownRequest(e)) {
        return false;
      }
      throw e;
    } finally {
      delete(probe);
    }
  }

  /** The same place, but it creates files by conditional writes. */
  abstract Location withConditions();

  final UncheckedIOException failed(String what, String path, IOException e) {
    return new UncheckedIOException("Cannot %s %s: %s".formatted(what, uri(path), reason(e)), e);
  }

  private static String reason(Exception e) {
    if (e instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  @Override
  public final String toString() {
    return uri();
  }
}
