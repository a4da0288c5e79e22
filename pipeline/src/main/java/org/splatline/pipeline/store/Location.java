package org.splatline.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.splatline.gpu.config.ConfigException;

/**
 * A folder or an s3a:// prefix, and what is done with the files below it. Paths are relative, with
 * slashes. Safe for use by many threads. What fails throws {@link UncheckedIOException}.
 */
public final class Location {
  private final FileSystem fileSystem;
  private final Path root;

  private Location(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
  }

  /**
   * @param place an absolute or relative folder, or a URI such as {@code s3a://bucket/prefix}
   */
  public static Location open(String place, Configuration hadoop) {
    try {
      Path root = new Path(uriOf(place));
      return new Location(unguarded(root.getFileSystem(hadoop)), root);
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
    return new Location(fileSystem, resolve(path));
  }

  /** The last part of its path. */
  public String name() {
    return root.getName();
  }

  /** The folder it lies in. */
  public Location parent() {
    return new Location(fileSystem, root.getParent());
  }

  /** Itself, where it is a file and no folder. */
  public Optional<StoredFile> asFile() {
    try {
      FileStatus status = fileSystem.getFileStatus(root);
      return status.isFile()
          ? Optional.of(new StoredFile(name(), status.getLen(), version(status)))
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
      return Arrays.asList(fileSystem.listStatus(root));
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
      for (java.nio.file.Path file : walk.filter(Files::isRegularFile).toList()) {
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

  private List<StoredFile> remoteFiles() {
    List<StoredFile> files = new ArrayList<>();
    String prefix = root.toUri().getPath() + "/";
    try {
      RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(root, true);
      while (found.hasNext()) {
        LocatedFileStatus status = found.next();
        String path = status.getPath().toUri().getPath().substring(prefix.length());
        files.add(new StoredFile(path, status.getLen(), version(status)));
      }
      return files;
    } catch (FileNotFoundException e) {
      return new ArrayList<>();
    } catch (IOException e) {
      throw failed("list", "", e);
    }
  }

  private static String version(FileStatus status) {
    String tag = status instanceof EtagSource tagged ? tagged.getEtag() : null;
    return tag == null ? Long.toString(status.getModificationTime()) : tag;
  }

  /** The whole file. */
  public byte[] read(String path) {
    try (InputStream in = fileSystem.open(resolve(path))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  /** The whole file; empty when there is none. */
  public Optional<byte[]> find(String path) {
    try (InputStream in = fileSystem.open(resolve(path))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  /**
   * Local files aren't made through Hadoop: without its native library it starts a process for each
   * permission it sets, 87 for a tiny scene.
   */
  private OutputStream output(String path) throws IOException {
    if (!isLocal()) {
      return fileSystem.create(resolve(path), true);
    }
    java.nio.file.Path file = local(path);
    Files.createDirectories(file.getParent());
    return Files.newOutputStream(file);
  }

  /** Writes the file, replacing it if there. */
  public void write(String path, byte[] content) {
    try (OutputStream out = output(path)) {
      out.write(content);
    } catch (IOException e) {
      throw failed("write", path, e);
    }
  }

  /**
   * Creates the file with its whole content, unless there is one: of any number of callers on any
   * machine, one gets true. On S3 an object of just these bytes counts as the caller's own, because
   * the refusal may answer a repeated request whose first reply was lost: give each caller bytes of
   * its own.
   */
  public boolean createIfAbsent(String path, byte[] content) {
    try {
      create(path, content);
      return true;
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (isPreconditionFailed(e)) {
        return Arrays.equals(content, read(path));
      }
      throw failed("create", path, e);
    }
  }

  private void create(String path, byte[] content) throws IOException {
    if (isLocal()) {
      createLocal(local(path), content);
    } else if ("s3a".equals(fileSystem.getUri().getScheme())) {
      FSDataOutputStreamBuilder<?, ?> file = fileSystem.createFile(resolve(path));
      try (OutputStream out =
          file.overwrite(true) // the condition below decides, not a look beforehand
              .recursive()
              .must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true)
              .build()) {
        out.write(content);
      }
    } else {
      try (OutputStream out = fileSystem.create(resolve(path), false)) {
        out.write(content);
      }
    }
  }

  /** A hard link appears at once, with all of its content, and never replaces a file. */
  private static void createLocal(java.nio.file.Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    java.nio.file.Path written =
        file.resolveSibling("." + file.getFileName() + "-" + UUID.randomUUID());
    try {
      Files.write(written, content);
      Files.createLink(file, written);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** S3A reports a lost condition as RemoteFileChangedException, of the answer's status 412. */
  private static boolean isPreconditionFailed(IOException e) {
    return e.getClass().getSimpleName().equals("RemoteFileChangedException");
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
    java.nio.file.Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try (InputStream in = fileSystem.open(resolve(path))) {
      Files.createDirectories(target.getParent());
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("fetch", path, e);
    }
  }

  private void copyIn(java.nio.file.Path file, String path) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = output(path)) {
      in.transferTo(out);
    }
  }

  /** Copies one file to the same relative path below {@code target}. */
  void copy(String path, Location target) {
    try (InputStream in = fileSystem.open(resolve(path));
        OutputStream out = target.output(path)) {
      in.transferTo(out);
    } catch (IOException e) {
      throw failed("copy to " + target, path, e);
    }
  }

  /**
   * The files on this machine's disk, only to be read: in place where they are local, else a copy
   * that goes when closed.
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
    for (StoredFile file : files()) {
      java.nio.file.Path target = folder.resolve(file.path()).normalize();
      if (!target.startsWith(folder)) {
        throw new IllegalStateException("Cannot fetch %s: it leaves its folder".formatted(file));
      }
      try (InputStream in = fileSystem.open(resolve(file.path()))) {
        Files.createDirectories(target.getParent());
        Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw failed("fetch", file.path(), e);
      }
    }
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
      output(probe).close();
      fileSystem.delete(resolve(probe), false);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot write to %s: %s. Give %s a place this user may write to"
              .formatted(uri(), reason(e), key),
          e);
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
