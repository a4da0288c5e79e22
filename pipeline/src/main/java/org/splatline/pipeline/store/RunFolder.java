package org.splatline.pipeline.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The files of one run: attempts, published results, groups of rows, and the summary. */
public final class RunFolder {
  private final Location root;

  RunFolder(Location root) {
    this.root = root;
  }

  public String uri() {
    return root.uri();
  }

  /** Takes a scene's next free attempt number, from 1. No two callers get the same number. */
  public int startAttempt(String scene) {
    List<Integer> taken = attempts(scene);
    int attempt = taken.isEmpty() ? 1 : taken.get(taken.size() - 1) + 1;
    byte[] mark = Json.write(Map.of("started_by", UUID.randomUUID().toString()));
    while (!attempt(scene, attempt).createIfAbsent("STARTED.json", mark)) {
      attempt++;
    }
    return attempt;
  }

  /** Numbers of a scene's attempts, in ascending order. */
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

  /** Stores the outcome of an attempt that is not the scene's final answer. */
  public void keepOutcome(String scene, int attempt, byte[] outcome) {
    attempt(scene, attempt).write("OUTCOME.json", outcome);
  }

  /** The outcome stored by {@link #keepOutcome}; empty if the attempt was interrupted. */
  public Optional<byte[]> outcome(String scene, int attempt) {
    return attempt(scene, attempt).find("OUTCOME.json");
  }

  /** Stores the scene's final answer in this run. Returns false if there is one already. */
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
   * Moves the scene's final answer to {@code attempts/N/RESULT.json}, so that the next driver makes
   * a new attempt. Returns false if there is no answer. The answer is also kept as the attempt's
   * outcome, so that its rows are committed even if the last driver died before it did so.
   *
   * @param attempt the attempt that gave the answer
   */
  public boolean reopen(String scene, int attempt) {
    Optional<byte[]> result = result(scene);
    if (result.isEmpty()) {
      return false;
    }
    attempt(scene, attempt).write("RESULT.json", result.get());
    keepOutcome(scene, attempt, result.get());
    root.delete(resultPath(scene)); // last: an interruption before this changes nothing
    return true;
  }

  /** An attempt's final answer that {@link #reopen} has set aside. */
  public Optional<byte[]> setAside(String scene, int attempt) {
    return attempt(scene, attempt).find("RESULT.json");
  }

  public String outcomeUri(String scene, int attempt) {
    return attempt(scene, attempt).uri("OUTCOME.json");
  }

  /** Whether the run has any files. */
  public boolean exists() {
    return root.exists();
  }

  /** Names of the scenes that were started, sorted. */
  public List<String> scenes() {
    return root.at("scenes").folders();
  }

  /** Writes the run's progress and replaces the earlier status. */
  public void writeStatus(byte[] status) {
    root.write("STATUS.json", status);
  }

  /** The run's last status. */
  public Optional<byte[]> status() {
    return root.find("STATUS.json");
  }

  /** Asks the driver to stop the whole run. */
  public void requestCancel() {
    request("cancel/all.json");
  }

  /** Asks the driver to cancel one scene. */
  public void requestCancel(String scene) {
    request("cancel/scene-" + scene + ".json");
  }

  private void request(String path) {
    root.write(path, Json.write(Map.of("requested_at", Instant.now())));
  }

  /** The requests to cancel. On S3 this is one LIST request. */
  public CancelRequests cancelRequests() {
    List<String> names = root.at("cancel").fileNames();
    return new CancelRequests(
        names.contains("all.json"),
        names.stream()
            .filter(name -> name.startsWith("scene-") && name.endsWith(".json"))
            .map(name -> name.substring("scene-".length(), name.length() - ".json".length()))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Deletes all requests to cancel. A driver does so first: they were for an earlier one. */
  public void clearCancelRequests() {
    root.delete("cancel");
  }

  /** Stores a group under this number. Returns false if the number is taken. */
  public boolean createGroup(int number, byte[] group) {
    return root.createIfAbsent(groupPath(number), group);
  }

  /** The group of rows with this number. */
  public Optional<byte[]> group(int number) {
    return root.find(groupPath(number));
  }

  public String groupUri(int number) {
    return root.uri(groupPath(number));
  }

  private static String groupPath(int number) {
    return "commits/" + number + ".json";
  }

  /** Takes a lease's number. Returns false if the number is taken. */
  boolean createLease(int number, byte[] holder) {
    return root.createIfAbsent("lease/" + number + ".json", holder);
  }

  /** Who took this number. */
  byte[] lease(int number) {
    return root.read("lease/" + number + ".json");
  }

  /** The highest number of a lease; 0: none. On S3 this is one LIST request. */
  int lastLease() {
    return root.at("lease").fileNames().stream()
        .filter(name -> name.matches("\\d+\\.json"))
        .mapToInt(name -> Integer.parseInt(name.replace(".json", "")))
        .max()
        .orElse(0);
  }

  /** Says who has the run now. */
  void writeLease(byte[] holder) {
    root.write("LEASE.json", holder);
  }

  /** Who said last that it has the run. */
  Optional<byte[]> lease() {
    return root.find("LEASE.json");
  }

  /** Deletes an earlier invocation's summary, so that nobody takes it for this one's. */
  public void dropSummary() {
    root.delete("SUMMARY.json");
  }

  /** Writes the summary of the run and replaces an earlier invocation's. */
  public void writeSummary(byte[] summary) {
    root.write("SUMMARY.json", summary);
  }

  /** The summary of the run; empty until it has ended. */
  public Optional<byte[]> summary() {
    return root.find("SUMMARY.json");
  }
}
