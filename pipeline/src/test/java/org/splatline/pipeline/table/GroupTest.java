package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.pipeline.store.Json;

class GroupTest {

  @Test
  void readsWhatEarlierVersionsWrote() {
    String earlier = "{\"runs\": [], \"training_curve\": [], \"models\": [], \"scene_runs\": []}";
    Group group = Json.read(earlier.getBytes(UTF_8), Group.class);
    assertThat(group.sfmAttempts()).isEmpty();
    assertThat(group.images()).isEmpty();
    assertThat(group.viewMetrics()).isEmpty();
  }
}
