package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.splatline.gpu.match.CpuMatcher;
import org.splatline.gpu.match.Matcher;
import org.splatline.gpu.match.MatcherContract;
import org.splatline.gpu.match.PhotographPair;

class CudaMatcherIT extends MatcherContract {
  private CudaBackend backend;

  @BeforeEach
  void openBackend() {
    Gpu.assume();
    backend = Gpu.open();
  }

  @AfterEach
  void leavesNothingOnTheDevice() {
    if (backend != null) {
      backend.close();
      assertThat(backend.liveBytes()).as("bytes left on the device").isZero();
    }
  }

  @Override
  protected Matcher matcher() {
    return backend.matcher();
  }

  /** As many features as a photograph has, and more. */
  @ParameterizedTest(name = "{0} and {1} features")
  @CsvSource({"8192, 8192", "20000, 999"})
  void largePhotographsMatchAsOnTheCpu(int n, int m) {
    Random random = new Random(11);
    byte[] first = random(n, random);
    Photographs photographs = new Photographs(List.of(first, similar(first, m, random)));
    List<PhotographPair> pairs = List.of(new PhotographPair(0, 1));
    assertThat(matches(matcher(), photographs, pairs).get(0))
        .hasSizeGreaterThan(m / 4)
        .isEqualTo(matches(new CpuMatcher(), photographs, pairs).get(0));
  }

  /** More tasks and more results than one launch takes. */
  @Test
  void manyLaunchesAreAsOne() {
    Random random = new Random(12);
    byte[] first = random(300, random);
    Photographs photographs = new Photographs(List.of(first, similar(first, 250, random)));
    List<PhotographPair> pairs =
        IntStream.range(0, 40_000).mapToObj(i -> new PhotographPair(i % 2, 1 - i % 2)).toList();
    List<int[]> found = matches(matcher(), photographs, pairs);
    List<int[]> expected = matches(new CpuMatcher(), photographs, pairs.subList(0, 2));
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isEqualTo(expected.get(i % 2));
    }
  }
}
