package org.splatline.pipeline.store;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.io.AtomicFile;

/**
 * A folder or an s3a:// prefix, and what is done with the files below it. Paths are relative, with
 * slashes. Safe for use by many threads. What fails throws {@link UncheckedIOException}.
 */
public final class Location {
  /**
   * Key of Hadoop's settings: {@code true} for a store that lacks conditional writes, which then
   * takes one writer at a time.
   */
  public static final String SINGLE_WRITER = "splatline.store.single-writer";

  private static final int READS = 3; // of a file that is replaced meanwhile

  private final FileSystem fileSystem;
  private final Path root;
  private final boolean singleWriter;

  private Location(FileSystem fileSystem, Path root, boolean singleWriter) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.singleWriter = singleWriter;
  }

  /**
   * @param place an absolute or relative folder, or a URI such as {@code s3a://bucket/prefix}
   */
  public static Location open(String place, Configuration hadoop) {
    try {
      Path root = new Path(uriOf(place));
      return new Location(
          unguarded(root.getFileSystem(hadoop)), root, hadoop.getBoolean(SINGLE_WRITER, false));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          "Cannot open %s: %s. Give a folder or an s3a:// prefix".formatted(place, reason(e)), e);
    }
  }

  /** Hadoop's local file system keeps a second file, of checksums, beside each file. */
  private static FileSystem unguarded(FileSystem fileSystem) {
    return fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
  }

  private static URI uriOf(String place) {
    return place.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
        ? URI.create(place)
        : java.nio.file.Path.of(place).toAbsolutePath().normalize().toUri();
  }

  /** Its URI, no slash at the end. */
  public String uri() {
    return root.toString();
  }

  /** The URI of what is at {@code path}. */
  public String uri(String path) {
    return resolve(path).toString();
  }

  /** A location below this one. */
  public Location at(String path) {
    return new Location(fileSystem, resolve(path), singleWriter);
  }

  /** The last part of its path. */
  public String name() {
    return root.getName();
  }

  /** The folder it lies in. */
  public Location parent() {
    return new Location(fileSystem, root.getParent(), singleWriter);
  }

  /** Itself, where it is a file and no folder. */
  public Optional<StoredFile> asFile() {
    try {
      FileStatus status = fileSystem.getFileStatus(root);
      return status.isFile()
          ? Optional.of(new StoredFile(name(), status.getLen(), Fetch.version(status)))
          : Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("look for", "", e);
    }
  }

  /** The file this is, under its name in a folder of this machine, only to be read. */
  public LocalFolder fetchThis() {
    if (isLocal()) {
      return LocalFolder.lent(local("").getParent());
    }
    LocalFolder folder = LocalFolder.temporary("fetch");
    try {
      parent().fetchFile(name(), folder.path().resolve(name()));
      return folder;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private Path resolve(String path) {
    return path.isEmpty() ? root : new Path(root, path);
  }

  private boolean isLocal() {
    return "file".equals(fileSystem.getUri().getScheme());
  }

  private java.nio.file.Path local(String path) {
    return java.nio.file.Path.of(resolve(path).toUri().getPath());
  }

  /** Whether there is a folder here, or any object below. */
  public boolean exists() {
    return exists("");
  }

  public boolean exists(String path) {
    try {
      return fileSystem.exists(resolve(path));
    } catch (IOException e) {
      throw failed("look for", path, e);
    }
  }

  /** Names of the folders directly below, in order; none when there is no such folder. */
  public List<String> folders() {
    return children().stream()
        .filter(FileStatus::isDirectory)
        .map(status -> status.getPath().getName())
        .sorted()
        .toList();
  }

  /** Names of the files directly below, in order; none when there is no such folder. */
  public List<String> fileNames() {
    return children().stream()
        .filter(FileStatus::isFile)
        .map(status -> status.getPath().getName())
        .sorted()
        .toList();
  }

  private List<FileStatus> children() {
    try {
      return Stream.of(fileSystem.listStatus(root))
          .filter(status -> !AtomicFile.isPart(status.getPath().getName()))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw failed("list", "", e);
    }
  }

  /** All files below at any depth, by path; none when there is no such folder. */
  public List<StoredFile> files() {
    List<StoredFile> files = isLocal() ? localFiles() : remoteFiles();
    files.sort(Comparator.comparing(StoredFile::path));
    return files;
  }

  /** Not through Hadoop, which would start a process for each file's permissions. */
  private List<StoredFile> localFiles() {
    java.nio.file.Path folder = local("");
    List<StoredFile> files = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    try (Stream<java.nio.file.Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (java.nio.file.Path file : walk.filter(Location::isFile).toList()) {
        files.add(
            new StoredFile(
                folder.relativize(file).toString().replace('\\', '/'),
                Files.size(file),
                Long.toString(Files.getLastModifiedTime(file).toMillis())));
      }
      return files;
    } catch (IOException e) {
      throw failed("list", "", e);
    } catch (UncheckedIOException e) {
      throw failed("list", "", e.getCause());
    }
  }

  private static boolean isFile(java.nio.file.Path file) {
    return !AtomicFile.isPart(file.getFileName().toString()) && Files.isRegularFile(file);
  }

  private List<StoredFile> remoteFiles() {
    List<StoredFile> files = new ArrayList<>();
    remoteStatuses()
        .forEach(
            (path, status) ->
                files.add(new StoredFile(path, status.getLen(), Fetch.version(status))));
    return files;
  }

  /** All files below, by relative path: a LIST for each thousand. */
  private Map<String, FileStatus> remoteStatuses() {
    Map<String, FileStatus> files = new TreeMap<>();
    String prefix = root.toUri().getPath() + "/";
    try {
      RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(root, true);
      while (found.hasNext()) {
        LocatedFileStatus status = found.next();
        files.put(status.getPath().toUri().getPath().substring(prefix.length()), status);
      }
      return files;
    } catch (FileNotFoundException e) {
      return Map.of();
    } catch (IOException e) {
      throw failed("list", "", e);
    }
  }

  /** The whole file. */
  public byte[] read(String path) {
    try {
      return bytes(path);
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  /** The whole file; empty when there is none. */
  public Optional<byte[]> find(String path) {
    try {
      return Optional.of(bytes(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  private byte[] bytes(String path) throws IOException {
    for (int attempt = 1; !isLocal(); attempt++) {
      FileStatus status = fileSystem.getFileStatus(resolve(path));
      try (InputStream in = Fetch.open(fileSystem, status)) {
        return checked(in.readAllBytes(), status);
      } catch (IOException e) {
        if (attempt == READS || !(e instanceof EOFException || S3Answers.isChanged(e))) {
          throw e;
        }
      }
    }
    try (InputStream in = fileSystem.open(resolve(path))) {
      return in.readAllBytes();
    }
  }

  private static byte[] checked(byte[] content, FileStatus status) throws IOException {
    if (content.length != status.getLen()) {
      throw new EOFException("%d of %d bytes came".formatted(content.length, status.getLen()));
    }
    return content;
  }

  private void writeWhole(String path, AtomicFile.Content content) throws IOException {
    if (isLocal()) {
      AtomicFile.write(local(path), content);
    } else {
      Path file = resolve(path);
      WholeFile.write(fileSystem.create(file, true), fileSystem, file, content);
    }
  }

  /** Writes the file, replacing it if there; it appears whole. */
  public void write(String path, byte[] content) {
    try {
      writeWhole(path, out -> out.write(content));
    } catch (IOException e) {
      throw failed("write", path, e);
    }
  }

  /**
   * Creates the file with its whole content, unless there is one: of any number of callers on any
   * machine, one gets true, also when a reply gets lost. In a store that {@link #SINGLE_WRITER}
   * says so of, that holds for callers one after the other.
   */
  public boolean createIfAbsent(String path, byte[] content) {
    try {
      return create(path, content);
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw failed("create", path, e);
    }
  }

  private boolean create(String path, byte[] content) throws IOException {
    if (isLocal()) {
      AtomicFile.create(local(path), out -> out.write(content));
      return true;
    }
    Path file = resolve(path);
    if ("s3a".equals(fileSystem.getUri().getScheme())) {
      return new ConditionalCreate(fileSystem, singleWriter).create(file, content);
    }
    WholeFile.write(fileSystem.create(file, false), fileSystem, file, out -> out.write(content));
    return true;
  }

  /** Writes each file below {@code folder} to the same relative path below {@code path}. */
  public void upload(java.nio.file.Path folder, String path) {
    try (Stream<java.nio.file.Path> walk = Files.walk(folder)) {
      for (java.nio.file.Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        String relative = folder.relativize(file).toString().replace('\\', '/');
        copyIn(file, path.isEmpty() ? relative : path + "/" + relative);
      }
    } catch (IOException e) {
      throw failed("upload " + folder + " to", path, e);
    }
  }

  /** Writes one file to {@code path}, replacing what is there. */
  public void uploadFile(java.nio.file.Path file, String path) {
    try {
      copyIn(file, path);
    } catch (IOException e) {
      throw failed("upload " + file + " to", path, e);
    }
  }

  /** Copies the file at {@code path} to {@code target}, which appears whole. */
  public void fetchFile(String path, java.nio.file.Path target) {
    try {
      if (isLocal()) {
        AtomicFile.write(target, out -> Files.copy(local(path), out));
      } else {
        new Fetch(fileSystem).one(fileSystem.getFileStatus(resolve(path)), target);
      }
    } catch (IOException e) {
      throw failed("fetch", path, e);
    }
  }

  private void copyIn(java.nio.file.Path file, String path) throws IOException {
    writeWhole(path, out -> Files.copy(file, out));
  }

  /** Copies one file to the same relative path below {@code target}, where it appears whole. */
  void copy(String path, Location target) {
    try {
      if (isLocal()) {
        target.copyIn(local(path), path);
      } else {
        FileStatus status = fileSystem.getFileStatus(resolve(path));
        target.writeWhole(path, out -> readAll(status, out));
      }
    } catch (IOException e) {
      throw failed("copy to " + target, path, e);
    }
  }

  private void readAll(FileStatus status, OutputStream out) throws IOException {
    try (InputStream in = Fetch.open(fileSystem, status)) {
      long bytes = in.transferTo(out);
      if (bytes != status.getLen()) {
        throw new EOFException("%d of %d bytes came".formatted(bytes, status.getLen()));
      }
    }
  }

  /**
   * The files on this machine's disk, only to be read: in place where they are local, else a copy
   * that goes when closed, several files at a time. Throws {@link ChangedFileException} when a file
   * isn't any more what was listed at the begin.
   */
  public LocalFolder fetch() {
    if (isLocal()) {
      return LocalFolder.lent(local(""));
    }
    LocalFolder folder = LocalFolder.temporary("fetch");
    try {
      copyTo(folder.path());
      return folder;
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private void copyTo(java.nio.file.Path folder) {
    Map<java.nio.file.Path, FileStatus> files = new TreeMap<>();
    remoteStatuses().forEach((path, status) -> files.put(below(folder, path), status));
    try {
      new Fetch(fileSystem).all(files);
    } catch (IOException e) {
      throw failed("fetch", "", e);
    }
  }

  private java.nio.file.Path below(java.nio.file.Path folder, String path) {
    java.nio.file.Path target = folder.resolve(path).normalize();
    if (!target.startsWith(folder)) {
      throw new IllegalStateException(
          "Cannot fetch %s: it leaves its folder. Rename it".formatted(uri(path)));
    }
    return target;
  }

  /** Deletes what is at {@code path}, with all below it. */
  public void delete(String path) {
    try {
      fileSystem.delete(resolve(path), true);
    } catch (IOException e) {
      throw failed("delete", path, e);
    }
  }

  /**
   * Writes and deletes a small file. Throws {@link ConfigException}, naming {@code key}, when that
   * can't be done.
   */
  public void checkWritable(String key) {
    String probe = ".writable-" + UUID.randomUUID();
    try {
      writeWhole(probe, out -> {});
      fileSystem.delete(resolve(probe), false);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot write to %s: %s. Give %s a place this user may write to"
              .formatted(uri(), reason(e), key),
          e);
    }
  }

  /**
   * Whether the place refuses to create a file that is there, also of {@link #SINGLE_WRITER};
   * leaves nothing behind.
   */
  public boolean probeConditionalWrites() {
    Location conditional = new Location(fileSystem, root, false);
    String probe = ".conditional-" + UUID.randomUUID();
    try {
      conditional.createIfAbsent(probe, new byte[0]);
      return !conditional.createIfAbsent(probe, new byte[0]);
    } catch (UncheckedIOException e) {
      if (S3Answers.isUnknownRequest(e)) {
        return false;
      }
      throw e;
    } finally {
      delete(probe);
    }
  }

  private UncheckedIOException failed(String what, String path, IOException e) {
    return new UncheckedIOException(
        "Cannot %s %s: %s".formatted(what, resolve(path), reason(e)), e);
  }

  private static String reason(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  @Override
  public String toString() {
    return uri();
  }
}
