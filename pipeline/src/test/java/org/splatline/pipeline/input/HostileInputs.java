package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.splatline.gpu.media.VideoConfig;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;

/**
 * Uploads that cannot become a model: hostile archives, files that are not photographs, and {@link
 * HostileModels}. Each is a scene with the verdict that it must get.
 */
public final class HostileInputs {
  /** Low limits, so that the attacks stay small; see {@link #SETTINGS}. */
  public static final LimitsConfig LIMITS =
      new LimitsConfig(
          1_000_000, 20, 3_000_000, 50, 8_000_000, 5, 20, 128L << 20, Duration.ofSeconds(60));

  /** As in a run, but with less time. */
  public static final VideoConfig VIDEO =
      new VideoConfig(150, 0.02, Duration.ofMinutes(30), Duration.ofMinutes(1), 4L << 30);

  /** The limits as settings of a run. */
  public static final List<String> SETTINGS =
      List.of(
          "limits.image-pixels=1000000",
          "limits.scene-images=20",
          "limits.scene-pixels=3000000",
          "limits.archive-entries=50",
          "limits.archive-bytes=8MB",
          "limits.archive-ratio=5",
          "limits.jpeg-scans=20",
          "limits.ingest-memory=128MiB",
          "limits.ingest-time=60s");

  private static final int PHOTOGRAPHS = 4;

  private final Path scenes;
  private final Map<String, Input> inputs = new LinkedHashMap<>();

  /**
   * @param what the input is, a clause
   * @param verdict that it must get
   */
  public record Input(String what, Verdict verdict) {}

  private HostileInputs(Path scenes) {
    this.scenes = scenes;
  }

  /** Writes them below {@code scenes}. Returns them by the scenes' names. */
  public static Map<String, Input> write(Path scenes) throws IOException {
    HostileInputs hostile = new HostileInputs(Files.createDirectories(scenes));
    hostile.zipNames();
    hostile.zipSizes();
    hostile.zipKinds();
    hostile.zipLies();
    hostile.tars();
    hostile.tarHeaders();
    hostile.damagedPictures();
    hostile.largePictures();
    hostile.otherPictures();
    hostile.packedPictures();
    hostile.containers();
    hostile.names();
    new HostileModels(hostile.scenes, hostile.inputs).write();
    return hostile.inputs;
  }

  // Archives

  private interface Packing<T> {
    void into(T archive) throws IOException;
  }

  private Path zip(
      String name, String what, Verdict verdict, Packing<ZipArchiveOutputStream> packing)
      throws IOException {
    inputs.put(name, new Input(what, verdict));
    Path file = scenes.resolve(name + ".zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      packing.into(zip);
    }
    return file;
  }

