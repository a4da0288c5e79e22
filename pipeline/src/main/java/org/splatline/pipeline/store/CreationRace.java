package org.splatline.pipeline.store;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two writers that create the same file at the same moment, several times. A file system that looks
 * first and writes then lets both win, though it refuses the second of two writers in a row.
 *
 * @param folder for the files; the caller deletes it
 */
record CreationRace(Location folder) {
  private static final int ROUNDS = 8;
  private static final int WRITERS = 2;

  /** Whether each round had one winner, and a writer after it lost. */
  boolean hasOneWinner() {
    for (int round = 0; round < ROUNDS; round++) {
      String file = Integer.toString(round);
      if (winners(file) != 1 || create(file)) {
        return false;
      }
    }
    return true;
  }

  private int winners(String file) {
    CyclicBarrier start = new CyclicBarrier(WRITERS);
    AtomicInteger winners = new AtomicInteger();
    Runnable writer =
        () -> {
          await(start);
          if (create(file)) {
            winners.incrementAndGet();
          }
        };
    new Transfers().run(List.of(writer, writer));
    return winners.get();
  }

  private boolean create(String file) {
    return folder.createIfAbsent(file, new byte[0]);
  }

  private static void await(CyclicBarrier start) {
    try {
      start.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException("Cannot race two writers: one was interrupted", e);
    }
  }
}
