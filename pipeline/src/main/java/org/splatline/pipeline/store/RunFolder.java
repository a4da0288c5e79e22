package org.splatline.pipeline.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The files of one run: attempts, published results, groups of rows, the summary. */
public final class RunFolder {
  private final Location root;

  RunFolder(Location root) {
    this.root = root;
  }

  public String uri() {
    return root.uri();
  }

  /** Takes the next free attempt number of a scene, from 1; no two callers get the same. */
  public int startAttempt(String scene) {
    List<Integer> taken = attempts(scene);
    int attempt = taken.isEmpty() ? 1 : taken.get(taken.size() - 1) + 1;
    byte[] mark = Json.write(Map.of("started_by", UUID.randomUUID().toString()));
    while (!attempt(scene, attempt).createIfAbsent("STARTED.json", mark)) {
      attempt++;
    }
    return attempt;
  }

  /** Numbers of a scene's attempts, rising. */
  public List<Integer> attempts(String scene) {
    return root.at("scenes/" + scene + "/attempts").folders().stream()
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }

  /** The files of one attempt. */
  public Location attempt(String scene, int attempt) {
    return root.at("scenes/" + scene + "/attempts/" + attempt);
  }

  /** Keeps how an attempt ended that is not the scene's final answer. */
  public void keepOutcome(String scene, int attempt, byte[] outcome) {
    attempt(scene, attempt).write("OUTCOME.json", outcome);
  }

  /** How an attempt ended that is not the scene's final answer; empty when it was cut off. */
  public Optional<byte[]> outcome(String scene, int attempt) {
    return attempt(scene, attempt).find("OUTCOME.json");
  }

  /** Gives the scene's final answer in this run; false when there is one already. */
  public boolean publish(String scene, byte[] result) {
    return root.createIfAbsent(resultPath(scene), result);
  }

  /** The scene's final answer in this run. */
  public Optional<byte[]> result(String scene) {
    return root.find(resultPath(scene));
  }

  public String resultUri(String scene) {
    return root.uri(resultPath(scene));
  }

  private static String resultPath(String scene) {
    return "scenes/" + scene + "/RESULT.json";
  }

  /**
   * Sets the scene's final answer aside as {@code attempts/N/RESULT.json}, so that the next driver
   * makes a new attempt; false when there is none. It stays as the attempt's outcome too: a driver
   * that died before committing its rows loses none.
   *
   * @param attempt the attempt whose answer it is
   */
  public boolean reopen(String scene, int attempt) {
    Optional<byte[]> result = result(scene);
    if (result.isEmpty()) {
      return false;
    }
    attempt(scene, attempt).write("RESULT.json", result.get());
    keepOutcome(scene, attempt, result.get());
    root.delete(resultPath(scene)); // last: cut off before this, nothing has changed
    return true;
  }

  /** Whether anything of this run is there. */
  public boolean exists() {
    return root.exists();
  }

  /** Names of the scenes that were begun, in order. */
  public List<String> scenes() {
    return root.at("scenes").folders();
  }

  /** Writes what the run is at, over what was there. */
  public void writeStatus(byte[] status) {
    root.write("STATUS.json", status);
  }

  /** What the run was last at. */
  public Optional<byte[]> status() {
    return root.find("STATUS.json");
  }

  /** Asks the driver to stop the whole run. */
  public void requestCancel() {
    request("cancel/all.json");
  }

  /** Asks the driver to give one scene up. */
  public void requestCancel(String scene) {
    request("cancel/scene-" + scene + ".json");
  }

  private void request(String path) {
    root.write(path, Json.write(Map.of("requested_at", Instant.now())));
  }

  /** What the driver was asked to cancel: one LIST. */
  public CancelRequests cancelRequests() {
    List<String> names = root.at("cancel").fileNames();
    return new CancelRequests(
        names.contains("all.json"),
        names.stream()
            .filter(name -> name.startsWith("scene-") && name.endsWith(".json"))
            .map(name -> name.substring("scene-".length(), name.length() - ".json".length()))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Forgets them: a driver's first act, so that an earlier invocation's requests don't stop it. */
  public void clearCancelRequests() {
    root.delete("cancel");
  }

  /** Numbers the group {@code number} unless that is taken; false when it is. */
  public boolean createGroup(int number, byte[] group) {
    return root.createIfAbsent(groupPath(number), group);
  }

  /** The group of rows with this number. */
  public Optional<byte[]> group(int number) {
    return root.find(groupPath(number));
  }

  private static String groupPath(int number) {
    return "commits/" + number + ".json";
  }

  /** So that an earlier run's summary isn't taken for that of the one that begins. */
  public void dropSummary() {
    root.delete("SUMMARY.json");
  }

  /** Writes how the run ended, over what an earlier invocation wrote. */
  public void writeSummary(byte[] summary) {
    root.write("SUMMARY.json", summary);
  }

  /** How the run ended. */
  public Optional<byte[]> summary() {
    return root.find("SUMMARY.json");
  }
}
