package org.splatline.pipeline.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A local master's address. Spark's slots are only threads there, while the limits of each kind of
 * task are ours: see {@link StageProfiles}.
 *
 * @param cores number of cores that the address names
 * @param failures of one task before its job fails
 */
record LocalMaster(int cores, int failures) {
  private static final Pattern ADDRESS =
      Pattern.compile("local(\\[\\s*(\\d+|\\*)\\s*(,\\s*(\\d+)\\s*)?\\])?");

  static boolean is(String master) {
    return ADDRESS.matcher(master).matches();
  }

  /**
   * @param failures where {@code master} does not name them; Spark's own default is 1
   */
  static LocalMaster of(String master, int failures) {
    Matcher matcher = ADDRESS.matcher(master);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Invalid local master: " + master);
    }
    String cores = matcher.group(2) == null ? "1" : matcher.group(2);
    return new LocalMaster(
        cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores),
        matcher.group(4) == null ? failures : Integer.parseInt(matcher.group(4)));
  }

  /**
   * The address with a slot for each task that the limits allow and one more, so that a commit
   * never waits for COLMAP or a training.
   *
   * @param parallelScenes the limit of each kind of task
   */
  String withRoomForCommits(int parallelScenes) {
    int slots = Math.max(cores, ExecutorKind.values().length * parallelScenes + 1);
    return "local[%d,%d]".formatted(slots, failures);
  }
}
