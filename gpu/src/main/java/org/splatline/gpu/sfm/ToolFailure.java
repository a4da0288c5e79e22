package org.splatline.gpu.sfm;

import java.nio.file.Path;
import org.splatline.gpu.colmap.ProcessResult;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/** Turns the failure of a COLMAP command into a verdict and a message. */
final class ToolFailure {
  private static final int SIGNAL_BASE = 128;
  private static final int SIGKILL = 9;

  private ToolFailure() {}

  static SceneException of(
      String sceneId, String command, ProcessResult result, ProgressParser output, Path log) {
    Verdict verdict = verdict(result.exitCode(), output);
    return new SceneException(
        verdict,
        "Cannot run colmap %s for scene %s: exit %s after %s s%s. %s. Last lines: %s. Full log: %s"
            .formatted(
                command,
                sceneId,
                result.exitCode(),
                result.elapsed().toSeconds(),
                meaning(result.exitCode()),
                advice(verdict),
                result.tail(),
                log));
  }

  static Verdict verdict(int exitCode, ProgressParser output) {
    if (output.misunderstood()) {
      return Verdict.TOOL_INCOMPATIBLE;
    }
    if (output.outOfDisk()) {
      return Verdict.DISK_FULL;
    }
    return exitCode == SIGNAL_BASE + SIGKILL ? Verdict.OUT_OF_MEMORY : Verdict.TOOL_CRASH;
  }

  private static String meaning(int exitCode) {
    return exitCode > SIGNAL_BASE ? ", ended by signal " + (exitCode - SIGNAL_BASE) : "";
  }

  private static String advice(Verdict verdict) {
    return switch (verdict) {
      case OUT_OF_MEMORY ->
          "It was killed, probably because memory ran out: lower sfm.threads or sfm.max-features,"
              + " or give the machine more";
      case TOOL_INCOMPATIBLE ->
          "This build does not know an option that its version should have: install COLMAP from its"
              + " releases or name another program with sfm.colmap";
      case DISK_FULL ->
          "Its disk is full: make room there, or name a folder on a larger one with"
              + " -Dsplatline.work";
      default -> "Try again. If it fails in the same way, report it with the log";
    };
  }
}
