package org.splatline.pipeline.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitRetryTest {
  private final List<Integer> pauses = new ArrayList<>();
  private final CommitRetry retry = new CommitRetry(3, pauses::add);
  private int tried;

  /** A commit whose first tries fail, as Spark's do, with an exception that it does not declare. */
  private Runnable failing(int times, Exception failure) {
    return () -> {
      tried++;
      if (tried <= times) {
        throwUndeclared(failure);
      }
    };
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> void throwUndeclared(Exception failure) throws E {
    throw (E) failure;
  }

  @Test
  void aCheckedExceptionIsTriedAgain() {
    retry.run(failing(2, new IOException("503")));
    assertThat(tried).isEqualTo(3);
    assertThat(pauses).containsExactly(1, 2);
  }

  @Test
  void theLastFailureIsThrownWithItsReason() {
    Exception failure =
        new IllegalStateException("Job aborted", new IOException("503 Slow Down\nat S3"));
    assertThatThrownBy(() -> retry.run(failing(3, failure)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot commit rows, try 3 of 3: java.io.IOException: 503 Slow Down")
        .hasCause(failure);
    assertThat(pauses).containsExactly(1, 2);
  }

  @Test
  void anInterruptedThreadDoesNotTryAgain() {
    CommitRetry interrupted =
        new CommitRetry(
            3,
            failures -> {
              throw new InterruptedException();
            });
    assertThatThrownBy(() -> interrupted.run(failing(3, new IOException("503"))))
        .hasMessageContaining("try 1 of 3: java.io.IOException: 503");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(tried).isEqualTo(1);
  }

  @Test
  void anInterruptedCommitIsNotTriedAgain() {
    assertThatThrownBy(() -> retry.run(failing(3, new InterruptedException())))
        .hasMessageContaining("try 1 of 3: java.lang.InterruptedException");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(pauses).isEmpty();
  }
}
