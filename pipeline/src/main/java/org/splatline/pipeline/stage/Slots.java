package org.splatline.pipeline.stage;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A limited number of places. Whoever waits holds no thread; the lowest rank comes first.
 * Thread-safe.
 */
public final class Slots {
  private final PriorityQueue<Waiter> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiter::rank));
  private int free;

  private record Waiter(long rank, CompletableFuture<Slot> turn) {}

  public Slots(int number) {
    this.free = number;
  }

  /** A place, held until closed. It may be closed twice. */
  public final class Slot implements AutoCloseable {
    private final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        give();
      }
    }
  }

  /** A place as soon as there is one. Whoever cancels the future does not wait any more. */
  public CompletableFuture<Slot> take(long rank) {
    CompletableFuture<Slot> turn = new CompletableFuture<>();
    synchronized (this) {
      if (free == 0) {
        waiting.add(new Waiter(rank, turn));
        return turn;
      }
      free--;
    }
    turn.complete(new Slot());
    return turn;
  }

  private void give() {
    while (true) {
      Waiter next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          free++;
          return;
        }
      }
      if (next.turn().complete(new Slot())) { // false: cancelled
        return;
      }
    }
  }
}
