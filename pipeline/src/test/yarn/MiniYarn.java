import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * A real YARN in this JVM: a resource manager and two node managers, set up by the files on the
 * class path. It writes the settings of its clients to a file when it is ready, and ends, with all
 * containers, when its standard input does. Run as a source file, because nothing else of the tests
 * has these classes.
 */
public final class MiniYarn {
  /** Argument: the file for clients. */
  public static void main(String[] arguments) {
    int code = 1;
    try {
      serve(Path.of(arguments[0]));
      code = 0;
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
    }
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(code); // to stop the cluster in order hangs
  }

  private static void serve(Path clients) throws Exception {
    MiniYARNCluster cluster = new MiniYARNCluster("splatline", 1, 2, 1, 1);
    cluster.init(new YarnConfiguration());
    cluster.start();
    if (!cluster.waitForNodeManagersToConnect(120_000)) {
      throw new IllegalStateException("The node managers did not connect");
    }
    Path written = clients.resolveSibling("written.xml");
    try (var out = Files.newOutputStream(written)) {
      cluster.getConfig().writeXml(out);
    }
    Files.move(written, clients, StandardCopyOption.ATOMIC_MOVE);
    while (System.in.read() >= 0) {}
  }
}
