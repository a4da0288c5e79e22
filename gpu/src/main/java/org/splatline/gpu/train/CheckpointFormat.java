package org.splatline.gpu.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.splatline.gpu.backend.Exposures;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;
import org.splatline.gpu.io.AtomicFile;
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

  /** Writes the whole file or none; see {@link AtomicFile}. */
  static void write(Checkpoint checkpoint, Path file) throws IOException {
    Map<String, float[]> arrays = arrays(checkpoint.state());
    arrays.putAll(arrays(checkpoint.exposures()));
    byte[] header = JSON.writeValueAsBytes(header(checkpoint, arrays));
    AtomicFile.write(
        file,
        raw -> {
          Sha256 sum = new Sha256();
          OutputStream out = sum.copyingTo(raw);
          ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
          out.write(prefix.put(MAGIC).putInt(VERSION).putInt(header.length).array());
          out.write(header);
          for (float[] array : arrays.values()) {
            write(array, out);
          }
          raw.write(sum.bytes());
        });
  }

  private static void write(float[] array, OutputStream out) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : array) {
      chunk.putFloat(value);
      if (!chunk.hasRemaining()) {
        out.write(chunk.array());
        chunk.clear();
      }
    }
    out.write(chunk.array(), 0, chunk.position());
  }

  private static ObjectNode header(Checkpoint checkpoint, Map<String, float[]> arrays) {
    ObjectNode header = JSON.createObjectNode();
    header.put("step", checkpoint.step());
    header.put("seed", checkpoint.seed());
    header.put("config_hash", checkpoint.configHash());
    header.put("training_hash", checkpoint.trainingHash());
    header.put("scene_fingerprint", checkpoint.sceneFingerprint());
    header.set("schedule", schedule(checkpoint.schedule()));
    header.put("sh_degree", checkpoint.state().parameters().shDegree());
    header.put("gaussians", checkpoint.state().size());
    if (!checkpoint.exposures().isEmpty()) {
      header.put("exposures", checkpoint.exposures().size());
    }
    ArrayNode list = header.putArray("arrays");
    long offset = 0;
    for (Map.Entry<String, float[]> array : arrays.entrySet()) {
      ObjectNode entry = list.addObject();
      entry.put("name", array.getKey());
      entry.put("dtype", "float32");
      entry.putArray("shape").add(array.getValue().length);
      entry.put("offset", offset);
      offset += (long) Float.BYTES * array.getValue().length;
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

  private static Map<String, float[]> arrays(GaussianState state) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (ParameterFamily family : ParameterFamily.values()) {
      String name = family.glossaryName();
      if (state.parameters().width(family) == 0) {
        continue; // no masks are learned
      }
      arrays.put(name, state.parameters().array(family));
      arrays.put(name + ".firstMoment", state.firstMoments().array(family));
      arrays.put(name + ".secondMoment", state.secondMoments().array(family));
    }
    arrays.put("gradientSums", state.gradientSums());
    arrays.put("gradientCounts", state.gradientCounts());
    return arrays;
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
   * Throws {@link IOException} if the file is truncated, is no checkpoint or has another version.
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
    int n = header.path("gaussians").asInt();
    int degree = header.path("sh_degree").asInt();
    Gaussians zeros = Gaussians.zeros(n, degree);
    GaussianState state = GaussianState.of(hasMasks(header) ? zeros.withMasks(0) : zeros);
    Exposures exposures = Exposures.identity(header.path("exposures").asInt());
    Map<String, float[]> arrays = arrays(state);
    arrays.putAll(arrays(exposures));
    for (JsonNode entry : header.path("arrays")) {
      float[] array = arrays.remove(entry.path("name").asText());
      if (array != null) {
        read(channel, start + entry.path("offset").asLong(), array);
      }
    }
    if (!arrays.isEmpty()) {
      throw refused(file, "it lacks " + arrays.keySet());
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

  private static boolean hasMasks(JsonNode header) {
    return header
        .path("arrays")
        .findValuesAsText("name")
        .contains(ParameterFamily.MASK_LOGITS.glossaryName());
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
  private static void read(FileChannel channel, long position, float[] array) throws IOException {
    for (int from = 0; from < array.length; from += CHUNK) {
      int length = Math.min(CHUNK, array.length - from);
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
