package org.splatline.pipeline.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The spark-submit of docs/operations/cluster.md, and a Spark as a cluster has it. */
final class Submit {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final Path TARGET =
      Path.of(System.getProperty("splatline.target", "target")).toAbsolutePath();

  /** What a Spark distribution with Hadoop, S3 and Delta lacks. */
  private static final Pattern OURS =
      Pattern.compile(
          "(splatline|picocli|jcuda|metadata-extractor|xmpcore|jackson-dataformat-yaml|snakeyaml|webp-imageio|sqlite-jdbc|kotlin).*");

  private Submit() {}

  /** The root of the project, where the line is meant to be called. */
  static Path root() {
    return ROOT;
  }

  /** The folder of the build. */
  static Path target() {
    return TARGET;
  }

  /** The jars of this lane's Spark with Hadoop, S3, Delta and YARN, and none of ours. */
  static List<Path> sparkJars() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String from : List.of("lib", "spark-yarn")) {
      try (Stream<Path> all = Files.list(TARGET.resolve(from))) {
        all.filter(jar -> !OURS.matcher(jar.getFileName().toString()).matches()).forEach(jars::add);
      }
    }
    return jars;
  }

  static String classPath() throws IOException {
    return sparkJars().stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  /**
   * What the page has after {@code spark-submit} for masters that start with {@code master}, with
   * this lane's jar.
   */
  static List<String> documented(String master) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/operations/cluster.md"));
    Matcher line =
        Pattern.compile(
                "^    spark-submit (--master %s(?:.*\\\\\n)*.*)$".formatted(master),
                Pattern.MULTILINE)
            .matcher(page);
    if (!line.find()) {
      throw new IllegalStateException("docs/operations/cluster.md has no line for " + master);
    }
    String jar = TARGET.resolve("splatline.jar").toString();
    return Stream.of(line.group(1).replace("\\\n", " ").strip().split("\\s+"))
        .map(word -> word.equals("pipeline/target/splatline.jar") ? jar : word)
        .toList();
  }

  /** The line with {@code value} after {@code option}. */
  static List<String> with(List<String> line, String option, String value) {
    List<String> words = new ArrayList<>(line);
    words.set(words.indexOf(option) + 1, value);
    return words;
  }

  /**
   * The command that spark-submit is.
   *
   * @param options of the JVM
   * @param classPath of Spark
   * @param settings of Spark, for this host
   * @param line what is documented
   */
  static List<String> command(
      List<String> options, String classPath, Map<String, String> settings, List<String> line) {
    List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC"));
    command.addAll(options);
    command.add("@" + ROOT.resolve("conf/spark-opens.args"));
    command.addAll(List.of("-cp", classPath, "org.apache.spark.deploy.SparkSubmit"));
    settings.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.addAll(line);
    return command;
  }

  /** Links all of {@link #sparkJars} into a new folder. */
  static Path linkSpark(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Path jar : sparkJars()) {
      Files.createSymbolicLink(folder.resolve(jar.getFileName()), jar);
    }
    return folder;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
