package org.splatline.gpu.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.backend.TestGaussians;
import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.PictureFile;

/** What is kept changes only the use of memory. */
class CpuPicturesTest {
  private static final Blur BLUR = new Blur(2, 1);

  @Test
  void theSamePicturesWithAnyRoom(@TempDir Path folder) {
    Picture first = TestGaussians.picture(64, 48, 3, 1);
    Picture second = TestGaussians.picture(60, 50, 4, 2);
    try (PictureFile file = new PictureFile(folder)) {
      List<Target> targets =
          List.of(
              new Target(TestGaussians.camera(32, 24, 1), first),
              new Target(TestGaussians.camera(60, 50, 1), file.keep(second)));
      CpuPictures all = new CpuPictures(targets, Long.MAX_VALUE);
      for (long room : new long[] {0, 32 * 24 * 3, 30_000}) {
        CpuPictures some = new CpuPictures(targets, room);
        for (int target : new int[] {0, 1, 0, 1}) {
          assertSame(some.get(target, BLUR), all.get(target, BLUR));
          assertSame(some.get(target, Blur.NONE), all.get(target, Blur.NONE));
        }
      }
      assertSame(all.get(0, Blur.NONE), AreaFilter.reduce(first, 32, 24));
      assertSame(all.get(1, Blur.NONE), second);
      assertThat(all.get(1, BLUR)).isSameAs(all.get(1, BLUR));
    }
  }

  private static void assertSame(Picture actual, Picture expected) {
    assertThat(actual.pixels()).isEqualTo(expected.pixels());
  }
}
