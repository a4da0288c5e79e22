package org.splatline.pipeline.cli;

import org.splatline.pipeline.report.Verification;

/** The findings of a verification as text for people. */
final class VerificationText {
  private VerificationText() {}

  static String of(Verification found) {
    StringBuilder text = new StringBuilder();
    for (Verification.Fault fault : found.faults()) {
      String about = String.join(" ", fault.kind().name(), fault.runId(), fault.sceneId()).strip();
      text.append("%s: %s%n".formatted(about, fault.what()));
    }
    if (!found.orphans().isEmpty()) {
      text.append(
          "%d places without a table row, %.1f MB; --json names them%n"
              .formatted(
                  found.orphans().size(),
                  found.orphans().stream().mapToLong(Verification.Orphan::bytes).sum() / 1e6));
    }
    return text.append(
            "%d rows and %d files checked, %d faults"
                .formatted(found.rows(), found.files(), found.faults().size()))
        .toString();
  }
}
