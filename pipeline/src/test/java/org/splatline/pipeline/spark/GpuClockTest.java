package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GpuClockTest {
  @Test
  void trainingsAtTheSameTimeCountOnce() throws InterruptedException {
    GpuClock clock = new GpuClock();
    assertThat(clock.heldSeconds()).isZero();
    assertThat(clock.busyShare()).isZero();
    assertThat(clock.report()).isEmpty();
    clock.hold();
    Thread.sleep(50);
    assertThat(clock.busySeconds()).isZero();
    clock.begin();
    clock.begin();
    assertThat(clock.busyTasks()).isEqualTo(2);
    Thread.sleep(50);
    clock.end();
    clock.end();
    double busy = clock.busySeconds();
    Thread.sleep(20);
    assertThat(clock.busyTasks()).isZero();
    assertThat(clock.busySeconds()).isEqualTo(busy).isGreaterThanOrEqualTo(0.05);
    assertThat(busy).isLessThan(clock.heldSeconds());
    assertThat(clock.busyShare()).isBetween(0.0, 1.0);
    assertThat(clock.report().orElseThrow()).startsWith("GPU held ").contains("training");
  }
}
