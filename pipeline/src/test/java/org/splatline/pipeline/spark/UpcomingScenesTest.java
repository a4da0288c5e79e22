package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpcomingScenesTest {
  private final UpcomingScenes upcoming = new UpcomingScenes();

  private Object next(String begun) {
    return upcoming.answer(new UpcomingScenes.Question("run", begun));
  }

  /** Never the scene that asks, and each of the others once. */
  @Test
  void anExecutorThatStartsASceneGetsAnother() {
    upcoming.add("run", "a", "work a");
    upcoming.add("run", "b", "work b");
    upcoming.add("run", "c", "work c");
    upcoming.add("other", "d", "work d");

    assertThat(next("a")).isEqualTo("work b");
    upcoming.remove("run", "b");
    assertThat(next("b")).isEqualTo("work c");
    assertThat(next("c")).isNull();
    upcoming.remove("other", "d");
    assertThat(upcoming.answer(new UpcomingScenes.Question("other", "d"))).isNull();
  }
}
