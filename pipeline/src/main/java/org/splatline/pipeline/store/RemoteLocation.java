package org.splatline.pipeline.store;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.ipc.RemoteException;
import org.splatline.gpu.io.AtomicFile;

/** A prefix of S3, or of another remote file system that Hadoop knows. */
final class RemoteLocation extends Location {
  private static final int READS = 3; // of a file that is replaced meanwhile

  private final FileSystem fileSystem;
  private final Path root;
  private final boolean singleWriter;

  RemoteLocation(FileSystem fileSystem, Path root, boolean singleWriter) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.singleWriter = singleWriter;
  }

  @Override
  Place place(String path) {
    return new Place(resolve(path));
  }

  private Path resolve(String path) {
    return path.isEmpty() ? root : new Path(root, new Path(null, null, path)); // a:b is no scheme
  }

  @Override
  public Location at(String path) {
    return new RemoteLocation(fileSystem, resolve(path), singleWriter);
  }

  @Override
  public String name() {
    return root.getName();
  }

  @Override
  public Location parent() {
    return new RemoteLocation(fileSystem, root.getParent(), singleWriter);
  }

  @Override
  Optional<String> oddityHere() {
    return Optional.empty();
  }

  @Override
  Optional<StoredFile> file() throws IOException {
    try {
      FileStatus status = fileSystem.getFileStatus(root);
      return status.isFile() ? Optional.of(stored(name(), status)) : Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static StoredFile stored(String path, FileStatus status) {
    return new StoredFile(
        path,
        status.getLen(),
        Fetch.version(status),
        Instant.ofEpochMilli(status.getModificationTime()));
  }

  @Override
  LocalFolder fetchFileHere() throws IOException {
    FileStatus status = fileSystem.getFileStatus(root);
    return fetched(folder -> Map.of(folder.resolve(name()), status));
  }

  @Override
  boolean isPresent(String path) throws IOException {
    return fileSystem.exists(resolve(path));
  }

  @Override
  Children listChildren() throws IOException {
    List<String> folders = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (FileStatus status : fileSystem.listStatus(root)) {
      (status.isDirectory() ? folders : files).add(status.getPath().getName());
    }
    return new Children(folders, files);
  }

  @Override
  List<StoredFile> listTree() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    statuses().forEach((path, status) -> files.add(stored(path, status)));
    return files;
  }

  /**
   * All files below, by relative path: on S3 one LIST request per thousand. Hadoop resolves {@code
   * ..} in a key, so such a file can be elsewhere: its path begins with {@code ../}.
   */
  private Map<String, FileStatus> statuses() throws IOException {
    Map<String, FileStatus> files = new TreeMap<>();
    String prefix = root.isRoot() ? "/" : root.toUri().getPath() + "/";
    RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(root, true);
    while (found.hasNext()) {
      LocatedFileStatus status = found.next();
      String path = status.getPath().toUri().getPath();
      files.put(path.startsWith(prefix) ? path.substring(prefix.length()) : ".." + path, status);
    }
    return files;
  }

  @Override
  byte[] bytes(String path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      FileStatus status = fileSystem.getFileStatus(resolve(path));
      try (InputStream in = Fetch.open(fileSystem, status)) {
        byte[] content = in.readAllBytes();
        checkLength(content.length, status);
        return content;
      } catch (IOException e) {
        if (attempt == READS || !(e instanceof EOFException || S3Answers.isChanged(e))) {
          throw e;
        }
      }
    }
  }

  @Override
  void readTo(String path, OutputStream out) throws IOException {
    FileStatus status = fileSystem.getFileStatus(resolve(path));
    try (InputStream in = Fetch.open(fileSystem, status)) {
      checkLength(in.transferTo(out), status);
    }
  }

  private static void checkLength(long bytes, FileStatus status) throws EOFException {
    if (bytes != status.getLen()) {
      throw new EOFException("only %d of %d bytes came".formatted(bytes, status.getLen()));
    }
  }

  @Override
  void writeWhole(String path, AtomicFile.Content content) throws IOException {
    Path file = resolve(path);
    WholeFile.write(fileSystem.create(file, true), fileSystem, file, content);
  }

  @Override
  boolean create(String path, byte[] content) throws IOException {
    Path file = resolve(path);
    if (fileSystem.hasPathCapability(
        file, CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)) {
      return new ConditionalCreate(fileSystem, singleWriter).create(file, content);
    }
    try {
      WholeFile.write(fileSystem.create(file, false), fileSystem, file, out -> out.write(content));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (RemoteException e) { // HDFS refuses in another way while the other still writes
      if (fileSystem.exists(file)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  void writeAll(List<Runnable> writes) {
    new Transfers().run(writes);
  }

  @Override
  void fetchTo(String path, java.nio.file.Path target) throws IOException {
    new Fetch(fileSystem).one(fileSystem.getFileStatus(resolve(path)), target);
  }

  @Override
  LocalFolder fetchAll() throws IOException {
    Map<String, FileStatus> files = statuses();
    return fetched(
        folder -> {
          Map<java.nio.file.Path, FileStatus> targets = new TreeMap<>();
          files.forEach((path, status) -> targets.put(below(folder, path), status));
          return targets;
        });
  }

  /** What to fetch to where in a folder. */
  private interface Targets {
    Map<java.nio.file.Path, FileStatus> in(java.nio.file.Path folder);
  }

  /** A new folder with the files fetched; nothing is left behind when that fails. */
  private LocalFolder fetched(Targets targets) throws IOException {
    LocalFolder folder = LocalFolder.temporary("fetch");
    try {
      new Fetch(fileSystem).all(targets.in(folder.path()));
      return folder;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private java.nio.file.Path below(java.nio.file.Path folder, String path) {
    java.nio.file.Path target = folder.resolve(path).normalize();
    if (!target.startsWith(folder)) {
      throw new IllegalStateException(
          "Cannot fetch %s: its path leads out of its folder. Rename it".formatted(uri(path)));
    }
    return target;
  }

  @Override
  void remove(String path) throws IOException {
    fileSystem.delete(resolve(path), true);
  }

  @Override
  void removeIfEmpty() throws IOException {
    try {
      fileSystem.delete(root, false); // without recursion it refuses a folder with files
    } catch (PathIsNotEmptyDirectoryException e) {
      // then it stays
    }
  }

  @Override
  void replaceTree(String path, FolderContent content) {
    Location folder = at(path);
    List<StoredFile> earlier = folder.files();
    Set<String> written = content.writeTo(folder);
    List<Runnable> deletions = new ArrayList<>();
    for (StoredFile file : earlier) {
      if (!written.contains(file.path())) {
        deletions.add(() -> folder.delete(file.path()));
      }
    }
    writeAll(deletions);
  }

  @Override
  Location withConditions() {
    return new RemoteLocation(fileSystem, root, false);
  }
}
