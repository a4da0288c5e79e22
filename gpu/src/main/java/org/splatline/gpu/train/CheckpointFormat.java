package org.splatline.gpu.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.gaussian.ParameterFamily;

/**
 * The file of a {@link Checkpoint}: magic, u32 version, u32 header length, JSON header (step, seed,
 * config_hash, scene_fingerprint, arrays with name, dtype, shape, offset), float32 arrays, SHA-256
 * of all before; little-endian. Offsets count from the end of the header.
 */
final class CheckpointFormat {
  private static final byte[] MAGIC = "SPLATCKP".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int PREFIX = MAGIC.length + 8;
  private static final int DIGEST = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckpointFormat() {}

  /** Writes to a temporary name beside {@code file}, then renames. */
  static void write(Checkpoint checkpoint, Path file) throws IOException {
    Map<String, float[]> arrays = arrays(checkpoint.state());
    byte[] header = JSON.writeValueAsBytes(header(checkpoint, arrays));
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    MessageDigest digest = sha256();
    try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(temporary))) {
      OutputStream out = new DigestOutputStream(raw, digest);
      ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
      out.write(prefix.put(MAGIC).putInt(VERSION).putInt(header.length).array());
      out.write(header);
      for (float[] array : arrays.values()) {
        write(array, out);
      }
      raw.write(digest.digest());
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
    header.put("scene_fingerprint", checkpoint.sceneFingerprint());
    header.put("sh_degree", checkpoint.state().parameters().shDegree());
    header.put("gaussians", checkpoint.state().size());
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

  private static Map<String, float[]> arrays(GaussianState state) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (ParameterFamily family : ParameterFamily.values()) {
      String name = family.glossaryName();
      arrays.put(name, state.parameters().array(family));
      arrays.put(name + ".firstMoment", state.firstMoments().array(family));
      arrays.put(name + ".secondMoment", state.secondMoments().array(family));
    }
    arrays.put("gradientSums", state.gradientSums());
    arrays.put("gradientCounts", state.gradientCounts());
    return arrays;
  }

  /** Throws {@link IOException} with a sentence when the file is truncated, foreign or newer. */
  static Checkpoint read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < PREFIX + DIGEST
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw refused(file, "it is no checkpoint of ours");
    }
    int version = in.getInt(MAGIC.length);
    if (version != VERSION) {
      throw refused(file, "its version is %d, this program reads %d".formatted(version, VERSION));
    }
    MessageDigest digest = sha256();
    digest.update(bytes, 0, bytes.length - DIGEST);
    byte[] stored = Arrays.copyOfRange(bytes, bytes.length - DIGEST, bytes.length);
    if (!MessageDigest.isEqual(digest.digest(), stored)) {
      throw refused(file, "its checksum doesn't match: it is truncated or damaged");
    }
    int headerLength = in.getInt(MAGIC.length + 4);
    JsonNode header = JSON.readTree(bytes, PREFIX, headerLength);
    in.position(PREFIX + headerLength);
    int n = header.path("gaussians").asInt();
    int degree = header.path("sh_degree").asInt();
    GaussianState state =
        new GaussianState(
            Gaussians.zeros(n, degree),
            Gaussians.zeros(n, degree),
            Gaussians.zeros(n, degree),
            new float[n],
            new float[n]);
    Map<String, float[]> arrays = arrays(state);
    for (JsonNode entry : header.path("arrays")) {
      float[] array = arrays.remove(entry.path("name").asText());
      if (array != null) {
        in.position(PREFIX + headerLength + entry.path("offset").asInt());
        in.asFloatBuffer().get(array);
      }
    }
    if (!arrays.isEmpty()) {
      throw refused(file, "it lacks " + arrays.keySet());
    }
    return new Checkpoint(
        header.path("step").asInt(),
        header.path("seed").asLong(),
        header.path("config_hash").asText(),
        header.path("scene_fingerprint").asText(),
        state);
  }

  private static IOException refused(Path file, String why) {
    return new IOException(
        "Cannot resume from %s: %s. Delete it or name another".formatted(file, why));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot check checkpoints: this JVM lacks SHA-256", e);
    }
  }
}
