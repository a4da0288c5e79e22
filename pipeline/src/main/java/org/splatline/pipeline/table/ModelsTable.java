package org.splatline.pipeline.table;

import java.util.List;

/** Table {@code models}. */
final class ModelsTable extends Table<ModelRow> {
  ModelsTable() {
    super(
        ModelRow.class,
        "models",
        "One row per exported file of a trained scene",
        List.of("run_id", "scene_id", "attempt", "format"),
        listColumns());
  }

  private static List<Column<ModelRow>> listColumns() {
    Columns<ModelRow> row = Columns.of(ModelRow.class);
    Columns<ModelRow> score = row.in("score");
    return List.of(
        row.runId(),
        row.sceneId(),
        row.attempt(),
        row.always("format", "File format, such as ply"),
        row.always("uri", "Where the file is"),
        score.always("bytes", "Size of the file").atLeast(0),
        row.always("sha256", "sha256 of the file, hexadecimal"),
        row.always("gaussians", "Gaussians in the file").atLeast(0),
        row.tenant(),
        score
            .maybe(
                "psnr",
                "PSNR of what the file holds, mean over held-out views, dB; null if not measured")
            .between(0, 100)
            .since(4),
        score.maybe("ssim", "SSIM of what the file holds; as psnr").between(-1, 1).since(4),
        score.maybe("psnr_loss", "PSNR of the model in memory less psnr, dB; as psnr").since(4),
        score.maybe("ply_ratio", "Bytes of the .ply of the same model / bytes").atLeast(0).since(4),
        score
            .maybe(
                "vanilla_ratio",
                "Bytes of the .ply that profile vanilla last made of the scene / bytes; null if"
                    + " there is none")
            .atLeast(0)
            .since(4),
        score
            .maybe(
                "finish_seconds",
                "Time in which the model was finished for this file, s; null if it was not")
            .atLeast(0)
            .since(4),
        score
            .maybe(
                "finish_psnr_gain",
                "psnr less that of the same file without the finish, dB; null if it was not"
                    + " finished")
            .since(4));
  }
}
