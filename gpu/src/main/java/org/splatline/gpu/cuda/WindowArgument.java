package org.splatline.gpu.cuda;

import java.util.Arrays;
import org.splatline.gpu.backend.Blur;

/** {@code struct Window} of image.cu: a blur's weights from the middle outwards. */
final class WindowArgument extends StructArgument {

  WindowArgument(Blur blur) {
    super(
        Arrays.stream(Arrays.copyOf(blur.weights(), Blur.MAX_RADIUS + 1))
            .boxed()
            .toArray(Object[]::new));
  }
}
