package org.splatline.gpu.cuda;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.MatchFeaturesKernel;
import org.splatline.gpu.match.DescriptorSource;
import org.splatline.gpu.match.MatchRule;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.PhotographPair;

/**
 * Matches features on a GPU. The descriptors of all photographs stay on the device; many pairs are
 * compared by one launch.
 */
final class CudaMatcher implements Matcher {
  private static final int MOST_MATCHES = 1 << 24; // of a launch: 64 MiB

  private final CudaContext context;
  private final CudaModule module;
  private final MemoryAccount account;
  private final boolean debugSync;

  CudaMatcher(CudaContext context, CudaModule module, MemoryAccount account, boolean debugSync) {
    this.context = context;
    this.module = module;
    this.account = account;
    this.debugSync = debugSync;
  }

  @Override
  public void match(DescriptorSource source, List<PhotographPair> pairs, Receiver receiver) {
    context.use();
    MatchFeaturesKernel kernel = new MatchFeaturesKernel(module);
    Layout layout = Layout.of(source);
    List<Launch> launches = layout.launches(pairs);
    int mostTasks = launches.stream().mapToInt(Launch::tasks).max().orElse(0);
    int mostMatches = launches.stream().mapToInt(Launch::matches).max().orElse(0);
    int[] limits = MatchRule.limits();
    try (DeviceStream stream = new DeviceStream(debugSync);
        DeviceMemory descriptors = layout.upload(account, source);
        DeviceMemory tasks = DeviceMemory.ints(account, 4L * mostTasks);
        DeviceMemory places = DeviceMemory.ints(account, mostTasks);
        DeviceMemory table = DeviceMemory.ints(account, limits.length);
        DeviceMemory matches = DeviceMemory.ints(account, mostMatches)) {
      table.upload(0, limits);
      for (Launch launch : launches) {
        tasks.upload(0, layout.tasks(launch.pairs()));
        places.upload(0, layout.places(launch.pairs()));
        kernel.launch(
            stream,
            MatchFeaturesKernel.grid(layout.mostFeatures(), launch.tasks()),
            descriptors,
            tasks,
            places,
            table,
            matches);
        stream.synchronize();
        layout.report(launch.pairs(), matches.downloadInts(0, launch.matches()), receiver);
      }
    }
  }

  /**
   * Some pairs. Each is two tasks: the match of each feature of the first photograph, then of each
   * feature of the second.
   *
   * @param matches of all its tasks
   */
  private record Launch(List<PhotographPair> pairs, int matches) {
    int tasks() {
      return 2 * pairs.size();
    }
  }

  /**
   * Where each photograph's descriptors are.
   *
   * @param first the first one of each photograph; at the end, the number of all
   */
  private record Layout(int[] first) {
    static Layout of(DescriptorSource source) {
      int[] first = new int[source.photographs() + 1];
      for (int photograph = 0; photograph < source.photographs(); photograph++) {
        first[photograph + 1] = Math.addExact(first[photograph], source.features(photograph));
      }
      return new Layout(first);
    }

    int features(int photograph) {
      return first[photograph + 1] - first[photograph];
    }

    int features(PhotographPair pair) {
      return features(pair.first()) + features(pair.second());
    }

    int mostFeatures() {
      int most = 0;
      for (int photograph = 0; photograph < first.length - 1; photograph++) {
        most = Math.max(most, features(photograph));
      }
      return most;
    }

    DeviceMemory upload(MemoryAccount account, DescriptorSource source) {
      DeviceMemory memory =
          new DeviceMemory(account, (long) first[first.length - 1] * DescriptorSource.WIDTH);
      try {
        for (int photograph = 0; photograph < first.length - 1; photograph++) {
          byte[] descriptors = source.descriptors(photograph);
          checkArgument(
              descriptors.length == features(photograph) * DescriptorSource.WIDTH,
              "Invalid descriptors: %s bytes of %s features",
              descriptors.length,
              features(photograph));
          memory.upload((long) first[photograph] * DescriptorSource.WIDTH, descriptors);
        }
        return memory;
      } catch (RuntimeException e) {
        memory.close();
        throw e;
      }
    }

    /** Divides pairs into launches whose results fit into the memory for them. */
    List<Launch> launches(List<PhotographPair> pairs) {
      List<Launch> launches = new ArrayList<>();
      int from = 0;
      int matches = 0;
      for (int to = 0; to < pairs.size(); to++) {
        int more = features(pairs.get(to));
        if (to > from
            && (matches > MOST_MATCHES - more
                || 2 * (to - from + 1) > MatchFeaturesKernel.MOST_TASKS)) {
          launches.add(new Launch(pairs.subList(from, to), matches));
          from = to;
          matches = 0;
        }
        matches = Math.addExact(matches, more);
      }
      if (from < pairs.size()) {
        launches.add(new Launch(pairs.subList(from, pairs.size()), matches));
      }
      return launches;
    }

    /** [tasks, 4] as match.cu reads them. */
    int[] tasks(List<PhotographPair> pairs) {
      int[] tasks = new int[8 * pairs.size()];
      int at = 0;
      for (PhotographPair pair : pairs) {
        for (int[] side :
            new int[][] {{pair.first(), pair.second()}, {pair.second(), pair.first()}}) {
          for (int photograph : side) {
            tasks[at++] = first[photograph];
            tasks[at++] = features(photograph);
          }
        }
      }
      return tasks;
    }

    /** [tasks] where the matches of each task begin. */
    int[] places(List<PhotographPair> pairs) {
      int[] places = new int[2 * pairs.size()];
      int place = 0;
      int at = 0;
      for (PhotographPair pair : pairs) {
        places[at++] = place;
        place += features(pair.first());
        places[at++] = place;
        place += features(pair.second());
      }
      return places;
    }

    void report(List<PhotographPair> pairs, int[] matches, Receiver receiver) {
      int place = 0;
      for (PhotographPair pair : pairs) {
        int features = features(pair.first());
        receiver.accept(
            pair, MatchRule.mutual(matches, place, features, matches, place + features));
        place += features(pair);
      }
    }
  }
}
