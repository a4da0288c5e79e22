package org.splatline.gpu.cuda.kernel;

import java.util.Arrays;
import org.splatline.gpu.backend.Blur;

/**
 * {@code struct Window} of image.cu: the weights of a blur from the middle outwards.
 *
 * @param weights one for the middle and one for each distance up to {@link Blur#MAX_RADIUS}
 */
public record WindowArgument(int[] weights) implements StructArgument {

  public static WindowArgument of(Blur blur) {
    return new WindowArgument(Arrays.copyOf(blur.weights(), Blur.MAX_RADIUS + 1));
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(weights);
  }
}
