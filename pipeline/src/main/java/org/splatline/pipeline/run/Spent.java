package org.splatline.pipeline.run;

import java.util.List;
import java.util.Objects;
import org.splatline.pipeline.stage.TaskUse;
import org.splatline.pipeline.table.SceneRunRow.Cost;
import org.splatline.pipeline.table.SceneRunRow.Tasks;

/** What the tasks of one attempt cost, and how they ran. */
record Spent(Cost cost, Tasks tasks) {

  static Spent of(List<TaskUse> uses, SceneCosts costs, String applicationId) {
    List<Integer> resumes = uses.stream().map(TaskUse::resumes).filter(Objects::nonNull).toList();
    return new Spent(
        costs.of(uses.stream().map(TaskUse::held).toList()),
        new Tasks(
            applicationId,
            uses.stream().mapToDouble(TaskUse::queueSeconds).sum(),
            resumes.isEmpty() ? null : resumes.get(resumes.size() - 1),
            uses.stream()
                .map(use -> use.held().cudaDriver())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null)));
  }
}
