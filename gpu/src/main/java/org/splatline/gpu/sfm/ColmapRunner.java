package org.splatline.gpu.sfm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.splatline.gpu.colmap.ColmapProcess;
import org.splatline.gpu.colmap.ProcessResult;

/** Runs COLMAP's commands for one scene. It keeps a log and the duration of each. */
final class ColmapRunner {
  private final SfmConfig config;
  private final String sceneId;
  private final SfmFolders folders;
  private final SfmListener listener;
  private final Map<String, Double> secondsByLog = new LinkedHashMap<>();

  ColmapRunner(SfmConfig config, String sceneId, SfmFolders folders, SfmListener listener) {
    this.config = config;
    this.sceneId = sceneId;
    this.folders = folders;
    this.listener = listener;
  }

  /** A command that has ended, well or not. */
  record Ended(ColmapCommand command, Path log, ProcessResult result, ProgressParser output) {}

  /**
   * Runs a command to its end.
   *
   * @param log name of its log
   * @param photographs that it works on
   */
  Ended run(ColmapCommand command, String log, int photographs)
      throws IOException, InterruptedException {
    ProgressParser output = new ProgressParser(command.name(), photographs, listener);
    Path file = folders.log(log);
    ProcessResult result =
        ColmapProcess.run(command.words(), folders.work(), file, config.limits(), output);
    secondsByLog.put(log, result.elapsed().toMillis() / 1000.0);
    return new Ended(command, file, result, output);
  }

  /** Runs a command. Throws the {@link ToolFailure} of one that does not succeed. */
  Ended runToSuccess(ColmapCommand command, String log, int photographs)
      throws IOException, InterruptedException {
    Ended ended = run(command, log, photographs);
    requireSuccess(ended);
    return ended;
  }

  /** Runs work of ours, whose time counts like a command's. */
  void timed(String name, Runnable work) {
    long start = System.nanoTime();
    try {
      work.run();
    } finally {
      secondsByLog.put(name, (System.nanoTime() - start) / 1e9);
    }
  }

  /** Notes the duration of work that was done before. */
  void done(String name, double seconds) {
    secondsByLog.put(name, seconds);
  }

  /** Throws the {@link ToolFailure} of a command that did not succeed. */
  void requireSuccess(Ended ended) {
    if (ended.result().exitCode() != 0) {
      throw ToolFailure.of(
          sceneId, ended.command().name(), ended.result(), ended.output(), ended.log());
    }
  }

  /** The seconds of each command by its log, in the order they ran. */
  Map<String, Double> secondsByLog() {
    return secondsByLog;
  }
}
