package org.splatline.gpu.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code splatline serve}: shows a folder of results or reports to a browser. */
@Command(
    name = "serve",
    description = "Show a folder in the browser of this machine. Ctrl-C ends it.")
final class ServeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "the folder, such as a store's results/")
  private Path folder;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "address to listen at; 0.0.0.0 shows the folder to the network (default:"
              + " ${DEFAULT-VALUE})")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "NUMBER",
      defaultValue = "8080",
      description = "0: any free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "Cannot serve %s: there is no such folder. Name one".formatted(folder));
    }
    try (FileServer server = open()) {
      PrintWriter words = spec.commandLine().getOut();
      InetSocketAddress address = server.address();
      words.printf(
          "%s is shown at http://%s:%d/ until Ctrl-C%n",
          folder, address.getAddress().getHostAddress(), address.getPort());
      words.flush();
      new CountDownLatch(1).await(); // a signal ends the JVM
      return 0;
    }
  }

  private FileServer open() throws IOException {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("Invalid --port: %d is not 0 to 65535".formatted(port));
    }
    try {
      return new FileServer(folder, new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (BindException e) {
      throw new IllegalArgumentException(
          "Cannot serve %s: nothing can listen at %s, port %d (%s). Choose another with --port or --host"
              .formatted(folder, host, port, e.getMessage()),
          e);
    }
  }
}
