package org.splatline.gpu.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.gaussian.TrainingState;
import org.splatline.gpu.gaussian.TrainingState.Moment;
import org.splatline.gpu.gaussian.TrainingState.Statistic;
import org.splatline.gpu.io.Parsers;
import org.splatline.gpu.io.Sha256;

/**
 * Reads and writes the file of a {@link Checkpoint}. It consists of magic, u32 version, u32 header
 * length, JSON header (step, seed, config_hash, training_hash, scene_fingerprint, schedule, number
 * of exposures if there are any, arrays with name, dtype, shape, offset), float32 arrays, and the
 * SHA-256 of everything before it. Numbers are little-endian. Offsets count from the end of the
 * header.
 */
final class CheckpointFormat {
  private static final byte[] MAGIC = "SPLATCKP".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;
  private static final int PREFIX = MAGIC.length + 8;
  private static final int DIGEST = Sha256.BYTES;
  private static final int CHUNK = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper(Parsers.json());

  private CheckpointFormat() {}

  /** An array of a checkpoint: {@code length} floats, {@code width} in each row. */
  private record Part(String name, int width, long length, Rows rows) {
    int count() {
      return (int) (length / width);
    }
  }

  /** Reads rows of an array. */
  private interface Rows {
    void read(int firstRow, int rows, float[] into);
  }

  /**
   * Writes a file, part by part. It is not yet synced to the disk: see {@link
   * org.splatline.gpu.io.AtomicFile#publish}.
   */
  static void write(Checkpoint checkpoint, Path file) throws IOException {
    List<Part> parts = parts(checkpoint.state());
    parts.addAll(parts(checkpoint.exposures()));
    byte[] header = JSON.writeValueAsBytes(header(checkpoint, parts));
    try (OutputStream raw = Files.newOutputStream(file)) {
      Sha256 sum = new Sha256();
      OutputStream out = sum.copyingTo(raw);
      ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
      out.write(prefix.put(MAGIC).putInt(VERSION).putInt(header.length).array());
      out.write(header);
      for (Part part : parts) {
        write(part, out);
      }
      raw.write(sum.bytes());
    }
  }

