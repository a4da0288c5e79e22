package org.splatline.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentKeyTest {
  private static JsonNode settings(String first, String second) {
    return JsonNodeFactory.instance.objectNode().put(first, 1).put(second, 1);
  }

  @Test
  void equalContentHasEqualKeys() {
    ContentKey one =
        new ContentKey("sfm", 1, List.of("x"), Map.of("sfm", settings("a", "b")), "3.8");
    ContentKey other =
        new ContentKey("sfm", 1, List.of("x"), Map.of("sfm", settings("b", "a")), "3.8");
    assertThat(one.hash()).isEqualTo(other.hash()).matches("[0-9a-f]{64}");
  }

  @Test
  void eachPartCounts() {
    Map<String, JsonNode> settings = Map.of("sfm", settings("a", "b"));
    Set<String> hashes = new HashSet<>();
    hashes.add(new ContentKey("sfm", 1, List.of("x"), settings, "3.8").hash());
    hashes.add(new ContentKey("train", 1, List.of("x"), settings, "3.8").hash());
    hashes.add(new ContentKey("sfm", 2, List.of("x"), settings, "3.8").hash());
    hashes.add(new ContentKey("sfm", 1, List.of("y"), settings, "3.8").hash());
    hashes.add(new ContentKey("sfm", 1, List.of("x"), Map.of(), "3.8").hash());
    hashes.add(new ContentKey("sfm", 1, List.of("x"), settings, "3.9").hash());
    assertThat(hashes).hasSize(6);
  }
}
