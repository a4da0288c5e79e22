package org.splatline.gpu.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.synthetic.Textures.Palette;

/** The worlds of the scenes. One unit is a metre, z is up, the ground is at 0. */
final class Worlds {
  private static final Vec UP = new Vec(0, 0, 1);
  private static final double SPOTS = 0.2; // contrast
  private static final double FINE = 0.055; // metres; 6 px from 4 m at a focal length of 440 px
  private static final double COARSE = 0.13; // for distant surfaces

  private Worlds() {}

  /** Stone balls, columns and boxes on a tiled floor in a room with painted walls. */
  static World studio(int seed) {
    List<Solid> objects = new ArrayList<>();
    addPedestal(objects, seed);
    addBoxes(objects, seed + 20);
    addBalls(objects, seed + 40);
    List<Solid> backdrop = new ArrayList<>();
    addRoom(backdrop, seed + 60);
    addHangings(backdrop, seed + 80);
    return new World(
        objects,
        backdrop,
        List.of(
            new Light(new Vec(3.2, -2.6, 5.2), Vec.rgb(0xffe2b8).times(0.72)),
            new Light(new Vec(-4.0, 2.0, 4.2), Vec.rgb(0xb9d4ff).times(0.34)),
            new Light(new Vec(0.5, 4.5, 5.4), Vec.rgb(0xfff4e6).times(0.22))),
        new Vec(0.34, 0.36, 0.40));
  }

  private static void addPedestal(List<Solid> objects, int seed) {
    Palette sandstone = Palette.of(0xdcc9a3, 0xb99d74, 0xe8dcc0, 0x9c8262);
    Texture slabs = Textures.pebbles(sandstone, Vec.rgb(0x8c7a62), 0.3, seed);
    objects.add(new Cylinder(new Vec(0, 0, 0.2), 1.25, 0.2, fine(slabs, seed + 1)));
    Palette veins = Palette.of(0x24323f, 0x5c7a88, 0xcfd8d6, 0xf3eee2, 0x8aa3a6);
    Texture marble = Textures.marble(veins, 0.5, seed + 2);
    objects.add(new Sphere(new Vec(0, 0, 1.12), 0.72, fine(marble, seed + 3)));
  }

  private static void addBoxes(List<Solid> objects, int seed) {
    Palette clay = Palette.of(0xb5482f, 0xd0704a, 0x9a3b2c, 0xc98a5e, 0xe0a878);
    Texture bricks = Textures.tiles(clay, new Vec(0.4, 0.4, 0.2), 0.012, seed);
    objects.add(
        Box.turned(new Vec(1.75, 0.55, 0.5), new Vec(0.42, 0.42, 0.5), 28, fine(bricks, seed + 1)));
    Palette reeds = Palette.of(0x1f6f5c, 0x4fa37c, 0xe2c35a, 0x2b4f6b, 0xd9e2c0);
    Texture woven = Textures.stripes(reeds, UP, 0.17, seed + 2);
    objects.add(
        Box.turned(
            new Vec(-1.45, 1.25, 0.36), new Vec(0.5, 0.36, 0.36), -20, fine(woven, seed + 3)));
    Palette warm = Palette.of(0xe9a13b, 0xf4dcae, 0xc2542d, 0x7b3f61);
    Texture painted = Textures.stripes(warm, UP, 0.2, seed + 4);
    objects.add(new Cylinder(new Vec(-1.1, -1.55, 0.62), 0.3, 0.62, fine(painted, seed + 5)));
  }

  private static void addBalls(List<Solid> objects, int seed) {
    Palette rose = Palette.of(0x7a1f3d, 0xc8506a, 0xf0b8a8, 0x5a1530);
    Texture marble = Textures.marble(rose, 0.3, seed);
    objects.add(new Sphere(new Vec(-1.45, 1.25, 1.0), 0.28, fine(marble, seed + 1)));
    Palette toys = Palette.of(0x3f7fb0, 0xf1c84b, 0xd9534f, 0x58a55c, 0xece5d8);
    Texture patches = Textures.pebbles(toys, Vec.rgb(0x3a3f4a), 0.2, seed + 2);
    objects.add(new Sphere(new Vec(1.1, -1.5, 0.42), 0.42, fine(patches, seed + 3)));
    Palette violet = Palette.of(0x6a4ea3, 0xb79ce0, 0xf0e6ff, 0x3d2a6d);
    Texture bands = Textures.stripes(violet, UP, 0.12, seed + 4);
    objects.add(new Sphere(new Vec(0.35, 1.75, 0.3), 0.3, fine(bands, seed + 5)));
  }

