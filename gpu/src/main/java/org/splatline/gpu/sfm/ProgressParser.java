package org.splatline.gpu.sfm;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the output of one COLMAP command line by line. It passes progress to a listener and keeps
 * what the exit code does not say. Lines may have a log prefix, as they do since 3.9.
 */
final class ProgressParser implements Consumer<String> {
  private static final Pattern ITEM =
      Pattern.compile(
          "(?:Processed file|(?:Matching|Processing|Undistorting) image) \\[(\\d+)/(\\d+)]");
  private static final Pattern BLOCK =
      Pattern.compile("(?:Matching|Processing) block \\[(\\d+)/(\\d+), (\\d+)/(\\d+)]");
  private static final Pattern REGISTERING =
      Pattern.compile("Registering image #\\d+ \\((?:num_reg_\\w+=)?(\\d+)\\)");
  private static final Pattern UNREADABLE = Pattern.compile("Failed to read image");
  private static final Pattern NO_MATCHES = Pattern.compile("No images with matches");
  private static final Pattern UNKNOWN_OPTION =
      Pattern.compile("unrecogni[sz]ed option|Failed to parse options");

  private static final Pattern DISK_FULL =
      Pattern.compile("No space left on device|Disk quota exceeded|database or disk is full");

  private final String stage;
  private final int photographs;
  private final SfmListener listener;
  private volatile int unreadable; // written by the one draining thread
  private volatile boolean withoutMatches;
  private volatile boolean misunderstood;
  private volatile boolean outOfDisk;

  ProgressParser(String stage, int photographs, SfmListener listener) {
    this.stage = stage;
    this.photographs = photographs;
    this.listener = listener;
  }

  @Override
  public void accept(String line) {
    Matcher item = ITEM.matcher(line);
    if (item.find()) {
      listener.onProgress(stage, number(item, 1), number(item, 2));
      return;
    }
    Matcher block = BLOCK.matcher(line);
    if (block.find()) {
      int columns = number(block, 4);
      listener.onProgress(
          stage, (number(block, 1) - 1) * columns + number(block, 3), number(block, 2) * columns);
      return;
    }
    Matcher registering = REGISTERING.matcher(line);
    if (registering.find()) {
      listener.onProgress(stage, Math.min(number(registering, 1), photographs), photographs);
      return;
    }
    keep(line);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void keep(String line) {
    if (UNREADABLE.matcher(line).find()) {
      unreadable++;
    }
    withoutMatches |= NO_MATCHES.matcher(line).find();
    misunderstood |= UNKNOWN_OPTION.matcher(line).find();
    outOfDisk |= DISK_FULL.matcher(line).find();
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  /** The number of photographs that COLMAP could not read. */
  int unreadable() {
    return unreadable;
  }

  /** Whether COLMAP reported that no two photographs match. */
  boolean withoutMatches() {
    return withoutMatches;
  }

  /** Whether COLMAP rejected an option. */
  boolean misunderstood() {
    return misunderstood;
  }

  /** Whether COLMAP reported that the disk is full. */
  boolean outOfDisk() {
    return outOfDisk;
  }
}
