package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepWorkTest {
  private static final StepWork WORK =
      new StepWork(1000, 400, 2000, 640, 3, 0, 6, 1, 4096, new PairCounts(50, 6400, 1500));

  @Test
  void countsBytesReadAndWrittenOnce() {
    Map<String, StepWork.Work> work = WORK.byKernel();
    assertThat(work.get("clear").bytes()).isEqualTo(4096);
    assertThat(work.get("project").bytes()).isEqualTo(1000 * 48 + 400 * (192 + 96 + 16));
    assertThat(work.get("sort_pass").bytes()).isEqualTo(16 * 3 * 400);
    assertThat(work.get("place_splats").bytes()).isEqualTo(12 * 400);
    assertThat(work.get("intersect_tiles").bytes()).isEqualTo(400 * 44 + 2000 * 8);
    assertThat(work.get("sort_pass_tiles").bytes()).isEqualTo(2000 * 12 + 6 * 8);
    assertThat(work.get("blend_forward").bytes()).isEqualTo(2000 * 4 + 400 * 36 + 640 * 12);
    assertThat(work.get("loss_opaque").bytes()).isEqualTo(640 * 27);
    assertThat(work.get("blend_backward").bytes()).isEqualTo(2000 * 4 + 400 * 36 * 3 + 640 * 24);
    assertThat(work.get("update_visible").bytes()).isEqualTo(400 * (6 * 240 + 96 + 4));
  }

  @Test
  void countsOperationsByPairs() {
    Map<String, StepWork.Work> work = WORK.byKernel();
    assertThat(work.get("blend_forward").flops()).isEqualTo(50 * 25 + 6400 * 6 + 1500 * 11);
    assertThat(work.get("blend_backward").flops()).isEqualTo(50 * 25 + 6400 * 24 + 1500 * 18);
    assertThat(work.get("loss_opaque").flops()).isEqualTo(3 * 640 * 348);
    assertThat(work.get("update_visible").flops()).isEqualTo(400 * (59 * 12 + 560));
    assertThat(work.get("sort_pass").flops()).isZero();
  }

  @Test
  void meansOverViews() {
    StepWork other =
        new StepWork(1000, 600, 4000, 640, 3, 0, 6, 1, 4096, new PairCounts(150, 6400, 2500));
    StepWork mean = StepWork.mean(List.of(WORK, other));
    assertThat(mean.visible()).isEqualTo(500);
    assertThat(mean.intersections()).isEqualTo(3000);
    assertThat(mean.pairs()).isEqualTo(new PairCounts(100, 6400, 2000));
  }

  @Test
  void aShareIsThatOfACopysRate() {
    Map<String, CudaBenchmark.KernelFigures> figures =
        CudaBenchmark.figures(
            Map.of("blend_forward_coarse", 0.5),
            Map.of("blend_forward", new StepWork.Work(1_000_000_000L, 7)),
            4e12);
    CudaBenchmark.KernelFigures figure = figures.get("blend_forward_coarse");
    assertThat(figure.bytes()).isEqualTo(1_000_000_000L);
    assertThat(figure.flops()).isEqualTo(7);
    assertThat(figure.bandwidthShare()).isCloseTo(0.5, within(1e-12));
  }
}
