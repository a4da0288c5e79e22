package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.io.Parsers;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.store.StoredFile;

/**
 * A batch, named scene by scene with one JSON object per line: {@code {"id": "garden", "source":
 * "s3a://uploads/7f/garden.zip", "priority": "high", "tenant": "acme"}}. A source without a scheme
 * is relative to the manifest's folder; priority and tenant are optional. A source that {@link
 * SourceRoots} refuse is still a scene, with a verdict.
 */
final class BatchManifest {
  static final String SUFFIX = ".jsonl";
  private static final int MOST_SHOWN = 200;
  private static final long MOST_BYTES = 64L << 20; // some 500,000 scenes
  private static final ObjectMapper MAPPER = new ObjectMapper(Parsers.json());
  private static final Set<String> KEYS = Set.of("id", "source", "priority", "tenant");

  private BatchManifest() {}

  /**
   * @param place the scene's folder or archive
   * @param priority null: not given
   * @param tenant whose scene it is; empty: not given
   * @param refusal why the place must not be opened, one sentence; empty: it may
   */
  record Entry(Place place, ScenePriority priority, String tenant, String refusal) {}

  /**
   * The scenes by name. Throws {@link ConfigException} that names the line which is wrong, or when
   * the file is too large to be read.
   *
   * @param roots what local sources are below; empty: the manifest's folder
   */
  static Map<String, Entry> read(Location manifest, List<String> roots) {
    requireSmall(manifest);
    Location folder = manifest.parent();
    SourceRoots allowed =
        new SourceRoots(
            roots.isEmpty() ? List.of(folder.place()) : roots.stream().map(Place::parse).toList());
    byte[] content =
        folder
            .find(manifest.name())
            .orElseThrow(
                () ->
                    new ConfigException(
                        "Cannot read scenes from %s: there is no such file. Give input.path a .jsonl file or a folder"
                            .formatted(manifest)));
    Map<String, Entry> scenes = new TreeMap<>();
    List<String> lines = new String(content, UTF_8).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        String where = "line %d of %s".formatted(i + 1, manifest);
        JsonNode json = parse(lines.get(i), where);
        String id = text(json, "id", where);
        SceneNames.objection(id)
            .ifPresent(
                why -> {
                  throw refusal(where, "id %s %s".formatted(id, why));
                });
        Entry entry =
            entry(
                id,
                text(json, "source", where),
                folder,
                allowed,
                priority(json, where),
                json.has("tenant") ? text(json, "tenant", where) : "");
        if (scenes.put(id, entry) != null) {
          throw refusal(where, "scene " + id + " is listed twice");
        }
      }
    }
    if (scenes.isEmpty()) {
      throw refusal(manifest.uri(), "it is empty");
    }
    return scenes;
  }

  private static void requireSmall(Location manifest) {
    long bytes = manifest.asFile().map(StoredFile::bytes).orElse(0L);
    if (bytes > MOST_BYTES) {
      throw new ConfigException(
          "Cannot read scenes from %s: it has %s, at most %s are allowed. Split it into several batches"
              .formatted(manifest, Bytes.text(bytes), Bytes.text(MOST_BYTES)));
    }
  }

  private static JsonNode parse(String line, String where) {
    try {
      JsonNode json = MAPPER.readTree(line);
      if (!json.isObject()) {
        throw refusal(where, "it is not a JSON object");
      }
      Set<String> unknown = new TreeSet<>();
      json.fieldNames().forEachRemaining(unknown::add);
      unknown.removeAll(KEYS);
      if (!unknown.isEmpty()) {
        throw refusal(where, "key " + unknown.iterator().next() + " is not known");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw refusal(where, "it is not JSON (" + e.getOriginalMessage() + ")");
    }
  }

  private static String text(JsonNode json, String key, String where) {
    String text = json.path(key).asText("");
    if (text.isBlank()) {
      throw refusal(where, key + " is missing");
    }
    return text;
  }

  private static Entry entry(
      String id,
      String source,
      Location folder,
      SourceRoots allowed,
      ScenePriority priority,
      String tenant) {
    Place place;
    Optional<String> objection;
    try {
      place = place(folder, source);
      objection =
          PlainText.isOdd(source)
              ? Optional.of("holds a control character, or one that can't be seen")
              : allowed.objection(place);
    } catch (IllegalArgumentException e) {
      place = folder.place();
      objection = Optional.of("names no place (%s)".formatted(e.getMessage()));
    }
    String refusal =
        objection
            .map(
                why ->
                    "Cannot ingest scene %s: its source %s %s. Give an s3a:// place, or a path below a folder of input.roots."
                        .formatted(id, shown(source), why))
            .orElse("");
    return new Entry(place, priority, tenant, refusal);
  }

  private static String shown(String source) {
    return source.length() > MOST_SHOWN ? source.substring(0, MOST_SHOWN) + "…" : source;
  }

  private static Place place(Location folder, String source) {
    return source.startsWith("/") || Place.hasScheme(source)
        ? Place.parse(source)
        : folder.at(source).place();
  }

  private static ScenePriority priority(JsonNode json, String where) {
    String word = json.path("priority").asText("");
    if (word.isEmpty()) {
      return null;
    }
    return Arrays.stream(ScenePriority.values())
        .filter(priority -> priority.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(() -> refusal(where, "priority " + word + " is not high, normal or low"));
  }

  private static ConfigException refusal(String where, String why) {
    return new ConfigException(
        "Cannot read %s: %s. Write one line {\"id\": \"garden\", \"source\": \"folder or archive\"} for each scene"
            .formatted(where, why));
  }
}
