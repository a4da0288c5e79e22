package org.splatline.pipeline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder on a disk that loses, at a power cut, whatever was not synced: the content of a file
 * whose channel was not forced (it is then empty), and the names in a folder whose channel was not
 * forced. Reads and writes go to a real folder; {@link #afterPowerCut} tells what would be left. It
 * implements what {@code java.nio.file.Files} needs for writing whole files.
 */
public final class PowerCutDisk extends FileSystemProvider {
  private final Path root; // real
  private final FileSystem system = new Disk();
  private final Map<Object, byte[]> syncedContent = new HashMap<>(); // by the file's identity
  private final Map<Object, Map<String, Object>> syncedNames = new HashMap<>(); // of each folder
  private final Runnable afterEachStep;

  /**
   * @param root an existing folder; its own name is on the disk
   * @param afterEachStep runs after each step that changes the disk
   */
  public PowerCutDisk(Path root, Runnable afterEachStep) {
    this.root = root;
    this.afterEachStep = afterEachStep;
  }

  /** The folder, seen through this disk. */
  public Path folder() {
    return wrap(root);
  }

  /** The files that would be there after a power cut now, by their paths below the folder. */
  public Map<String, byte[]> afterPowerCut() {
    Map<String, byte[]> files = new TreeMap<>();
    collect(identity(root), "", files);
    return files;
  }

  private void collect(Object folder, String path, Map<String, byte[]> files) {
    syncedNames
        .getOrDefault(folder, Map.of())
        .forEach(
            (name, identity) -> {
              if (syncedNames.containsKey(identity)) {
                collect(identity, path + name + "/", files);
              } else {
                files.put(path + name, syncedContent.getOrDefault(identity, new byte[0]));
              }
            });
  }

  private static Object identity(Path real) {
    try {
      return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sync(Path real) throws IOException {
    if (!Files.isDirectory(real)) {
      syncedContent.put(identity(real), Files.readAllBytes(real));
      return;
    }
    Map<String, Object> names = new HashMap<>();
    try (Stream<Path> children = Files.list(real)) {
      for (Path child : children.toList()) {
        names.put(child.getFileName().toString(), identity(child));
        if (Files.isDirectory(child)) {
          syncedNames.putIfAbsent(identity(child), Map.of());
        }
      }
    }
    syncedNames.put(identity(real), names);
  }

  private Path wrap(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            PowerCutDisk.class.getClassLoader(),
            new Class<?>[] {Path.class, Real.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Real.class) {
                return real;
              }
              if (method.getName().equals("getFileSystem")) {
                return system;
              }
              Object[] passed = arguments == null ? new Object[0] : arguments.clone();
              for (int i = 0; i < passed.length; i++) {
                passed[i] = passed[i] instanceof Real wrapped ? wrapped.real() : passed[i];
              }
              try {
                Object result = method.invoke(real, passed);
                return result instanceof Path path ? wrap(path) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** The path behind one of this disk. */
  private interface Real {
    Path real();
  }

  private static Path real(Path path) {
    return ((Real) path).real();
  }

  private final class Disk extends FileSystem {
    @Override
    public FileSystemProvider provider() {
      return PowerCutDisk.this;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return "/";
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
      return wrap(Path.of(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path real = real(path);
    FileChannel channel = FileChannel.open(real, options, attributes);
    if (options.contains(StandardOpenOption.CREATE_NEW)) {
      syncedContent.remove(identity(real)); // of a deleted file, whose identity this one has now
    }
    afterEachStep.run();
    return new Channel(real, channel);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    Files.createDirectory(real(folder), attributes);
    syncedNames.put(identity(real(folder)), Map.of());
    afterEachStep.run();
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    Files.createLink(real(link), real(existing));
    afterEachStep.run();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    Files.move(real(source), real(target), options);
    afterEachStep.run();
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(real(path));
    afterEachStep.run();
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    Files.copy(real(source), real(target), options);
    afterEachStep.run();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(real(folder))) {
      found.forEach(child -> children.add(wrap(child)));
    }
    return new DirectoryStream<>() {
      @Override
      public java.util.Iterator<Path> iterator() {
        return children.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    real(path).getFileSystem().provider().checkAccess(real(path), modes);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return Files.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return Files.readAttributes(real(path), names, options);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return Files.getFileAttributeView(real(path), type, options);
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    Files.setAttribute(real(path), name, value, options);
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return Files.isSameFile(real(one), real(other));
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return Files.getFileStore(real(path));
  }

  @Override
  public String getScheme() {
    return "power-cut";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }

  /** A file's channel, or a folder's. */
  private final class Channel extends FileChannel {
    private final Path real;
    private final FileChannel channel;

    Channel(Path real, FileChannel channel) {
      this.real = real;
      this.channel = channel;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      sync(real);
      afterEachStep.run();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int written = channel.write(source);
      afterEachStep.run();
      return written;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
      return channel.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      return channel.write(source, position);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      return channel.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return channel.read(target, position);
    }

    @Override
    public long position() throws IOException {
      return channel.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      channel.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      channel.truncate(size);
      return this;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return channel.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
        throws IOException {
      return channel.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return channel.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return channel.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return channel.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      channel.close();
    }
  }
}
