package org.splatline.gpu.cuda.kernel;

import java.util.Arrays;
import org.splatline.gpu.sift.SiftRule;

/**
 * {@code struct SiftWindow} of sift.cu: the weights of a blur from the middle outwards.
 *
 * @param weights one for the middle and one for each distance up to {@link SiftRule#MAX_RADIUS}
 */
public record SiftWindowArgument(float[] weights) implements StructArgument {

  public static SiftWindowArgument of(float[] window) {
    return new SiftWindowArgument(Arrays.copyOf(window, SiftRule.MAX_RADIUS + 1));
  }

  @Override
  public void write(StructWriter writer) {
    writer.and(weights);
  }
}
