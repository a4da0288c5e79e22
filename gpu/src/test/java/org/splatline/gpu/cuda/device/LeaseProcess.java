package org.splatline.gpu.cuda.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/** Takes a lease in a separate process. Arguments: key, holder, folder, and how. */
final class LeaseProcess {
  static final String TAKEN = "taken";

  private LeaseProcess() {}

  /**
   * {@code hold}: keeps the lease until the input ends. {@code churn}: takes it again and again
   * until the process is killed.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[2]);
    boolean churns = arguments[3].equals("churn");
    do {
      try (GpuLease lease = GpuLease.take(arguments[0], arguments[1], folder)) {
        Objects.requireNonNull(lease);
        if (!churns) {
          System.out.println(TAKEN);
          System.in.read();
        }
      } catch (GpuBusyException | UncheckedIOException e) {
        System.out.println(e.getMessage());
      }
    } while (churns);
  }
}
