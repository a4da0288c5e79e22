package org.splatline.gpu.cli;

import static org.splatline.gpu.Checks.checkArgument;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.colmap.FeatureDatabaseException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;
import org.splatline.gpu.sfm.GpuFeatures;
import org.splatline.gpu.sfm.GpuMatchers;
import org.splatline.gpu.sfm.SfmConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code splatline match}: matches the features in a database that COLMAP's extractor has left, or
 * finds them anew first.
 */
@Command(
    name = "match",
    description =
        "Match the features in a database of COLMAP on a GPU, or find them there, too. COLMAP then"
            + " verifies the matches.",
    footer = {
      "",
      "With --images COLMAP only has to list the photographs, which takes seconds:",
      "colmap feature_extractor --database_path FILE --image_path DIR --SiftExtraction.use_gpu 0"
          + " --SiftExtraction.max_image_size 64 --SiftExtraction.max_num_features 1",
      "The matches that the database has are removed. Verify the new ones:",
      "colmap matches_importer --database_path FILE --match_list_path PAIRS --SiftMatching.use_gpu 0"
    })
final class MatchCommand implements Callable<Integer> {
  @Option(
      names = "--database",
      paramLabel = "FILE",
      required = true,
      description = "database with features, of COLMAP's feature_extractor")
  private Path database;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "the photographs of the database: first find their features, in place of those that it"
              + " has (default: only match)")
  private Path images;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description =
          "pairs to compare: two names of photographs on each line, with a space between them, as"
              + " COLMAP's match_list_path has them (default: all pairs)")
  private Path pairs;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "cuda",
      description = "cuda or cpu; cpu is slow and finds the same (default: ${DEFAULT-VALUE})")
  private String backend;

  @Mixin private ConfigOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Configuration settings = options.read("vanilla");
    GpuMatchers gpu = Backends.matchers(backend, settings.section("gpu", GpuConfig.class));
    try {
      List<PhotographPair> chosen = listedPairs();
      if (images != null) {
        find(gpu, settings.section("sfm", SfmConfig.class));
      }
      match(gpu, chosen);
    } catch (FeatureDatabaseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return 0;
  }

  private List<PhotographPair> listedPairs() throws IOException {
    try (FeatureDatabase listed = FeatureDatabase.open(database)) {
      return pairs(listed.names());
    }
  }

  private void find(GpuMatchers gpu, SfmConfig sfm) {
    checkArgument(
        Files.isDirectory(images),
        "Cannot find features: there is no folder %s. Name that of the photographs with --images",
        images);
    long start = System.nanoTime();
    PrintWriter progress = spec.commandLine().getErr();
    new GpuFeatures(
            gpu,
            sfm,
            database.getFileName().toString(),
            (command, done, total) -> progress.printf("%s %d/%d%n", command, done, total))
        .find(database, images);
    try (FeatureDatabase found = FeatureDatabase.open(database)) {
      long features = IntStream.range(0, found.photographs()).mapToLong(found::features).sum();
      say("%,d photographs, %,d features", found.photographs(), features, start);
    }
  }

  private void match(GpuMatchers gpu, List<PhotographPair> chosen) {
    long start = System.nanoTime();
    try (FeatureDatabase features = FeatureDatabase.open(database);
        Matcher matcher = gpu.open()) {
      say("%,d pairs, %,d matches", chosen.size(), match(features, chosen, matcher), start);
    }
  }

  private void say(String counts, long one, long other, long start) {
    PrintWriter words = spec.commandLine().getOut();
    words.printf(counts + " in %.2f s%n", one, other, (System.nanoTime() - start) / 1e9);
    words.flush();
  }

  private static long match(FeatureDatabase features, List<PhotographPair> pairs, Matcher matcher) {
    long[] found = {0};
    features.writeMatches(
        receiver -> {
          features.clearMatches();
          matcher.match(
              features,
              pairs,
              (pair, matches) -> {
                receiver.accept(pair, matches);
                found[0] += matches.length / 2;
              });
        });
    return found[0];
  }

  private List<PhotographPair> pairs(List<String> names) throws IOException {
    if (pairs == null) {
      return PhotographPair.all(names.size());
    }
    Set<PhotographPair> chosen = new LinkedHashSet<>();
    for (String line : Files.readAllLines(pairs)) {
      if (!line.isBlank()) {
        chosen.add(pair(line.strip(), names));
      }
    }
    return List.copyOf(chosen);
  }

  private PhotographPair pair(String line, List<String> names) {
    String[] words = line.split(" +", -1);
    int one = names.indexOf(words[0]);
    int other = words.length == 2 ? names.indexOf(words[1]) : -1;
    checkArgument(
        one >= 0 && other >= 0 && one != other,
        "Cannot read pairs %s: \"%s\" does not name two photographs of %s",
        pairs,
        line,
        database);
    return new PhotographPair(Math.min(one, other), Math.max(one, other));
  }
}
