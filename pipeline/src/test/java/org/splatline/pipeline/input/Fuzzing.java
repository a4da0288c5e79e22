package org.splatline.pipeline.input;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Jazzer at work on one reader of uploaded files, or on all of them, in a JVM of its own. It starts
 * from good files and from a corpus of what was found before, and keeps the inputs that reach new
 * code. Below the folder of the reader are its inputs, its logs, and a file for each input that the
 * reader neither reads nor refuses, or that takes it more than {@link #SLOW} or 512 MiB.
 *
 * @param label of the reader, or {@link FuzzTarget#ALL}
 * @param folder of the reader
 */
record Fuzzing(String label, Path folder) {
  private static final Duration SLOW = Duration.ofSeconds(20);
  private static final int MOST_STARTS = 20; // a slow input or too much memory ends Jazzer
  private static final String FINDING = "finding-";
  private static final String LOG = "log-";

  /** Code in which new paths count. Jackson's would double the time that all readers take. */
  private static final String CODE =
      String.join(
          ":", "org.splatline.**", "com.drew.**", "org.apache.commons.compress.**", "org.yaml.**");

  /** A line of Jazzer's log: runs, coverage. */
  private static final Pattern PROGRESS = Pattern.compile("(?m)^#(\\d+)\\s.* cov: (\\d+) ");

  /**
   * Looks at all readers at once, each for the same time, and prints what came of it. If the folder
   * has inputs of an earlier time, it goes on from there.
   *
   * @param arguments seconds; a folder to write to; the corpus; labels of readers, if not all
   */
  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
    Path out = Path.of(arguments[1]).toAbsolutePath();
    Path corpus = Path.of(arguments[2]);
    List<FuzzTarget.Reader> readers =
        arguments.length > 3
            ? Arrays.stream(arguments).skip(3).map(FuzzTarget.Reader::of).toList()
            : readers();
    List<Callable<String>> tasks = new ArrayList<>();
    for (FuzzTarget.Reader reader : readers) {
      Fuzzing fuzzing = new Fuzzing(reader.label(), out.resolve(reader.label()));
      fuzzing.addInputs(reader, corpus);
      tasks.add(() -> fuzzing.row(time));
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      System.out.println("| reader | runs | coverage | inputs kept | seconds | findings |");
      System.out.println("|---|---:|---:|---:|---:|---:|");
      for (Future<String> row : threads.invokeAll(tasks)) {
        System.out.println(row.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private String row(Duration time) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    for (int i = 1; i <= MOST_STARTS && left(end) > 0; i++) {
      run(i, "--keep_going=100", "-max_total_time=" + left(end));
    }
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    long runs = 0;
    long coverage = 0;
    for (Path log : files(LOG)) {
      Matcher progress = PROGRESS.matcher(Files.readString(log, ISO_8859_1));
      long last = 0;
      while (progress.find()) {
        last = Long.parseLong(progress.group(1));
        coverage = Math.max(coverage, Long.parseLong(progress.group(2)));
      }
      runs += last;
    }
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d | %d | %d |",
        label,
        runs,
        coverage,
        list(inputs()).size(),
        seconds,
        files(FINDING).size());
  }

  private static List<FuzzTarget.Reader> readers() {
    return List.of(FuzzTarget.Reader.values());
  }

  private static long left(long end) {
    return Duration.ofNanos(end - System.nanoTime()).toSeconds();
  }

  private Path inputs() {
    return folder.resolve("inputs");
  }

  private List<Path> files(String prefix) throws IOException {
    return list(folder).stream()
        .filter(file -> file.getFileName().toString().startsWith(prefix))
        .toList();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Adds what Jazzer starts from: content that the reader takes, and its part of the corpus. */
  void addInputs(FuzzTarget.Reader reader, Path corpus) throws IOException {
    Path empty = Files.createTempDirectory("fuzz");
    List<byte[]> contents = new ArrayList<>(List.of(FuzzTarget.good(reader, empty)));
    FuzzTarget.delete(empty);
    Path found = corpus.resolve(reader.label());
    if (Files.isDirectory(found)) {
      for (Path file : list(found)) {
        contents.add(Files.readAllBytes(file));
      }
    }
    Files.createDirectories(inputs());
    byte[] choice =
        label.equals(FuzzTarget.ALL) ? new byte[] {(byte) readers().indexOf(reader)} : new byte[0];
    for (int i = 0; i < contents.size(); i++) {
      byte[] input = Arrays.copyOf(choice, choice.length + contents.get(i).length);
      System.arraycopy(contents.get(i), 0, input, choice.length, contents.get(i).length);
      Files.write(inputs().resolve(reader.label() + "-" + i), input);
    }
  }

  /**
   * Runs Jazzer once.
   *
   * @param number of this run, which is also its seed
   * @param options of Jazzer; one of them says when it ends
   * @return its log
   */
  Path run(int number, String... options) throws IOException, InterruptedException {
    Path log = folder.resolve(LOG + number);
    Path work = Files.createTempDirectory("fuzz");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx512m",
                "-Xss1m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-OmitStackTraceInFastThrow",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + work,
                "-cp",
                System.getProperty("splatline.jazzer.path")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzTarget.class.getName(),
                "--target_args=" + label,
                "--instrumentation_includes=" + CODE,
                "--custom_hook_includes=org.splatline.**",
                "--reproducer_path=" + work,
                "-artifact_prefix=" + folder.resolve(FINDING),
                "-seed=" + number,
                "-timeout=" + SLOW.toSeconds(),
                "-rss_limit_mb=0",
                "-max_len=65536"));
    command.addAll(List.of(options));
    command.add(inputs().toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(1, TimeUnit.HOURS)) {
        throw new IllegalStateException("Jazzer doesn't end; its output is in " + log);
      }
    } finally {
      process.destroyForcibly();
      FuzzTarget.delete(work);
    }
    return log;
  }

  /** The inputs that a reader failed at. */
  List<Path> findings() throws IOException {
    return files(FINDING);
  }
}