  /** A zip of harmless entries. */
  static void zip(Path file, String... names) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      for (String name : names) {
        entry(zip, name, photograph(1));
      }
    }
  }

  /** A tar of harmless entries, compressed if its name ends in {@code .gz}. */
  static void tar(Path file, String... names) throws IOException {
    boolean packed = file.toString().endsWith(".gz");
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream layer = packed ? new GZIPOutputStream(out) : out;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(layer)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (String name : names) {
        entry(tar, name, photograph(1));
      }
    }
  }

  private static void entry(ZipArchiveOutputStream zip, String name, byte[] content)
      throws IOException {
    entry(zip, new ZipArchiveEntry(name), content);
  }

  private static void entry(ZipArchiveOutputStream zip, ZipArchiveEntry entry, byte[] content)
      throws IOException {
    zip.putArchiveEntry(entry);
    zip.write(content);
    zip.closeArchiveEntry();
  }

  private static byte[] photograph(long seed) throws IOException {
    Path file = Files.createTempFile("photograph", ".jpg");
    try {
      return Files.readAllBytes(TestPictures.jpeg(file, 64, 48, seed));
    } finally {
      Files.delete(file);
    }
  }

  private void zipWithName(String scene, String what, String entryName) throws IOException {
    zip(
        scene,
        what,
        Verdict.HOSTILE_INPUT,
        zip -> {
          for (int i = 0; i < PHOTOGRAPHS; i++) {
            entry(zip, "photo%d.jpg".formatted(i), photograph(i));
          }
          entry(zip, entryName, photograph(PHOTOGRAPHS));
        });
  }

  private void zipNames() throws IOException {
    zipWithName("zip-up", "zip: an entry ../../evil.jpg", "../../evil.jpg");
    zipWithName("zip-up-inside", "zip: an entry images/../../evil.jpg", "images/../../evil.jpg");
    zipWithName("zip-absolute", "zip: an entry /etc/evil.jpg", "/etc/evil.jpg");
    zipWithName("zip-drive", "zip: an entry C:\\evil.jpg", "C:\\evil.jpg");
    zipWithName("zip-backslashes-up", "zip: an entry ..\\..\\evil.jpg", "..\\..\\evil.jpg");
    zipWithName("zip-line-end-in-name", "zip: a line end in a name", "a\nb.jpg");
    zipWithName("zip-zero-in-name", "zip: a zero byte in a name", "a.jpg\0.txt");
    zipWithName("zip-turned-name", "zip: a name printed from right to left", "gpj.\u202eexe.jpg");
    zipWithName("zip-long-name", "zip: a name of 300 characters", "x".repeat(300) + ".jpg");
    zipWithName("zip-long-path", "zip: a path of 2 000 characters", "x/".repeat(1000) + "a.jpg");
    zipWithName("zip-twice", "zip: a name twice", "photo0.jpg");
    zipWithName("zip-twice-by-dots", "zip: a name twice, once as ./name", "./photo0.jpg");
    zipWithName("zip-below-a-file", "zip: an entry below a file", "photo0.jpg/a.jpg");
  }

  private void zipSizes() throws IOException {
    zip(
        "zip-bomb",
        "zip: 12 MB of zeros in 12 kB",
        Verdict.HOSTILE_INPUT,
        zip -> entry(zip, "a.bmp", new byte[12_000_000]));
    byte[] half = new byte[10_000_000];
    new Random(1).nextBytes(half);
    Arrays.fill(half, 5_000_000, half.length, (byte) 0);
    zip(
        "zip-unpacks-too-much",
        "zip: more unpacked bytes than allowed",
        Verdict.TOO_LARGE,
        zip -> entry(zip, "a.bmp", half));
    byte[] noise = new byte[8_100_000];
    new Random(2).nextBytes(noise);
    zip(
        "zip-too-large",
        "zip: more bytes than allowed",
        Verdict.TOO_LARGE,
        zip -> entry(zip, "a.bmp", noise));
    zip(
        "zip-many-entries",
        "zip: 51 entries where 50 are allowed",
        Verdict.TOO_LARGE,
        zip -> {
          for (int i = 0; i <= LIMITS.archiveEntries(); i++) {
            entry(zip, i + ".txt", new byte[0]);
          }
        });
    zip("zip-empty", "zip: no entry", Verdict.FEW_IMAGES, zip -> {});
    zip(
        "zip-of-rubbish",
        "zip: only __MACOSX/ and hidden files",
        Verdict.FEW_IMAGES,
        zip -> {
          entry(zip, "__MACOSX/._photo0.jpg", photograph(0));
          entry(zip, "set/.DS_Store", new byte[9]);
        });
  }

  private void zipKinds() throws IOException {
    zip(
        "zip-link",
        "zip: a symbolic link to /etc/passwd",
        Verdict.HOSTILE_INPUT,
        zip -> {
          ZipArchiveEntry link = new ZipArchiveEntry("photo.jpg");
          link.setUnixMode(0120777);
          entry(zip, link, "/etc/passwd".getBytes(UTF_8));
        });
    zip(
        "zip-in-zip",
        "zip: a zip in it",
        Verdict.UNSUPPORTED_INPUT,
        zip -> entry(zip, "photos.zip", photograph(1)));
    Path encrypted =
        zip(
            "zip-encrypted",
            "zip: encrypted entries",
            Verdict.UNSUPPORTED_INPUT,
            zip -> entry(zip, "photo.jpg", photograph(1)));
    patch(encrypted, 0x02014b50, 8, 0x0801); // general purpose bit 0, in the central directory
    patch(encrypted, 0x04034b50, 6, 0x0801);
    Path method =
        zip(
            "zip-unknown-method",
            "zip: an unknown method of compression",
            Verdict.UNSUPPORTED_INPUT,
            zip -> entry(zip, "photo.jpg", photograph(1)));
    patch(method, 0x02014b50, 10, 99);
    patch(method, 0x04034b50, 8, 99);
    Path cut =
        zip(
            "zip-cut-off",
            "zip: half of it",
            Verdict.UNREADABLE_IMAGES,
            zip -> entry(zip, "photo.jpg", photograph(1)));
    TestPictures.truncate(cut, 0.5);
    inputs.put("zip-of-text", new Input("a text called .zip", Verdict.UNREADABLE_IMAGES));
    Files.writeString(scenes.resolve("zip-of-text.zip"), "no archive");
    inputs.put("zip-zero-bytes", new Input("a .zip of 0 bytes", Verdict.UNREADABLE_IMAGES));
    Files.createFile(scenes.resolve("zip-zero-bytes.zip"));
    Path entries =
        zip(
            "zip-damaged",
            "zip: damaged compressed data",
            Verdict.UNREADABLE_IMAGES,
            zip -> {
              for (int i = 0; i < PHOTOGRAPHS; i++) {
                entry(zip, i + ".jpg", photograph(i));
              }
            });
    byte[] bytes = Files.readAllBytes(entries);
    for (int at = 60; at < bytes.length * 3 / 4; at += 40) {
      bytes[at] ^= 0x55;
    }
    Files.write(entries, bytes);
  }

  /** Overwrites two bytes after each occurrence of {@code signature}. */
  private static void patch(Path file, int signature, int offset, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 4 <= bytes.capacity(); at++) {
      if (bytes.getInt(at) == signature) {
        bytes.putShort(at + offset, (short) value);
      }
    }
    Files.write(file, bytes.array());
  }

  /** Lists at a zip's end that say something else than the files in front of them. */
  private void zipLies() throws IOException {
    Path wrong =
        zip(
            "zip-wrong-checksum",
            "zip: a checksum that is wrong",
            Verdict.UNREADABLE_IMAGES,
            zip -> entry(zip, "photo.jpg", photograph(1)));
    patch(wrong, 0x02014b50, 16, 0x1234);
    zip(
        "zip-names-by-case",
        "zip: two folders of one name up to case",
        Verdict.HOSTILE_INPUT,
        zip -> {
          entry(zip, "images/a.jpg", photograph(1));
          entry(zip, "Images/b.jpg", photograph(2));
        });
    inputs.put(
        "zip-of-overlaps",
        new Input("zip: 40 entries that share the same bytes", Verdict.HOSTILE_INPUT));
    Path one = scenes.resolve("zip-of-overlaps.zip");
    zip(one, "photo00.jpg");
    byte[] bytes = Files.readAllBytes(one);
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - 22;
    int list = zip.getInt(end + 16);
    ByteBuffer many =
        ByteBuffer.allocate(list + 40 * (end - list) + 22).order(ByteOrder.LITTLE_ENDIAN);
    many.put(bytes, 0, list);
    for (int i = 0; i < 40; i++) {
      byte[] listed = Arrays.copyOfRange(bytes, list, end);
      listed[46 + 5] = (byte) ('0' + i / 10); // photoNN.jpg
      listed[46 + 6] = (byte) ('0' + i % 10);
      many.put(listed);
    }
    many.put(bytes, end, 22);
    int newEnd = many.capacity() - 22;
    many.putShort(newEnd + 8, (short) 40).putShort(newEnd + 10, (short) 40);
    many.putInt(newEnd + 12, 40 * (end - list));
    Files.write(one, many.array());
  }

  /** Headers of a tar that cost much more than they take. */
  private void tarHeaders() throws IOException {
    byte[] sparse = header("photo.jpg", 'S', 0);
    number(sparse, 386, 11, 0); // the first and only stretch of data
    number(sparse, 398, 11, 0);
    number(sparse, 483, 11, 12_000_000); // with its holes
    rawTar("tar-of-holes", "tar: 12 MB of holes in 1 kB", Verdict.HOSTILE_INPUT, sum(sparse));
    byte[] time = "20 mtime=9e99999999\n".getBytes(UTF_8);
    rawTar(
        "tar-endless-time",
        "tar: a time of 100 million digits",
        Verdict.UNREADABLE_IMAGES,
        sum(header("pax", 'x', time.length)),
        Arrays.copyOf(time, 512),
        sum(header("photo.jpg", '0', 0)));
    byte[] longName = new byte[3 << 20];
    Arrays.fill(longName, (byte) 'x');
    rawTar(
        "tar-long-name",
        "tar.gz: a name of 3 MB",
        Verdict.HOSTILE_INPUT,
        sum(header("long", 'L', longName.length)),
        longName,
        sum(header("photo.jpg", '0', 0)));
  }

  private void rawTar(String name, String what, Verdict verdict, byte[]... blocks)
      throws IOException {
    inputs.put(name, new Input(what, verdict));
    try (OutputStream file = Files.newOutputStream(scenes.resolve(name + ".tar.gz"));
        OutputStream out = new GZIPOutputStream(file)) {
      for (byte[] block : blocks) {
        out.write(block);
      }
      out.write(new byte[1024]);
    }
  }

  static byte[] header(String name, char type, int bytes) {
    byte[] header = new byte[512];
    System.arraycopy(name.getBytes(UTF_8), 0, header, 0, name.length());
    number(header, 100, 7, 0644);
    number(header, 124, 11, bytes);
    header[156] = (byte) type;
    System.arraycopy("ustar  \0".getBytes(UTF_8), 0, header, 257, 8); // GNU
    return header;
  }

  static void number(byte[] header, int at, int digits, int value) {
    String octal = ("%0" + digits + "o").formatted(value);
    System.arraycopy(octal.getBytes(UTF_8), 0, header, at, digits);
  }

  static byte[] sum(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    number(header, 148, 6, sum);
    header[154] = 0;
    return header;
  }

  private Path tar(
      String name, String what, Verdict verdict, Packing<TarArchiveOutputStream> packing)
      throws IOException {
    inputs.put(name, new Input(what, verdict));
    Path file = scenes.resolve(name + ".tar.gz");
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      packing.into(tar);
    }
    return file;
  }

  private void tarKind(String name, String what, byte kind) throws IOException {
    tar(
        name,
        what,
        Verdict.HOSTILE_INPUT,
        tar -> {
          TarArchiveEntry entry = new TarArchiveEntry("photo.jpg", kind);
          entry.setLinkName("/etc/passwd");
          tar.putArchiveEntry(entry);
          tar.closeArchiveEntry();
        });
  }

  private static void entry(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private void tars() throws IOException {
    tarKind("tar-link", "tar: a symbolic link", TarConstants.LF_SYMLINK);
    tarKind("tar-hard-link", "tar: a hard link", TarConstants.LF_LINK);
    tarKind("tar-device", "tar: a device", TarConstants.LF_CHR);
    tarKind("tar-pipe", "tar: a pipe", TarConstants.LF_FIFO);
    tar(
        "tar-up",
        "tar: an entry ../evil.jpg",
        Verdict.HOSTILE_INPUT,
        tar -> entry(tar, "../evil.jpg", photograph(1)));
    tar(
        "tar-absolute",
        "tar: an entry /etc/evil.jpg",
        Verdict.HOSTILE_INPUT,
        tar -> entry(tar, "/etc/evil.jpg", photograph(1)));
    tar(
        "tar-bomb",
        "tar.gz: 12 MB of zeros in a hidden file",
        Verdict.HOSTILE_INPUT,
        tar -> entry(tar, ".hidden", new byte[12_000_000]));
    TestPictures.truncate(
        tar(
            "tar-cut-off",
            "tar.gz: half of it",
            Verdict.UNREADABLE_IMAGES,
            tar -> entry(tar, "photo.jpg", photograph(1))),
        0.5);
    inputs.put("tar-of-noise", new Input("noise called .tar", Verdict.UNREADABLE_IMAGES));
    TestPictures.garbage(scenes.resolve("tar-of-noise.tar"), 3);
  }

  // Photographs

  private Path scene(String name, String what, Verdict verdict) throws IOException {
    inputs.put(name, new Input(what, verdict));
    return Files.createDirectories(scenes.resolve(name));
  }

  private interface Writing {
    void to(Path file, int number) throws IOException;
  }

  private void pictures(String name, String what, Verdict verdict, String suffix, Writing writing)
      throws IOException {
    Path folder = scene(name, what, verdict);
    for (int i = 0; i < PHOTOGRAPHS; i++) {
      writing.to(folder.resolve("photo" + i + suffix), i);
    }
  }

  static BufferedImage noise(int width, int height, int seed) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    for (int p = 0; p < width * height; p++) {
      picture.setRGB(p % width, p / width, random.nextInt(1 << 24));
    }
    return picture;
  }

  private void damagedPictures() throws IOException {
    Verdict unreadable = Verdict.UNREADABLE_IMAGES;
    pictures(
        "jpg-of-text",
        "texts called .jpg",
        unreadable,
        ".jpg",
        (f, i) -> Files.writeString(f, "no"));
    pictures(
        "jpg-zero-bytes", ".jpg of 0 bytes", unreadable, ".jpg", (f, i) -> Files.createFile(f));
    pictures(
        "jpg-of-noise",
        "noise called .jpg",
        unreadable,
        ".jpg",
        (f, i) -> TestPictures.garbage(f, i));
    pictures(
        "jpg-cut-off",
        "JPEGs cut off in the middle",
        unreadable,
        ".jpg",
        (file, i) -> TestPictures.truncate(TestPictures.jpeg(file, 200, 150, i), 0.5));
    pictures(
        "jpg-header-alone",
        "JPEGs that end after their header",
        unreadable,
        ".jpg",
        (file, i) -> {
          TestPictures.jpeg(file, 200, 150, i);
          Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 300));
        });
    pictures(
        "png-cut-off",
        "PNGs cut off in the middle",
        unreadable,
        ".png",
        (file, i) -> {
          ImageIO.write(noise(60, 40, i), "png", file.toFile());
          TestPictures.truncate(file, 0.5);
        });
    pictures(
        "png-damaged",
        "PNGs with damaged data",
        unreadable,
        ".png",
        (file, i) -> {
          ImageIO.write(noise(60, 40, i), "png", file.toFile());
          byte[] bytes = Files.readAllBytes(file);
          Arrays.fill(bytes, 60, 200, (byte) 0x55);
          Files.write(file, bytes);
        });
    Path one = scene("one-photograph", "one photograph", Verdict.FEW_IMAGES);
    TestPictures.jpeg(one.resolve("only.jpg"), 64, 48, 1);
    Path notes = scene("only-notes", "texts and no photograph", unreadable);
    Files.writeString(notes.resolve("notes.txt"), "nothing to see");
    scene("empty-folder", "an empty folder", Verdict.FEW_IMAGES);
  }

  private void largePictures() throws IOException {
    pictures(
        "jpg-too-many-pixels",
        "JPEGs of more pixels than allowed",
        Verdict.TOO_LARGE,
        ".jpg",
        (file, i) -> TestPictures.jpeg(file, 1001, 1000, i));
    pictures(
        "png-claims-pixels",
        "PNGs of 200 bytes that claim 60 000 x 60 000 px",
        Verdict.TOO_LARGE,
        ".png",
        (file, i) -> Files.write(file, claimingPng(60_000)));
    Path many = scene("many-pixels", "more pixels together than allowed", Verdict.TOO_LARGE);
    for (int i = 0; i < 4; i++) {
      TestPictures.jpeg(many.resolve(i + ".jpg"), 1000, 900, i);
    }
    Path files = scene("many-files", "21 files where 20 are allowed", Verdict.TOO_LARGE);
    for (int i = 0; i <= LIMITS.sceneImages(); i++) {
      Files.createFile(files.resolve(i + ".jpg"));
    }
  }

  private static byte[] claimingPng(int side) throws IOException {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    ImageIO.write(noise(4, 4, 1), "png", small);
    ByteBuffer png = ByteBuffer.wrap(small.toByteArray());
    png.putInt(16, side).putInt(20, side); // IHDR: width, height
    CRC32 checksum = new CRC32();
    checksum.update(png.array(), 12, 17);
    png.putInt(29, (int) checksum.getValue());
    return png.array();
  }

  private void otherPictures() throws IOException {
    Verdict unsupported = Verdict.UNSUPPORTED_INPUT;
    pictures("jpg-cmyk", "JPEGs in CMYK", unsupported, ".jpg", (f, i) -> writeCmyk(f));
    pictures(
        "png-16-bits",
        "PNGs of 16 bits a channel",
        unsupported,
        ".png",
        (file, i) ->
            ImageIO.write(
                new BufferedImage(64, 48, BufferedImage.TYPE_USHORT_GRAY), "png", file.toFile()));
    pictures(
        "tif-16-bits",
        "TIFFs of 16 bits a channel",
        unsupported,
        ".tif",
        (file, i) ->
            ImageIO.write(
                new BufferedImage(64, 48, BufferedImage.TYPE_USHORT_GRAY), "tiff", file.toFile()));
    pictures("gif-animated", "animated GIFs", unsupported, ".gif", (f, i) -> writeAnimation(f));
    pictures(
        "png-animated", "animated PNGs", unsupported, ".png", (f, i) -> writeAnimatedPng(f, i));
  }

  /** Pictures that cost a decoder much more than their bytes and pixels say. */
  private void packedPictures() throws IOException {
    pictures(
        "jpg-of-scans",
        "JPEGs of hundreds of scans",
        Verdict.TOO_LARGE,
        ".jpg",
        (file, i) -> Files.write(file, manyScans(noise(64, 48, i), 400)));
    pictures(
        "png-of-text",
        "PNGs with 300 MB of text in 300 kB",
        Verdict.FEW_IMAGES, // the text is no part of the picture
        ".png",
        (file, i) -> {
          if (i == 0) {
            Files.write(file, withText(300_000_000));
          }
        });
    Path copies = scene("jpg-copies", "one photograph twelve times", Verdict.FEW_IMAGES);
    for (int i = 0; i < 12; i++) {
      TestPictures.jpeg(copies.resolve(i + ".jpg"), 64, 48, 1);
    }
  }

  /** A progressive JPEG whose last scan comes again and again. */
  static byte[] manyScans(BufferedImage picture, int scans) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam progressive = writer.getDefaultWriteParam();
      progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), progressive);
    } finally {
      writer.dispose();
    }
    byte[] jpeg = bytes.toByteArray();
    int last = jpeg.length - 2;
    while (jpeg[last] != (byte) 0xff || jpeg[last + 1] != (byte) 0xda) {
      last--;
    }
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(jpeg, 0, last);
    for (int i = 0; i < scans; i++) {
      many.write(jpeg, last, jpeg.length - 2 - last);
    }
    many.write(jpeg, jpeg.length - 2, 2);
    return many.toByteArray();
  }

  /** A PNG with a palette, whose texts ImageIO reads, and a packed text of spaces. */
  static byte[] withText(long letters) throws IOException {
    return withText("zTXtComment\0\0", letters);
  }

  /** The same with a chunk of text that starts with {@code head}, of kind zTXt or iTXt. */
  static byte[] withText(String head, long letters) throws IOException {
    ByteArrayOutputStream still = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_INDEXED), "png", still);
    byte[] bytes = still.toByteArray();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(head.getBytes(ISO_8859_1));
    try (OutputStream packed = new DeflaterOutputStream(text)) {
      byte[] spaces = new byte[1_000_000];
      Arrays.fill(spaces, (byte) ' ');
      for (long i = 0; i < letters / spaces.length; i++) {
        packed.write(spaces);
      }
    }
    CRC32 checksum = new CRC32();
    checksum.update(text.toByteArray());
    int behindHeader = 33;
    return ByteBuffer.allocate(bytes.length + text.size() + 8)
        .put(bytes, 0, behindHeader)
        .putInt(text.size() - 4)
        .put(text.toByteArray())
        .putInt((int) checksum.getValue())
        .put(bytes, behindHeader, bytes.length - behindHeader)
        .array();
  }

  private static void writeCmyk(Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      Raster inks = Raster.createInterleavedRaster(0, 64, 48, 4, null);
      writer.write(null, new IIOImage(inks, null, null), null);
    } finally {
      writer.dispose();
    }
  }

  private static void writeAnimation(Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < 3; i++) {
        BufferedImage frame = new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_INDEXED);
        writer.writeToSequence(
            new IIOImage(
                frame, null, writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), null)),
            null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  /** A PNG with an acTL chunk after its header. */
  private static void writeAnimatedPng(Path file, int seed) throws IOException {
    ByteArrayOutputStream still = new ByteArrayOutputStream();
    ImageIO.write(noise(64, 48, seed), "png", still);
    byte[] bytes = still.toByteArray();
    ByteBuffer control = ByteBuffer.allocate(20).putInt(8);
    control.put("acTL".getBytes(ISO_8859_1)).putInt(3).putInt(0);
    CRC32 checksum = new CRC32();
    checksum.update(control.array(), 4, 12);
    control.putInt((int) checksum.getValue());
    int behindHeader = 33;
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes, 0, behindHeader);
      out.write(control.array());
      new ByteArrayInputStream(bytes, behindHeader, bytes.length).transferTo(out);
    }
  }

  private void containers() throws IOException {
    container("avif", "AVIF pictures", "\0\0\0\u0018ftypavif");
    container("webp", "WebP pictures", "RIFF\u0010\0\0\0WEBPVP8 ");
    container("mp4", "videos", "\0\0\0\u0018ftypisom");
    container("cr2", "raw pictures of a camera", "II*\0\u0010\0\0\0CR\u0002\0");
    container("pdf", "documents called .jpg", "%PDF-1.7");
  }

  private void container(String kind, String what, String head) throws IOException {
    String suffix = kind.equals("pdf") ? ".jpg" : "." + kind;
    pictures(
        kind + "-pictures",
        what,
        Verdict.UNSUPPORTED_INPUT,
        suffix,
        (file, i) -> Files.write(file, Arrays.copyOf(head.getBytes(ISO_8859_1), 5000 + i)));
  }

  private void names() throws IOException {
    Path dashes = scene("names-of-options", "names that begin with -", Verdict.HOSTILE_INPUT);
    Path controls = scene("names-of-lines", "names that hold line ends", Verdict.HOSTILE_INPUT);
    Path cases = scene("names-by-case", "one name in four ways of case", Verdict.FEW_IMAGES);
    String[] ways = {"a.jpg", "A.jpg", "a.JPG", "A.JPG"};
    for (int i = 0; i < PHOTOGRAPHS; i++) {
      TestPictures.jpeg(dashes.resolve("--option%d.jpg".formatted(i)), 64, 48, i);
      TestPictures.jpeg(controls.resolve("a\n%d.jpg".formatted(i)), 64, 48, i);
      TestPictures.jpeg(cases.resolve(ways[i]), 64, 48, i);
    }
  }
}
