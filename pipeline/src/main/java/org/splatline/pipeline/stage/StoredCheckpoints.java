package org.splatline.pipeline.stage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;

/**
 * A training's checkpoints in the store, besides those on the machine, so that any machine can
 * resume the training. The trainer checks each one's sum and skips a damaged one.
 */
final class StoredCheckpoints {
  private static final Logger LOG = LoggerFactory.getLogger(StoredCheckpoints.class);
  private static final Pattern NAME = Pattern.compile("step-\\d{6,}\\.ckpt"); // sorted by step

  private static final String RESUMES = "RESUMES.json";

  private final Location place;
  private final int most;

  /**
   * @param most how many of the newest ones are kept
   */
  StoredCheckpoints(Location place, int most) {
    this.place = place;
    this.most = most;
  }

  /** Uploads a checkpoint, then deletes the oldest ones. */
  void keep(Path file) {
    place.uploadFile(file, file.getFileName().toString());
    List<String> names = names();
    names.subList(0, Math.max(0, names.size() - most)).forEach(place::delete);
  }

  /** Fetches those that are newer than the ones in {@code folder}. A failure is only logged. */
  void fetchNewest(Path folder) {
    try {
      String newestHere = newest(folder);
      for (String name : names()) {
        if (name.compareTo(newestHere) > 0) {
          place.fetchFile(name, folder.resolve(name));
          LOG.info("fetched {} of an earlier try", name);
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot fetch checkpoints: training continues without them", e);
    }
  }

  /**
   * Notes that the training continues from a checkpoint. Returns how often it has, with this time;
   * 1 if the notes of earlier times can't be read.
   */
  int countResume() {
    try {
      int count = place.find(RESUMES).map(json -> Json.read(json, Resumes.class).count()).orElse(0);
      place.write(RESUMES, Json.write(new Resumes(count + 1)));
      return count + 1;
    } catch (RuntimeException e) {
      LOG.warn("Cannot count how often a training continued", e);
      return 1;
    }
  }

  /** The content of {@link #RESUMES}. */
  private record Resumes(int count) {}

  private static String newest(Path folder) {
    String[] names = folder.toFile().list((parent, name) -> NAME.matcher(name).matches());
    String newest = "";
    if (names != null && Files.isDirectory(folder)) {
      for (String name : names) {
        newest = name.compareTo(newest) > 0 ? name : newest;
      }
    }
    return newest;
  }

  private List<String> names() {
    return place.fileNames().stream().filter(name -> NAME.matcher(name).matches()).toList();
  }

  /** Deletes them all, once the training is done. */
  void delete() {
    place.delete("");
  }
}
