package org.splatline.pipeline.emr;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Reads conf/ as strictly as can be, and the policies of conf/emr/base.yaml. */
public final class EmrTemplates {
  private static final Path CONF = Path.of("").toAbsolutePath().getParent().resolve("conf");

  private EmrTemplates() {}

  /**
   * The content of a JSON or YAML file.
   *
   * @throws IOException also for a key that appears twice and for anything after the value
   */
  public static JsonNode strictly(Path file) throws IOException {
    if (file.toString().endsWith(".json")) {
      return JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(file.toFile());
    }
    return YAMLMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build()
        .readTree(file.toFile());
  }

  /** The statements of a role or policy of the base stack. */
  public static Iterable<JsonNode> statements(String resource) throws IOException {
    JsonNode properties =
        strictly(CONF.resolve("emr/base.yaml")).at("/Resources/" + resource + "/Properties");
    return properties.findValues("Statement").stream()
        .filter(list -> !list.equals(properties.at("/AssumeRolePolicyDocument/Statement")))
        .flatMap(list -> list.findParents("Action").stream())
        .toList();
  }

  /** All actions that a role or policy of the base stack grants. */
  public static Set<String> actions(String resource) throws IOException {
    Set<String> actions = new TreeSet<>();
    for (JsonNode statement : statements(resource)) {
      actions.addAll(actions(statement));
    }
    return actions;
  }

  /** The actions of one statement. */
  public static Set<String> actions(JsonNode statement) {
    Set<String> actions = new TreeSet<>();
    JsonNode action = statement.path("Action");
    if (action.isTextual()) {
      actions.add(action.asText());
    }
    action.forEach(one -> actions.add(one.asText()));
    return actions;
  }
}
