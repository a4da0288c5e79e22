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
import org.splatline.gpu.backend.GpuConfig;
import org.splatline.gpu.colmap.FeatureDatabase;
import org.splatline.gpu.colmap.FeatureDatabaseException;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code splatline match}: matches the features in a database that COLMAP's extractor has left. */
@Command(
    name = "match",
    description = "Match the features in a database of COLMAP on a GPU. COLMAP then verifies them.",
    footer = {
      "",
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
    checkArgument(
        List.of("cuda", "cpu").contains(backend),
        "Invalid backend: %s is not cuda or cpu",
        backend);
    GpuConfig gpu = options.read("vanilla").section("gpu", GpuConfig.class);
    long start = System.nanoTime();
    try (FeatureDatabase features = FeatureDatabase.open(database)) {
      List<PhotographPair> chosen = pairs(features.names());
      long found;
      try (Matcher matcher =
          backend.equals("cpu") ? new CpuMatcher() : Backends.matchers(gpu).open()) {
        found = match(features, chosen, matcher);
      }
      PrintWriter words = spec.commandLine().getOut();
      words.printf(
          "%,d pairs, %,d matches in %.2f s%n",
          chosen.size(), found, (System.nanoTime() - start) / 1e9);
      words.flush();
    } catch (FeatureDatabaseException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return 0;
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
