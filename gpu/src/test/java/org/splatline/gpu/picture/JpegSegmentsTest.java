package org.splatline.gpu.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.splatline.gpu.picture.JpegSegments.Segment;

/** The rules of walking a JPEG file. Bytes are hexadecimal. */
class JpegSegmentsTest {
  private static final String START = "ffd8";
  private static final String COMMENT = "fffe 0004 4142";
  private static final String SCAN = "ffda 0003 01";
  private static final String END = "ffd9";

  @TempDir Path folder;

  private static byte[] bytes(String... hex) {
    return HexFormat.of().parseHex(String.join("", hex).replace(" ", ""));
  }

  private static InputStream stream(String... hex) {
    return new ByteArrayInputStream(bytes(hex));
  }

  private static List<Segment> segments(InputStream in) throws IOException {
    JpegSegments walker = new JpegSegments(in);
    List<Segment> segments = new ArrayList<>();
    for (Optional<Segment> next = walker.next(); next.isPresent(); next = walker.next()) {
      segments.add(next.get());
    }
    assertThat(walker.next()).as("the end stays the end").isEmpty();
    return segments;
  }

  /** Markers in order, such as {@code "fe da d9"}. */
  private static String markers(String... hex) throws IOException {
    return String.join(
        " ",
        segments(stream(hex)).stream()
            .map(s -> HexFormat.of().toHexDigits((byte) s.marker()))
            .toList());
  }

  @Test
  void givesSegmentsWithTheirContentAndPlace() throws IOException {
    List<Segment> segments = segments(stream(START, COMMENT, "ffdb 0002", SCAN, "1234", END));
    assertThat(segments).extracting(Segment::marker).containsExactly(0xfe, 0xdb, 0xda, 0xd9);
    assertThat(segments).extracting(Segment::offset).containsExactly(6L, 12L, 16L, 21L);
    assertThat(segments.get(0).content()).isEqualTo("AB".getBytes(StandardCharsets.US_ASCII));
    assertThat(segments.get(0).endOffset()).isEqualTo(8);
    assertThat(segments.get(1).content()).isEmpty();
  }

  @Test
  void readsNothingFromOtherFiles() throws IOException {
    assertThat(markers("")).isEmpty();
    assertThat(markers("ff")).isEmpty();
    assertThat(markers(START)).isEmpty();
    assertThat(markers("89504e47", COMMENT, END)).isEmpty();
    assertThat(markers(COMMENT, END)).as("no start of image").isEmpty();
  }

  @Test
  void skipsFillBytes() throws IOException {
    assertThat(markers(START, "ffffff", COMMENT, "ff", SCAN, "12 ffff", END)).isEqualTo("fe da d9");
  }

  @Test
  void skipsMarkersWithoutLength() throws IOException {
    assertThat(markers(START, "ff01", "ffd0", COMMENT, "ffd7 ff01", END)).isEqualTo("fe d9");
  }

  @Test
  void findsTheEndOfCompressedData() throws IOException {
    assertThat(markers(START, SCAN, "ff00 ffd0 12 ffd7 ff00 fe ffff00", END)).isEqualTo("da d9");
    assertThat(markers(START, SCAN, "12 ff")).isEqualTo("da");
    assertThat(markers(START, SCAN, "12 ff00")).isEqualTo("da");
    assertThat(markers(START, SCAN, END)).as("no data").isEqualTo("da d9");
  }

  @Test
  void readsTablesBetweenProgressiveScans() throws IOException {
    assertThat(markers(START, SCAN, "12", "ffc4 0003 00", SCAN, "34", COMMENT, SCAN, "56", END))
        .isEqualTo("da c4 da fe da d9");
  }

  /** Markers inside a segment, such as a thumbnail's, are content. */
  @Test
  void doesNotLookIntoSegments() throws IOException {
    assertThat(markers(START, "ffe1 0008 ffd8 ffda ffd9", SCAN, END)).isEqualTo("e1 da d9");
  }

  /** Phones append further pictures (MPF), videos and padding. */
  @Test
  void stopsAtTheEndOfTheFirstPicture() throws IOException {
    assertThat(markers(START, SCAN, "12", END, START, COMMENT, SCAN, END)).isEqualTo("da d9");
    assertThat(markers(START, SCAN, "12", END, "00000018 66747970")).isEqualTo("da d9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12 fffe 0004 4142", // no marker where one is due
        "ff00 0004 4142", // stuffing outside of compressed data
        "fffe 0000", // a length must count itself
        "fffe 0001 41",
        "ffd8 ffd9", // a second start
        "fffe", // cut off
        "fffe 00",
        "fffe 0004",
        "fffe 0004 41",
        "ff",
        ""
      })
  void stopsAtDamage(String damaged) throws IOException {
    assertThat(markers(START, COMMENT, damaged)).isEqualTo("fe");
    assertThat(JpegSegments.isWhole(stream(START, COMMENT, damaged))).isFalse();
  }

