package org.splatline.pipeline.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.pipeline.config.PipelineConfig;

class ColmapTaskTest {
  /** An executor of 4 cores holds them all, also where its memory allows COLMAP fewer threads. */
  @ParameterizedTest
  @CsvSource({
    "false, 0, 1000, 4, 4",
    "false, 0, 2, 2, 4",
    "false, 3, 1000, 3, 4",
    "false, 8, 1000, 4, 4",
    "true, 8, 1000, 8, 8",
    "true, 8, 2, 2, 2",
  })
  void theCostCountsTheCoresThatTheExecutorHolds(
      boolean isLocal, int configured, int mostThreads, int threads, int cores) {
    ColmapTask work =
        new ColmapTask(
            null,
            PipelineConfig.of(
                    ConfigurationReader.withDefaultProfile("vanilla")
                        .settings(List.of("sfm.threads=" + configured))
                        .read())
                .sfm(),
            "3.8",
            mostThreads,
            null);

    assertThat(work.threads(4, isLocal)).isEqualTo(threads);
    assertThat(work.cores(4, isLocal)).isEqualTo(cores);
  }
}
