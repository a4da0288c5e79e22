package org.splatline.pipeline.cli;

import java.util.List;
import java.util.Locale;
import org.splatline.pipeline.report.BatchPlan;
import org.splatline.pipeline.report.BatchPlan.Machines;

/** A plan as text for people. */
final class BatchPlanText {
  private BatchPlanText() {}

  static String of(BatchPlan plan) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%,d scenes, %,d photographs%s%s%n%n",
            plan.scenes(),
            plan.photographs(),
            plan.estimatedScenes() == 0
                ? ""
                : format("; those of %,d archives or videos are estimated", plan.estimatedScenes()),
            plan.emptyScenes() == 0 ? "" : format("; %,d scenes have none", plan.emptyScenes())));
    TextTable table =
        new TextTable(
            List.of("work", "hours", "instance", "bought", "instances", "instance hours", "USD"));
    table.add(line("COLMAP, core hours", plan.cpu()));
    table.add(line("training, GPU hours", plan.gpu()));
    text.append(table).append('\n');
    if (plan.longest() != null) {
      text.append(
          format(
              "Longest scene: %s, %,d photographs, %.1f h%n",
              plan.longest().sceneId(), plan.longest().photographs(), plan.longest().hours()));
    }
    text.append(
        format(
            "Total: %.2f USD within %.1f h, without the driver, idle machines, S3 and work that is repeated%n",
            plan.costUsd(), plan.withinHours()));
    text.append('\n');
    plan.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString().stripTrailing();
  }

  private static List<String> line(String work, Machines machines) {
    return List.of(
        work,
        format("%.1f", machines.hours()),
        machines.instanceType(),
        machines.purchaseOption(),
        Long.toString(machines.instances()),
        format("%.1f", machines.instanceHours()),
        format("%.2f", machines.costUsd()));
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
