package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private final Slots slots = new Slots(1);

  @Test
  void theLowestRankComesFirst() {
    Slots.Slot first = slots.take(5).join();
    CompletableFuture<Slots.Slot> late = slots.take(9);
    CompletableFuture<Slots.Slot> early = slots.take(2);

    first.close();

    assertThat(late).isNotDone();
    early.join().close();
    assertThat(late).isCompleted();
  }

  @Test
  void whoDoesNotWaitAnyMoreGetsNone() {
    Slots.Slot first = slots.take(1).join();
    CompletableFuture<Slots.Slot> gone = slots.take(2);
    CompletableFuture<Slots.Slot> next = slots.take(3);

    gone.cancel(false);
    first.close();

    assertThat(next).isCompleted();
  }

  @Test
  void closingTwiceGivesOnePlace() {
    Slots.Slot first = slots.take(1).join();
    first.close();
    first.close();

    assertThat(slots.take(2)).isCompleted();
    assertThat(slots.take(3)).isNotDone();
  }
}
