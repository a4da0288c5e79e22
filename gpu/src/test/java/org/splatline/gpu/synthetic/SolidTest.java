package org.splatline.gpu.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hits against values worked out by hand, and against what has to hold for any ray. */
class SolidTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final Texture GREY = p -> new Vec(0.5, 0.5, 0.5);
  private static final Vec CENTER = new Vec(1, 2, 3);
  private static final int RAYS = 5000;
  private static final long SEED = 7;

  @Test
  void sphereFromOutsideAndInside() {
    Sphere sphere = new Sphere(CENTER, 2, GREY);
    assertThat(sphere.distance(ray(-5, 2, 3, 1, 0, 0))).isCloseTo(4, EXACT);
    assertThat(sphere.distance(ray(1, 2, 3, 0, 0, 1))).isCloseTo(2, EXACT);
    assertThat(sphere.distance(ray(4, 2, 3, 1, 0, 0))).isEqualTo(Solid.MISS);
    assertThat(sphere.distance(ray(-5, 4.1, 3, 1, 0, 0))).isEqualTo(Solid.MISS);
    assertThat(sphere.normal(new Vec(1, 2, 5))).isEqualTo(new Vec(0, 0, 1));
  }

  @Test
  void domeHasNoLowerHalf() {
    Dome dome = new Dome(CENTER, 2, GREY);
    assertThat(dome.distance(ray(1, 2, 9, 0, 0, -1))).isCloseTo(4, EXACT);
    assertThat(dome.distance(ray(1, 2, -9, 0, 0, 1))).as("open below").isCloseTo(14, EXACT);
    assertThat(dome.distance(ray(-5, 2, 2, 1, 0, 0))).as("below it").isEqualTo(Solid.MISS);
  }

  @Test
  void boxStraightAndRotated() {
    Box straight = Box.turned(CENTER, new Vec(1, 2, 3), 0, GREY);
    assertThat(straight.distance(ray(-5, 2, 3, 1, 0, 0))).isCloseTo(5, EXACT);
    assertThat(straight.distance(ray(1, 2, 3, 0, 1, 0))).as("from inside").isCloseTo(2, EXACT);
    assertThat(straight.distance(ray(-5, 4.1, 3, 1, 0, 0))).isEqualTo(Solid.MISS);

    Box quarter = Box.turned(CENTER, new Vec(1, 2, 3), 90, GREY);
    assertThat(quarter.distance(ray(-5, 2, 3, 1, 0, 0))).isCloseTo(4, EXACT);
    Box eighth = Box.turned(CENTER, new Vec(1, 1, 1), 45, GREY);
    assertThat(eighth.distance(ray(-5, 2, 3, 1, 0, 0))).isCloseTo(6 - Math.sqrt(2), EXACT);
    Vec normal = eighth.normal(new Vec(0.5, 1.5 - 1e-9, 3));
    assertThat(normal.x()).isCloseTo(-Math.sqrt(0.5), EXACT);
    assertThat(normal.y()).isCloseTo(-Math.sqrt(0.5), EXACT);
  }

  @Test
  void cylinderSideLidAndAxis() {
    Cylinder cylinder = new Cylinder(CENTER, 2, 1, GREY);
    assertThat(cylinder.distance(ray(-5, 2, 3.5, 1, 0, 0))).isCloseTo(4, EXACT);
    assertThat(cylinder.distance(ray(-5, 2, 4.5, 1, 0, 0))).as("above").isEqualTo(Solid.MISS);
    assertThat(cylinder.distance(ray(2, 2, 9, 0, 0, -1))).as("lid").isCloseTo(5, EXACT);
    assertThat(cylinder.distance(ray(4, 2, 9, 0, 0, -1))).as("beside").isEqualTo(Solid.MISS);
    assertThat(cylinder.distance(ray(1, 2, 3, 0, 0, 1))).as("from inside").isCloseTo(1, EXACT);
    assertThat(cylinder.normal(new Vec(3, 2, 3))).isEqualTo(new Vec(1, 0, 0));
    assertThat(cylinder.normal(new Vec(1, 2, 2))).isEqualTo(new Vec(0, 0, -1));
  }

  static Stream<Solid> solids() {
    return Stream.of(
        new Sphere(CENTER, 1.5, GREY),
        new Dome(CENTER, 1.5, GREY),
        Box.turned(CENTER, new Vec(0.8, 1.2, 1.6), 33, GREY),
        new Cylinder(CENTER, 0.9, 1.3, GREY));
  }

  /** A hit is on the surface: just before it the ray is outside, and a new ray starts there. */
  @ParameterizedTest
  @MethodSource("solids")
  void everyHitIsWithinTheBoundsAndHasAUnitNormal(Solid solid) {
    Random random = new Random(SEED);
    Solid.Ball ball = solid.bounds();
    int hits = 0;
    for (int i = 0; i < RAYS; i++) {
      Ray ray = new Ray(around(random, 6), around(random, 1).minus(CENTER).normalized());
      double distance = solid.distance(ray);
      if (distance == Solid.MISS) {
        continue;
      }
      hits++;
      Vec point = ray.at(distance);
      assertThat(point.minus(ball.center()).length()).isLessThanOrEqualTo(ball.radius() + 1e-9);
      assertThat(solid.normal(point).length()).isCloseTo(1, EXACT);
      Ray later = new Ray(ray.at(distance - 1e-3), ray.direction());
      assertThat(solid.distance(later)).as("ray %d", i).isCloseTo(1e-3, within(1e-9));
    }
    assertThat(hits).isGreaterThan(RAYS / 100);
  }

  @Test
  void boundsChangeNothingButSpeed() {
    List<Solid> solids = solids().map(SolidTest::shifted).toList();
    World world = new World(solids, List.of(), List.of(), Vec.ZERO);
    Random random = new Random(SEED);
    for (int i = 0; i < RAYS; i++) {
      Ray ray = new Ray(around(random, 6), around(random, 1).minus(CENTER).normalized());
      double nearest = solids.stream().mapToDouble(s -> s.distance(ray)).min().orElseThrow();
      assertThat(world.nearest(ray).distance()).isEqualTo(nearest);
    }
  }

  private static Solid shifted(Solid solid) {
    if (solid instanceof Sphere sphere) {
      return new Sphere(sphere.center().plus(new Vec(2, 0, 0)), sphere.radius(), GREY);
    }
    return solid;
  }

  private static Vec around(Random random, double size) {
    return CENTER.plus(
        new Vec(random.nextGaussian(), random.nextGaussian(), random.nextGaussian()).times(size));
  }

  private static Ray ray(double x, double y, double z, double dx, double dy, double dz) {
    return new Ray(new Vec(x, y, z), new Vec(dx, dy, dz));
  }
}
