package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GpuClockTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void trainingsAtTheSameTimeCountOnce() {
    AtomicLong now = new AtomicLong(7 * SECOND);
    GpuClock clock = new GpuClock(now::get);
    assertThat(clock.heldSeconds()).isZero();
    assertThat(clock.busyShare()).isZero();
    assertThat(clock.report()).isEmpty();
    clock.hold();
    now.addAndGet(5 * SECOND);
    assertThat(clock.busySeconds()).isZero();
    clock.begin();
    clock.begin();
    assertThat(clock.busyTasks()).isEqualTo(2);
    now.addAndGet(3 * SECOND);
    clock.end();
    clock.end();
    now.addAndGet(2 * SECOND);
    assertThat(clock.busyTasks()).isZero();
    assertThat(clock.busySeconds()).isEqualTo(3);
    assertThat(clock.heldSeconds()).isEqualTo(10);
    assertThat(clock.busyShare()).isEqualTo(0.3);
    assertThat(clock.report())
        .hasValue("GPU held 10.0 s, of which 3.0 s training or evaluating (30 %)");
  }
}
