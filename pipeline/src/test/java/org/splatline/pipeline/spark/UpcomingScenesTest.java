package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpcomingScenesTest {
  private static Object next(String begun) {
    return UpcomingScenes.answer(new UpcomingScenes.Question("run", begun));
  }

  /** Never the scene that asks, and each of the others once. */
  @Test
  void whoBeginsASceneHearsOfAnother() {
    UpcomingScenes.add("run", "a", "work a");
    UpcomingScenes.add("run", "b", "work b");
    UpcomingScenes.add("run", "c", "work c");
    UpcomingScenes.add("other", "d", "work d");

    assertThat(next("a")).isEqualTo("work b");
    UpcomingScenes.remove("run", "b");
    assertThat(next("b")).isEqualTo("work c");
    assertThat(next("c")).isNull();
    UpcomingScenes.remove("other", "d");
    assertThat(UpcomingScenes.answer(new UpcomingScenes.Question("other", "d"))).isNull();
  }
}
