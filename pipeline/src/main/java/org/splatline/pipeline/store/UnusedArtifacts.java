package org.splatline.pipeline.store;

import static org.splatline.gpu.Checks.checkArgument;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The artifacts that no run has made or used for some time and no published attempt refers to, and
 * the checkpoints of trainings that nobody has continued for that time. A run that needs one again
 * makes it again.
 *
 * <p>Runs may be at work meanwhile. What a live run uses is kept, however long it has been running:
 * the time counts from its start. A run that starts during a deletion notes its use before it reads
 * the marker once more, and the deletion removes the marker before it looks for that note: so
 * either the run finds no artifact, or the deletion finds the note and puts the marker back.
 */
public final class UnusedArtifacts {
  /** A scene may wait that long between two of its stages. */
  private static final Duration LEAST = Duration.ofDays(7);

  private final Store store;
  private final Instant cutoff;

  private UnusedArtifacts(Store store, Instant cutoff) {
    this.store = store;
    this.cutoff = cutoff;
  }

  /**
   * What there is, and what of it is unused.
   *
   * @param name of a stage, or {@code checkpoints}
   * @param all number of artifacts, or of trainings
   * @param unused number of those that are deleted, or would be
   */
  public record Count(String name, long all, long bytes, long unused, long unusedBytes) {}

  /**
   * Those that have been unused for {@code time} before now. Throws {@link
   * IllegalArgumentException} for less than 7 days.
   */
  public static UnusedArtifacts in(Store store, Duration time) {
    checkArgument(
        time.compareTo(LEAST) >= 0,
        "Invalid --unused-for: %s days are fewer than 7. A scene may wait for a GPU between two stages",
        time.toDays());
    return new UnusedArtifacts(store, beforeLiveRuns(store, Instant.now().minus(time)));
  }

  /** Those that were last used before {@code cutoff}. */
  static UnusedArtifacts before(Store store, Instant cutoff) {
    return new UnusedArtifacts(store, beforeLiveRuns(store, cutoff));
  }

  private static Instant beforeLiveRuns(Store store, Instant cutoff) {
    return store.runs().stream()
        .flatMap(run -> RunLease.holder(store.run(run)).stream())
        .map(holder -> holder.since().minus(Store.USED_TO_WITHIN))
        .filter(start -> start.isBefore(cutoff))
        .min(Instant::compareTo)
        .orElse(cutoff);
  }

  /** Counts them, and deletes nothing. */
  public List<Count> find() {
    return each(folder -> true);
  }

  /** Deletes them, and counts them. */
  public List<Count> delete() {
    return each(this::delete);
  }

  private interface Removal {
    /** Returns whether the folder is unused. */
    boolean of(Folder folder);
  }

  private record Folder(Location place, List<StoredFile> files) {
    boolean isOlderThan(Instant time) {
      return files.stream().noneMatch(file -> file.modifiedAt().isAfter(time));
    }

    boolean has(String name) {
      return files.stream().anyMatch(file -> file.path().equals(name));
    }

    long bytes() {
      return files.stream().mapToLong(StoredFile::bytes).sum();
    }

    /** Names of the files and folders directly in it. */
    Set<String> names() {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.path().replaceFirst("/.*", "")));
      return names;
    }
  }

  private List<Count> each(Removal removal) {
    List<Count> counts = new ArrayList<>();
    for (String stage : store.artifacts().folders()) {
      counts.add(each(stage, store.artifacts().at(stage), removal));
    }
    counts.add(each("checkpoints", store.checkpoints(), removal));
    return counts;
  }

  private Count each(String name, Location parent, Removal removal) {
    List<Count> counts = new ArrayList<>();
    List<Runnable> looks = new ArrayList<>();
    for (String key : parent.folders()) {
      looks.add(
          () -> {
            Count count = count(name, parent.at(key), removal);
            synchronized (counts) {
              counts.add(count);
            }
          });
    }
    new Transfers().run(looks);
    return new Count(
        name,
        counts.stream().mapToLong(Count::all).sum(),
        counts.stream().mapToLong(Count::bytes).sum(),
        counts.stream().mapToLong(Count::unused).sum(),
        counts.stream().mapToLong(Count::unusedBytes).sum());
  }

  private Count count(String name, Location place, Removal removal) {
    Folder folder = new Folder(place, place.files());
    long bytes = folder.bytes();
    boolean unused =
        !folder.has(Store.PUBLISHED) && folder.isOlderThan(cutoff) && removal.of(folder);
    return new Count(name, 1, bytes, unused ? 1 : 0, unused ? bytes : 0);
  }

  /** Deletes only what it has listed: another run may be writing the same artifact again. */
  private boolean delete(Folder folder) {
    Location place = folder.place();
    Optional<byte[]> marker = place.find(Store.MARKER);
    place.delete(Store.MARKER);
    if (Store.isUsedSince(place, cutoff)) {
      marker.ifPresent(content -> place.createIfAbsent(Store.MARKER, content));
      return false;
    }
    folder.names().stream().filter(name -> !name.equals(Store.MARKER)).forEach(place::delete);
    place.deleteIfEmpty();
    return true;
  }
}
