package org.splatline.pipeline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EditDistance;
import org.splatline.gpu.io.Parsers;

/**
 * A job as the users' earlier pipeline took it, as a run of one scene: docs/operations/legacy.md.
 *
 * @param runId the job's name; other steps than the first have it as their suffix, so that each
 *     step of a job is a run that can be resumed
 * @param sceneId the job's name, so that later steps replace its results
 * @param source where the scene is; not checked yet
 * @param hasEmail whether somebody wanted mail, which Splatline does not send
 */
record LegacyJob(String runId, String sceneId, String source, boolean hasEmail) {
  private static final int MOST_CHARACTERS = 1 << 16;
  private static final List<String> KEYS =
      List.of("jobId", "s3Url", "email", "pipelineStep", "existingColmapUri");

  private static final String FIRST_STEP = "sfm";

  /** The steps that a job could begin with, and whether it then brought its cameras. */
  private static final Map<String, Boolean> STEPS =
      Map.of(FIRST_STEP, false, "3dgs", true, "compression", false);

  /** https://bucket.s3.amazonaws.com/key, with or without a region. */
  private static final Pattern BUCKET_IN_HOST =
      Pattern.compile("([a-z0-9][a-z0-9.-]*)\\.s3[.-](?:[a-z0-9-]+\\.)?amazonaws\\.com");

  /** https://s3.amazonaws.com/bucket/key, with or without a region. */
  private static final Pattern BUCKET_IN_PATH =
      Pattern.compile("s3[.-](?:[a-z0-9-]+\\.)?amazonaws\\.com");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              Parsers.jsonBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads a job. Throws {@link ConfigException} that names what is wrong.
   *
   * @param name of a job without {@code jobId}
   */
  static LegacyJob read(String json, String name) {
    JsonNode job = parse(json);
    for (var field : job.properties()) {
      if (!KEYS.contains(field.getKey())) {
        throw refusal(
            "field %s is not known. Nearest: %s. Give settings of training with --set or --config"
                .formatted(field.getKey(), EditDistance.nearest(field.getKey(), KEYS)));
      }
      if (!field.getValue().isTextual()) {
        throw refusal("%s is not a text: %s".formatted(field.getKey(), field.getValue()));
      }
    }
    String step = job.path("pipelineStep").asText(FIRST_STEP);
    if (!STEPS.containsKey(step)) {
      throw refusal("pipelineStep %s is not sfm, 3dgs or compression".formatted(step));
    }
    String scene = RunIds.checked("jobId", job.path("jobId").asText(name));
    String existing = job.path("existingColmapUri").asText("");
    if (existing.isBlank() && STEPS.get(step)) {
      throw refusal(
          "pipelineStep 3dgs needs existingColmapUri, the folder with sparse/0 and images");
    }
    if (!existing.isBlank() && step.equals(FIRST_STEP)) {
      throw refusal("existingColmapUri has no use with pipelineStep sfm: use 3dgs");
    }
    String uploaded = job.path("s3Url").asText("");
    if (uploaded.isBlank() && existing.isBlank()) {
      throw refusal("s3Url is missing");
    }
    return new LegacyJob(
        step.equals(FIRST_STEP) ? scene : scene + "-" + step,
        scene,
        place(existing.isBlank() ? uploaded : existing),
        !job.path("email").asText("").isBlank());
  }

  private static JsonNode parse(String json) {
    if (json.length() > MOST_CHARACTERS) {
      throw refusal(
          "it has %d characters, at most %d are read".formatted(json.length(), MOST_CHARACTERS));
    }
    try {
      JsonNode job = MAPPER.readTree(json);
      if (!job.isObject()) {
        throw refusal("it is not a JSON object");
      }
      return job;
    } catch (JsonProcessingException e) {
      throw refusal("it is not JSON (" + e.getOriginalMessage() + ")");
    }
  }

  /** An address of S3's web server as a place of S3; any other place as it is. */
  private static String place(String url) {
    if (!url.matches("(?i)https?:.*")) {
      return url;
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw refusal("%s is not an address (%s)".formatted(url, e.getReason()));
    }
    String host = uri.getHost() == null ? "" : uri.getHost();
    String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    if (uri.getQuery() != null || uri.getUserInfo() != null || uri.getPort() != -1) {
      throw refusal("%s has more than a bucket and a key".formatted(url));
    }
    Matcher inHost = BUCKET_IN_HOST.matcher(host);
    if (inHost.matches() && !path.isEmpty()) {
      return "s3a://%s/%s".formatted(inHost.group(1), path);
    }
    if (BUCKET_IN_PATH.matcher(host).matches() && path.indexOf('/') > 0) {
      return "s3a://" + path;
    }
    throw refusal("%s is not on S3".formatted(url));
  }

  /** The batch as a manifest for {@code input.path}, whose rules hold for its source. */
  String manifest() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    return line.put("id", sceneId).put("source", source) + "\n";
  }

  private static ConfigException refusal(String why) {
    return new ConfigException(
        "Cannot read the job: %s. Write {\"jobId\": \"7f\", \"s3Url\": \"s3://uploads/7f.zip\", \"pipelineStep\": \"sfm\"}"
            .formatted(why));
  }
}