  private static void write(Part part, OutputStream out) throws IOException {
    int most = Math.min(TrainingState.PART, part.count());
    float[] values = new float[most * part.width()];
    ByteBuffer chunk =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < part.count(); row += most) {
      int rows = Math.min(most, part.count() - row);
      part.rows().read(row, rows, values);
      chunk.asFloatBuffer().put(values, 0, rows * part.width());
      out.write(chunk.array(), 0, Float.BYTES * rows * part.width());
    }
  }

  private static ObjectNode header(Checkpoint checkpoint, List<Part> parts) {
    ObjectNode header = JSON.createObjectNode();
    header.put("step", checkpoint.step());
    header.put("seed", checkpoint.seed());
    header.put("config_hash", checkpoint.configHash());
    header.put("training_hash", checkpoint.trainingHash());
    header.put("scene_fingerprint", checkpoint.sceneFingerprint());
    header.set("schedule", schedule(checkpoint.schedule()));
    header.put("sh_degree", checkpoint.state().shDegree());
    header.put("gaussians", checkpoint.state().size());
    if (!checkpoint.exposures().isEmpty()) {
      header.put("exposures", checkpoint.exposures().size());
    }
    ArrayNode list = header.putArray("arrays");
    long offset = 0;
    for (Part part : parts) {
      ObjectNode entry = list.addObject();
      entry.put("name", part.name());
      entry.put("dtype", "float32");
      entry.putArray("shape").add(part.length());
      entry.put("offset", offset);
      offset += Float.BYTES * part.length();
    }
    return header;
  }

  private static ObjectNode schedule(ScheduleState state) {
    PlateauRule.State plateau = state.plateau();
    ObjectNode node = JSON.createObjectNode();
    node.put("first_prune_gaussians", state.firstPruneGaussians());
    node.put("anneals_after", state.annealsAfter());
    node.putObject("plateau")
        .put("best", text(plateau.best()))
        .put("best_step", plateau.bestStep())
        .put("sum", text(plateau.sum()))
        .put("count", plateau.count())
        .put("last", text(plateau.last()));
    return node;
  }

  /** JSON has no NaN, so numbers are written as text. */
  private static String text(double value) {
    return Double.toString(value);
  }

  private static ScheduleState schedule(JsonNode node) {
    JsonNode plateau = node.path("plateau");
    return new ScheduleState(
        node.path("first_prune_gaussians").asInt(),
        new PlateauRule.State(
            Double.parseDouble(plateau.path("best").asText()),
            plateau.path("best_step").asInt(),
            Double.parseDouble(plateau.path("sum").asText()),
            plateau.path("count").asInt(),
            Double.parseDouble(plateau.path("last").asText())),
        node.path("anneals_after").asInt());
  }

  private static List<Part> parts(TrainingState state) {
    List<Part> parts = new ArrayList<>();
    for (ParameterFamily family : ParameterFamily.values()) {
      int width = state.width(family);
      if (width == 0) {
        continue; // no masks are learned
      }
      for (Moment moment : Moment.values()) {
        parts.add(
            new Part(
                name(moment, family),
                width,
                (long) width * state.size(),
                (row, rows, into) -> state.read(moment, family, row, rows, into)));
      }
    }
    for (Statistic statistic : Statistic.values()) {
      parts.add(
          new Part(
              name(statistic),
              1,
              state.size(),
              (row, rows, into) -> state.read(statistic, row, rows, into)));
    }
    return parts;
  }

  private static String name(Moment moment, ParameterFamily family) {
    return family.glossaryName()
        + switch (moment) {
          case VALUE -> "";
          case FIRST -> ".firstMoment";
          case SECOND -> ".secondMoment";
        };
  }

  private static String name(Statistic statistic) {
    return switch (statistic) {
      case GRADIENT_SUMS -> "gradientSums";
      case GRADIENT_COUNTS -> "gradientCounts";
    };
  }

  private static List<Part> parts(Exposures exposures) {
    List<Part> parts = new ArrayList<>();
    arrays(exposures)
        .forEach(
            (name, array) ->
                parts.add(
                    new Part(
                        name,
                        1,
                        array.length,
                        (row, rows, into) -> System.arraycopy(array, row, into, 0, rows))));
    return parts;
  }

  private static Map<String, float[]> arrays(Exposures exposures) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    if (!exposures.isEmpty()) {
      arrays.put("exposures", exposures.transforms());
      arrays.put("exposures.firstMoment", exposures.firstMoments());
      arrays.put("exposures.secondMoment", exposures.secondMoments());
      arrays.put("exposures.counts", exposures.counts());
    }
    return arrays;
  }

  /**
   * Checks the whole file, and reads all but the Gaussians: their state reads the file when it is
   * asked, so the file must stay.
   *
   * @throws IOException if the file is truncated, is no checkpoint or has another version
   */
  static Checkpoint read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, channel);
    }
  }

  private static Checkpoint read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] prefix = size < PREFIX + DIGEST ? new byte[PREFIX] : read(channel, 0, PREFIX);
    if (!Arrays.equals(prefix, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw refused(file, "it is not a checkpoint");
    }
    int version = littleEndian(prefix).getInt(MAGIC.length);
    if (version != VERSION) {
      throw refused(
          file, "its version is %d, but this program reads version %d".formatted(version, VERSION));
    }
    byte[] stored = read(channel, size - DIGEST, DIGEST);
    if (!Arrays.equals(digest(channel, size - DIGEST), stored)) {
      throw refused(file, "its checksum doesn't match: it is truncated or damaged");
    }
    int headerLength = littleEndian(prefix).getInt(MAGIC.length + 4);
    JsonNode header = JSON.readTree(read(channel, PREFIX, headerLength));
    long start = (long) PREFIX + headerLength;
    Map<String, Long> places = new HashMap<>();
    for (JsonNode entry : header.path("arrays")) {
      places.put(entry.path("name").asText(), start + entry.path("offset").asLong());
    }
    FileState state =
        new FileState(
            file,
            header.path("gaussians").asInt(),
            header.path("sh_degree").asInt(),
            places.containsKey(ParameterFamily.MASK_LOGITS.glossaryName()),
            places);
    Exposures exposures = Exposures.identity(header.path("exposures").asInt());
    Map<String, float[]> arrays = arrays(exposures);
    List<String> lacking =
        Stream.concat(parts(state).stream().map(Part::name), arrays.keySet().stream())
            .filter(name -> !places.containsKey(name))
            .toList();
    if (!lacking.isEmpty()) {
      throw refused(file, "it lacks " + lacking);
    }
    for (Map.Entry<String, float[]> array : arrays.entrySet()) {
      read(channel, places.get(array.getKey()), array.getValue(), array.getValue().length);
    }
    return new Checkpoint(
        header.path("step").asInt(),
        header.path("seed").asLong(),
        header.path("config_hash").asText(),
        header.path("training_hash").asText(),
        header.path("scene_fingerprint").asText(),
        schedule(header.path("schedule")),
        state,
        exposures);
  }

  /**
   * The Gaussians in a file.
   *
   * @param places where each array begins
   */
  private record FileState(
      Path file, int size, int shDegree, boolean hasMasks, Map<String, Long> places)
      implements TrainingState {
    @Override
    public void read(Moment moment, ParameterFamily family, int row, int rows, float[] into) {
      read(name(moment, family), width(family), row, rows, into);
    }

    @Override
    public void read(Statistic statistic, int row, int rows, float[] into) {
      read(name(statistic), 1, row, rows, into);
    }

    private void read(String name, int width, int row, int rows, float[] into) {
      long position = places.get(name) + (long) Float.BYTES * row * width;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        CheckpointFormat.read(channel, position, into, rows * width);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot resume from %s: reading it failed (%s)".formatted(file, e.getMessage()), e);
      }
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] read(FileChannel channel, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new EOFException("the file is shorter than its header says");
      }
    }
    return bytes;
  }

  /** Reads in parts, because arrays of millions of Gaussians do not fit into one buffer. */
  private static void read(FileChannel channel, long position, float[] array, int count)
      throws IOException {
    for (int from = 0; from < count; from += CHUNK) {
      int length = Math.min(CHUNK, count - from);
      littleEndian(read(channel, position + (long) Float.BYTES * from, Float.BYTES * length))
          .asFloatBuffer()
          .get(array, from, length);
    }
  }

  private static byte[] digest(FileChannel channel, long length) throws IOException {
    Sha256 sum = new Sha256();
    for (long from = 0; from < length; from += CHUNK) {
      sum.add(read(channel, from, (int) Math.min(CHUNK, length - from)));
    }
    return sum.bytes();
  }

  private static IOException refused(Path file, String why) {
    return new IOException("Cannot resume from %s: %s. Delete it".formatted(file, why));
  }
}