  private static void addRoom(List<Solid> backdrop, int seed) {
    Palette plaster = Palette.of(0x8f6a4f, 0xb98f68, 0xd9bd92, 0xe6d6b4, 0xb0a98a);
    Texture walls = coarse(Textures.clouds(plaster, 1.6, seed), seed + 1);
    backdrop.add(Box.turned(new Vec(0, 0, 2.9), new Vec(7, 7, 3), 0, walls));
    Palette terracotta = Palette.of(0xa8745a, 0xc19a78, 0x8a5f4d, 0xd0b490, 0x6f6259, 0xb98a5e);
    Texture floor = Textures.tiles(terracotta, new Vec(0.62, 0.62, 9), 0.016, seed + 2);
    backdrop.add(
        Box.turned(new Vec(0, 0, -0.06), new Vec(6.98, 6.98, 0.06), 0, fine(floor, seed + 3)));
  }

  /** Three carpets on each wall, so that distant places differ too. */
  private static void addHangings(List<Solid> backdrop, int seed) {
    Palette[] palettes = {
      Palette.of(0x8c2f39, 0xd98f5c, 0xf0dfb8, 0x2f4858),
      Palette.of(0x2f6690, 0x81c3d7, 0xd9dcd6, 0x16425b),
      Palette.of(0x606c38, 0xdda15e, 0xfefae0, 0xbc6c25),
      Palette.of(0x5f0f40, 0xfb8b24, 0xe9c46a, 0x0f4c5c)
    };
    for (int i = 0; i < 12; i++) {
      int wall = i / 3;
      double angle = wall * Math.PI / 2;
      double across = (i % 3 - 1) * 4.1;
      double out = 6.95;
      Vec center =
          new Vec(
              out * Math.cos(angle) - across * Math.sin(angle),
              out * Math.sin(angle) + across * Math.cos(angle),
              2.1 + 0.06 * across);
      Palette palette = palettes[(wall + i) % 4];
      Texture pattern =
          i % 3 == 1
              ? Textures.pebbles(palette, palette.colors()[3], 0.62, seed + 2 * i)
              : Textures.tiles(palette, new Vec(0.7, 0.55, 0.45), 0.03, seed + 2 * i);
      Texture woven = coarse(pattern, seed + 2 * i + 1);
      backdrop.add(Box.turned(center, new Vec(0.05, 1.45, 1.4), Math.toDegrees(angle), woven));
    }
  }

  /** A round temple of six columns among hedges, below a painted sky. */
  static World temple(int seed) {
    List<Solid> objects = new ArrayList<>();
    addSteps(objects, seed);
    addColumnsAndRoof(objects, seed + 20);
    addHedges(objects, seed + 60);
    addPots(objects, seed + 80);
    List<Solid> backdrop = new ArrayList<>();
    Palette colors = Palette.of(0x3d6fa8, 0x6f9dc9, 0xa9c6dd, 0xf2ead8, 0xe9b98c, 0x88a6c4);
    Texture sky = Textures.clouds(colors, 4.5, seed + 100);
    backdrop.add(new Sphere(Vec.ZERO, 15, Textures.spotted(sky, 0.7, 0.1, seed + 101)));
    Palette gravel = Palette.of(0x9a8f7d, 0xb8ad96, 0x7d7466, 0xcfc4aa, 0x8c9a78);
    Texture ground = Textures.pebbles(gravel, Vec.rgb(0x8a8668), 0.9, seed + 102);
    backdrop.add(new Cylinder(new Vec(0, 0, -0.1), 14.5, 0.1, fine(ground, seed + 103)));
    return new World(
        objects,
        backdrop,
        List.of(
            new Light(new Vec(6, -5, 9), Vec.rgb(0xffe6bf).times(0.80)),
            new Light(new Vec(-6, -3, 6), Vec.rgb(0xc4d8ff).times(0.28)),
            new Light(new Vec(-1, 7, 7), Vec.rgb(0xffd9d0).times(0.18))),
        new Vec(0.36, 0.38, 0.42));
  }

