package org.splatline.gpu.config.earlier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.splatline.gpu.config.ConfigurationReader;

/** A file as users have it, for tests. */
public final class EarlierFiles {
  private EarlierFiles() {}

  /** A progressive_config.yaml with every earlier name once. */
  public static String users() {
    return text("progressive_config.yaml");
  }

  /** Defaults and a profile. */
  static ObjectNode inherited(String profile) {
    return tree(ConfigurationReader.withDefaultProfile(profile).read().canonicalJson());
  }

  static EarlierTable table() {
    return new EarlierTable(tree(text("/org/splatline/conf/earlier-names.yaml")));
  }

  static ObjectNode tree(String yaml) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String text(String resource) {
    try (InputStream stream = EarlierFiles.class.getResourceAsStream(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + resource, e);
    }
  }
}
