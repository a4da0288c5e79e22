package org.splatline.gpu.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Light by hand: a grey ground, one light straight above it. */
class WorldTest {
  private static final double AMBIENT = 0.2;
  private static final double ALBEDO = 0.5;
  private static final Texture GREY = p -> new Vec(ALBEDO, ALBEDO, ALBEDO);
  private static final Solid GROUND = Box.turned(new Vec(0, 0, -1), new Vec(9, 9, 1), 0, GREY);
  private static final Solid BALL = new Sphere(new Vec(0, 0, 2), 0.5, GREY);
  private static final Light LAMP = new Light(new Vec(0, 0, 4), new Vec(1, 1, 1));

  private static double grey(List<Solid> objects, List<Solid> backdrop, Vec eye, Vec target) {
    World world = new World(objects, backdrop, List.of(LAMP), new Vec(AMBIENT, AMBIENT, AMBIENT));
    return world.color(new Ray(eye, target.minus(eye).normalized())).x();
  }

  @Test
  void lambertInTheLight() {
    // At (3, 0, 0) the light arrives at cosine 4/5; the mirrored ray passes far from the eye.
    double seen = grey(List.of(), List.of(GROUND), new Vec(3, -8, 1), new Vec(3, 0, 0));
    assertThat(seen).isCloseTo(ALBEDO * (AMBIENT + 0.8), within(1e-3));
  }

  @Test
  void onlyAmbientInTheShadow() {
    double seen = grey(List.of(BALL), List.of(GROUND), new Vec(5, 0, 1), Vec.ZERO);
    assertThat(seen).isCloseTo(ALBEDO * AMBIENT, within(1e-12));
  }

  @Test
  void backdropsCastNoShadow() {
    double seen = grey(List.of(), List.of(GROUND, BALL), new Vec(5, 0, 1), Vec.ZERO);
    assertThat(seen).isGreaterThan(ALBEDO * (AMBIENT + 1) - 1e-9);
  }

  @Test
  void emptySpaceIsBlack() {
    assertThat(grey(List.of(BALL), List.of(), new Vec(5, 0, 1), new Vec(6, 0, 1))).isZero();
  }
}