  private static Texture limestone(double size, int seed) {
    Palette stone = Palette.of(0xd8d0bd, 0xbfae92, 0xefe7d6, 0xa89880);
    return fine(Textures.tiles(stone, new Vec(size, size, 0.18), 0.012, seed), seed + 1);
  }

  private static void addSteps(List<Solid> objects, int seed) {
    for (int step = 0; step < 3; step++) {
      Vec center = new Vec(0, 0, 0.09 + 0.18 * step);
      objects.add(new Cylinder(center, 2.0 - 0.22 * step, 0.09, limestone(0.5, seed + 2 * step)));
    }
  }

  private static void addColumnsAndRoof(List<Solid> objects, int seed) {
    Palette veins = Palette.of(0x8a4a3c, 0xc98d74, 0xf0dccb, 0xe3bfa3);
    for (int i = 0; i < 6; i++) {
      double angle = i * Math.PI / 3;
      Vec center = new Vec(1.2 * Math.cos(angle), 1.2 * Math.sin(angle), 1.24);
      Texture marble = Textures.marble(veins, 0.35, seed + 2 * i);
      objects.add(new Cylinder(center, 0.15, 0.7, fine(marble, seed + 2 * i + 1)));
    }
    objects.add(new Cylinder(new Vec(0, 0, 2.03), 1.45, 0.1, limestone(0.4, seed + 20)));
    Palette copper = Palette.of(0x2f6f73, 0x4f9a8f, 0x8cc0a8, 0x24565f);
    Texture plates = Textures.tiles(copper, new Vec(0.34, 0.34, 0.2), 0.01, seed + 22);
    objects.add(new Dome(new Vec(0, 0, 2.1), 1.2, fine(plates, seed + 23)));
    Palette fire = Palette.of(0x7a1020, 0xd2453a, 0xf3a55c, 0xf7dfae);
    Texture marble = Textures.marble(fire, 0.3, seed + 24);
    objects.add(new Sphere(new Vec(0, 0, 1.0), 0.46, fine(marble, seed + 25)));
  }

  private static void addHedges(List<Solid> objects, int seed) {
    for (int i = 0; i < 8; i++) {
      double angle = (i + 0.35) * Math.PI / 4;
      double distance = 7.4 + 0.9 * (i % 3);
      double high = 0.7 + 0.35 * (i * 5 % 4);
      Vec center = new Vec(distance * Math.cos(angle), distance * Math.sin(angle), high);
      Texture leaves = coarse(leaves(0.6, seed + 2 * i), seed + 2 * i + 1);
      objects.add(
          i % 2 == 0
              ? Box.turned(center, new Vec(0.6, 1.5, high), Math.toDegrees(angle), leaves)
              : new Sphere(center, high * 1.15, leaves));
    }
  }

  private static void addPots(List<Solid> objects, int seed) {
    Palette glaze = Palette.of(0xc0603a, 0xe0a070, 0x3f6f8f, 0xe8d8b0, 0x7a4a6a);
    for (int i = 0; i < 4; i++) {
      double angle = (i + 0.6) * Math.PI / 2;
      Vec center = new Vec(2.6 * Math.cos(angle), 2.6 * Math.sin(angle), 0.3);
      Texture bands = Textures.stripes(glaze, UP, 0.15, seed + 4 * i);
      objects.add(new Cylinder(center, 0.24, 0.3, fine(bands, seed + 4 * i + 1)));
      Vec top = center.plus(new Vec(0, 0, 0.46));
      objects.add(new Sphere(top, 0.3, fine(leaves(0.17, seed + 4 * i + 2), seed + 4 * i + 3)));
    }
  }

  private static Texture leaves(double size, int seed) {
    Palette greens = Palette.of(0x2f4f2a, 0x4f7a3a, 0x86a85a, 0x6b5a34, 0xb7b86a);
    return Textures.pebbles(greens, Vec.rgb(0x456138), size, seed);
  }

  private static Texture fine(Texture texture, int seed) {
    return Textures.spotted(texture, FINE, SPOTS, seed);
  }

  private static Texture coarse(Texture texture, int seed) {
    return Textures.spotted(texture, COARSE, SPOTS, seed);
  }
}
