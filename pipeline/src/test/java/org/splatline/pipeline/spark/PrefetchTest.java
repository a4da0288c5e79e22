package org.splatline.pipeline.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PrefetchTest {
  private final Prefetch prefetch = new Prefetch();

  /** A thing that can be closed. */
  private static final class Thing implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void givesOutWhatWasStartedOnce() {
    Thing thing = new Thing();
    prefetch.start("a", "prefetch-a", () -> thing);

    assertThat(prefetch.take("a", Thing.class).orElseThrow().join()).isSameAs(thing);
    assertThat(prefetch.take("a", Thing.class)).isEmpty();
    assertThat(thing.closed.getCount()).as("the caller closes it").isEqualTo(1);
  }

  @Test
  void preparesOneThingAtATime() {
    Thing first = new Thing();
    prefetch.start("a", "prefetch-a", () -> first);
    prefetch.start("b", "prefetch-b", Thing::new);

    assertThat(prefetch.take("a", Thing.class).orElseThrow().join()).isSameAs(first);
  }

  @Test
  void closesWhatNobodyTakes() throws InterruptedException {
    Thing thing = new Thing();
    prefetch.start("a", "prefetch-a", () -> thing);

    assertThat(prefetch.take("b", Thing.class)).isEmpty();
    assertThat(thing.closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void rethrowsWhatTheWorkThrew() {
    prefetch.start(
        "a",
        "prefetch-a",
        () -> {
          throw new IOException("gone");
        });

    assertThatThrownBy(() -> prefetch.take("a", Thing.class).orElseThrow().join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("gone");
  }
}
