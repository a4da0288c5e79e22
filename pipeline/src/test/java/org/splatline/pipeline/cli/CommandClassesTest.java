package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.cli.TrainerMain;
import picocli.CommandLine;

/** Parsing a command line loads no class of Spark, Hadoop, Delta or a logging library. */
class CommandClassesTest {

  /** A second loader of this JVM's class path that remembers which classes were loaded. */
  private static final class RecordingLoader extends URLClassLoader {
    private final Set<String> loaded = new TreeSet<>();

    RecordingLoader() {
      super(classPath(), ClassLoader.getPlatformClassLoader());
    }

    private static URL[] classPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(entry -> url(Path.of(entry)))
          .toArray(URL[]::new);
    }

    private static URL url(Path path) {
      try {
        return path.toUri().toURL();
      } catch (IOException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      loaded.add(name);
      return super.findClass(name);
    }

    /** Runs a command as {@code Splatline.main} does; returns its exit code. */
    int run(Writer output, String... arguments) throws ReflectiveOperationException {
      Class<?> line = loadClass(CommandLine.class.getName());
      Object commands = commandLine();
      PrintWriter writer = new PrintWriter(output, true);
      line.getMethod("setOut", PrintWriter.class).invoke(commands, writer);
      line.getMethod("setErr", PrintWriter.class).invoke(commands, writer);
      Method run = loadClass(TrainerMain.class.getName()).getMethod("run", line, String[].class);
      return (int) run.invoke(null, commands, arguments);
    }

    Set<?> commands() throws ReflectiveOperationException {
      Object all = commandLine().getClass().getMethod("getSubcommands").invoke(commandLine());
      return ((Map<?, ?>) all).keySet();
    }

    private Object commandLine() throws ReflectiveOperationException {
      Method create = loadClass(Splatline.class.getName()).getDeclaredMethod("commandLine");
      create.setAccessible(true);
      return create.invoke(null);
    }
  }

  @Test
  void helpAndWrongUsageLoadNoLibraryOfTheCluster() throws Exception {
    StringWriter output = new StringWriter();
    try (RecordingLoader loader = new RecordingLoader()) {
      Set<?> commands = loader.commands();
      assertThat(commands).hasSizeGreaterThan(15);
      for (Object command : commands) {
        assertThat(loader.run(output, command.toString(), "--help")).as("%s", command).isZero();
        assertThat(loader.run(output, command.toString(), "--no-such-option"))
            .as("%s", command)
            .isEqualTo(TrainerMain.USAGE);
      }
      assertThat(loader.run(output, "rnu")).isEqualTo(TrainerMain.USAGE);
      assertThat(loader.run(output, "run", "--set", "input.pth=x")).isEqualTo(TrainerMain.USAGE);
      assertThat(loader.loaded)
          .contains(SqlCommand.class.getName(), RunCommand.class.getName())
          .noneMatch(name -> name.startsWith("org.apache.") || name.startsWith("io.delta."));
    }
    assertThat(output.toString())
        .contains("Usage: splatline run", "Unknown command 'rnu'", "Unknown key input.pth");
  }
}