  /** Segments may be longer than the buffer that the file is read through. */
  @Test
  void readsSegmentsLargerThanItsBuffer() throws IOException {
    byte[] content = new byte[65_533];
    new Random(1).nextBytes(content);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(bytes(START));
    for (int i = 0; i < 3; i++) {
      file.write(bytes("ffe2 ffff"));
      file.write(content);
    }
    file.write(bytes(SCAN));
    file.write(new byte[100_000]);
    file.write(bytes(END));
    List<Segment> segments = segments(new ByteArrayInputStream(file.toByteArray()));
    assertThat(segments).extracting(Segment::marker).containsExactly(0xe2, 0xe2, 0xe2, 0xda, 0xd9);
    assertThat(segments.get(2).content()).isEqualTo(content);
    assertThat(segments.get(2).offset()).isEqualTo(2 + 2 * 65_537 + 4);
    assertThat(segments.get(4).offset()).isEqualTo(file.size());
  }

  /** Streams may return fewer bytes than were asked for. */
  @Test
  void readsFromSlowStreams() throws IOException {
    InputStream slow =
        new ByteArrayInputStream(bytes(START, COMMENT, SCAN, "ff00 12", END)) {
          @Override
          public synchronized int read(byte[] to, int from, int length) {
            return super.read(to, from, Math.min(1, length));
          }
        };
    assertThat(segments(slow)).extracting(Segment::marker).containsExactly(0xfe, 0xda, 0xd9);
  }

  @Test
  void tellsFrameHeadersFromTablesBetweenThem() throws IOException {
    for (int marker = 0xc0; marker <= 0xcf; marker++) {
      Segment segment = new Segment(marker, 0, new byte[0]);
      assertThat(segment.isFrame())
          .as("marker %x", marker)
          .isEqualTo(!List.of(0xc4, 0xc8, 0xcc).contains(marker));
    }
    assertThat(new Segment(0xdb, 0, new byte[0]).isFrame()).isFalse();
  }

  @Test
  void findsEveryExifSegmentInFrontOfTheScan() throws IOException {
    String exif = "ffe1 000a 457869660000 4949";
    String xmp = "ffe1 0008 68747470 3a2f";
    String jfif = "ffe0 0004 4a46";
    String noSignature = "ffe1 0008 45786966 4949"; // Exif, but no zeros
    String otherMarker = "ffe2 000a 457869660000 4949";
    InputStream file =
        stream(START, jfif, xmp, exif, noSignature, otherMarker, COMMENT, exif, SCAN, exif, END);
    List<Segment> found = JpegSegments.exif(file);
    assertThat(found).extracting(Segment::offset).containsExactly(22L, 62L);
    assertThat(found).extracting(Segment::tiffOffset).containsExactly(28L, 68L);
    assertThat(JpegSegments.exif(stream(START, xmp, SCAN, END))).isEmpty();
  }

  @Test
  void addsExifBehindTheStart() throws IOException {
    byte[] file = JpegSegments.withExif(bytes(START, COMMENT, SCAN, END), bytes("4949 2a00"));
    assertThat(file).isEqualTo(bytes(START, "ffe1 000c 457869660000 49492a00", COMMENT, SCAN, END));
    assertThat(JpegSegments.exif(new ByteArrayInputStream(file)))
        .extracting(Segment::tiffOffset)
        .containsExactly(12L);
  }

  /** A complete file has an end; a file that is cut off anywhere has none. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void seesWhetherEncodedPicturesAreWhole(boolean progressive) throws IOException {
    Path source = TestPictures.write(folder.resolve("s.png"), 64, 48);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    Path file = folder.resolve("p.jpg");
    BufferedImage image = ImageIO.read(source.toFile());
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    byte[] whole = Files.readAllBytes(file);
    assertThat(JpegSegments.isWhole(new ByteArrayInputStream(whole))).isTrue();
    for (int length = 0; length < whole.length; length++) {
      assertThat(JpegSegments.isWhole(new ByteArrayInputStream(whole, 0, length)))
          .as("%d of %d bytes", length, whole.length)
          .isFalse();
    }
  }
}
