package org.splatline.gpu.synthetic;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.synthetic.Textures.Palette;

/** The worlds there are to photograph. One unit is a metre, z is up, the ground at 0. */
final class Worlds {
  private static final Vec UP = new Vec(0, 0, 1);

  private Worlds() {}

  /** Stone balls, columns and boxes on a tiled floor in a room with painted walls. */
  static World studio(int seed) {
    List<Solid> solids = new ArrayList<>();
    Palette walls = Palette.of(0x35556b, 0x6f8f94, 0xc9b48a, 0xb8694a, 0xe0d3b4, 0x4b6a58);
    Texture painted = Textures.clouds(walls, 1.5, seed + 1);
    Texture floor =
        Textures.tiles(
            Palette.of(0xa8745a, 0xc19a78, 0x8a5f4d, 0xd0b490, 0x6f6259, 0xb98a5e),
            new Vec(0.62, 0.62, 9),
            0.016,
            seed + 2);
    solids.add(Box.turned(new Vec(0, 0, 2.9), new Vec(7, 7, 3), 0, painted));
    solids.add(Box.turned(new Vec(0, 0, -0.06), new Vec(6.98, 6.98, 0.06), 0, floor));

    Palette sandstone = Palette.of(0xdcc9a3, 0xb99d74, 0xe8dcc0, 0x9c8262);
    solids.add(
        new Cylinder(
            new Vec(0, 0, 0.2),
            1.25,
            0.2,
            Textures.pebbles(sandstone, Vec.rgb(0x8c7a62), 0.3, seed + 3)));
    Palette stone = Palette.of(0x24323f, 0x5c7a88, 0xcfd8d6, 0xf3eee2, 0x8aa3a6);
    solids.add(new Sphere(new Vec(0, 0, 1.12), 0.72, Textures.marble(stone, 0.55, seed + 4)));

    Palette brick = Palette.of(0xb5482f, 0xd0704a, 0x9a3b2c, 0xc98a5e, 0xe0a878);
    solids.add(
        Box.turned(
            new Vec(1.75, 0.55, 0.5),
            new Vec(0.42, 0.42, 0.5),
            28,
            Textures.tiles(brick, new Vec(0.4, 0.4, 0.2), 0.012, seed + 5)));
    Palette reeds = Palette.of(0x1f6f5c, 0x4fa37c, 0xe2c35a, 0x2b4f6b, 0xd9e2c0);
    solids.add(
        Box.turned(
            new Vec(-1.45, 1.25, 0.36),
            new Vec(0.5, 0.36, 0.36),
            -20,
            Textures.stripes(reeds, UP, 0.17, seed + 6)));
    solids.add(
        new Sphere(
            new Vec(-1.45, 1.25, 1.0),
            0.28,
            Textures.marble(Palette.of(0x7a1f3d, 0xc8506a, 0xf0b8a8, 0x5a1530), 0.3, seed + 7)));
    solids.add(
        new Cylinder(
            new Vec(-1.1, -1.55, 0.62),
            0.3,
            0.62,
            Textures.stripes(
                Palette.of(0xe9a13b, 0xf4dcae, 0xc2542d, 0x7b3f61), UP, 0.2, seed + 8)));
    solids.add(
        new Sphere(
            new Vec(1.1, -1.5, 0.42),
            0.42,
            Textures.pebbles(
                Palette.of(0x3f7fb0, 0xf1c84b, 0xd9534f, 0x58a55c, 0xece5d8),
                Vec.rgb(0x3a3f4a),
                0.2,
                seed + 9)));
    solids.add(
        new Sphere(
            new Vec(0.35, 1.75, 0.3),
            0.3,
            Textures.stripes(
                Palette.of(0x6a4ea3, 0xb79ce0, 0xf0e6ff, 0x3d2a6d), UP, 0.12, seed + 10)));
    addHangings(solids, seed);
    return new World(
        solids.toArray(new Solid[0]),
        List.of(
            new Light(new Vec(3.2, -2.6, 5.2), Vec.rgb(0xffe2b8).times(0.72)),
            new Light(new Vec(-4.0, 2.0, 4.2), Vec.rgb(0xb9d4ff).times(0.34)),
            new Light(new Vec(0.5, 4.5, 5.4), Vec.rgb(0xfff4e6).times(0.22))),
        new Vec(0.34, 0.36, 0.40));
  }

  /** Carpets on the four walls, so that far things too can be told apart. */
  private static void addHangings(List<Solid> solids, int seed) {
    Palette[] palettes = {
      Palette.of(0x8c2f39, 0xd98f5c, 0xf0dfb8, 0x2f4858),
      Palette.of(0x2f6690, 0x81c3d7, 0xd9dcd6, 0x16425b),
      Palette.of(0x606c38, 0xdda15e, 0xfefae0, 0xbc6c25),
      Palette.of(0x5f0f40, 0xfb8b24, 0xe9c46a, 0x0f4c5c)
    };
    for (int wall = 0; wall < 4; wall++) {
      double angle = wall * Math.PI / 2;
      for (int i = -1; i <= 1; i++) {
        double across = i * 4.1;
        Vec center =
            new Vec(
                6.95 * Math.cos(angle) - across * Math.sin(angle),
                6.95 * Math.sin(angle) + across * Math.cos(angle),
                2.1 + 0.25 * i);
        Palette palette = palettes[(wall + i + 1) % 4];
        int own = seed + 20 + 3 * wall + i;
        Texture texture =
            i == 0
                ? Textures.pebbles(palette, palette.colors()[3], 0.62, own)
                : Textures.tiles(palette, new Vec(0.7, 0.55, 0.45), 0.03, own);
        solids.add(Box.turned(center, new Vec(0.05, 1.45, 1.4), Math.toDegrees(angle), texture));
      }
    }
  }

  /** A round temple of six columns among hedges, below a painted sky. */
  static World temple(int seed) {
    List<Solid> solids = new ArrayList<>();
    Palette sky = Palette.of(0x3d6fa8, 0x6f9dc9, 0xa9c6dd, 0xf2ead8, 0xe9b98c, 0x88a6c4);
    solids.add(new Sphere(new Vec(0, 0, 0), 15, Textures.clouds(sky, 4.5, seed + 1)));
    Palette gravel = Palette.of(0x9a8f7d, 0xb8ad96, 0x7d7466, 0xcfc4aa, 0x8c9a78);
    solids.add(
        new Cylinder(
            new Vec(0, 0, -0.1),
            14.5,
            0.1,
            Textures.pebbles(gravel, Vec.rgb(0x6d7a55), 0.55, seed + 2)));

    Palette limestone = Palette.of(0xd8d0bd, 0xbfae92, 0xefe7d6, 0xa89880);
    for (int step = 0; step < 3; step++) {
      solids.add(
          new Cylinder(
              new Vec(0, 0, 0.09 + 0.18 * step),
              2.0 - 0.22 * step,
              0.09,
              Textures.tiles(limestone, new Vec(0.5, 0.5, 0.18), 0.012, seed + 3 + step)));
    }
    Palette veined = Palette.of(0x8a4a3c, 0xc98d74, 0xf0dccb, 0xe3bfa3);
    for (int i = 0; i < 6; i++) {
      double angle = i * Math.PI / 3;
      Vec foot = new Vec(1.2 * Math.cos(angle), 1.2 * Math.sin(angle), 0.54);
      solids.add(
          new Cylinder(
              foot.plus(new Vec(0, 0, 0.7)),
              0.15,
              0.7,
              Textures.marble(veined, 0.35, seed + 10 + i)));
    }
    solids.add(
        new Cylinder(
            new Vec(0, 0, 2.03),
            1.45,
            0.1,
            Textures.tiles(limestone, new Vec(0.4, 0.4, 0.2), 0.012, seed + 20)));
    solids.add(
        new Sphere(
            new Vec(0, 0, 1.75),
            1.15,
            Textures.tiles(
                Palette.of(0x2f6f73, 0x4f9a8f, 0x8cc0a8, 0x24565f),
                new Vec(0.34, 0.34, 0.2),
                0.01,
                seed + 21)));
    solids.add(
        new Sphere(
            new Vec(0, 0, 0.92),
            0.36,
            Textures.marble(Palette.of(0x7a1020, 0xd2453a, 0xf3a55c, 0xf7dfae), 0.3, seed + 22)));
    addGarden(solids, seed);
    return new World(
        solids.toArray(new Solid[0]),
        List.of(
            new Light(new Vec(6, -5, 9), Vec.rgb(0xffe6bf).times(0.80)),
            new Light(new Vec(-6, -3, 6), Vec.rgb(0xc4d8ff).times(0.28)),
            new Light(new Vec(-1, 7, 7), Vec.rgb(0xffd9d0).times(0.18))),
        new Vec(0.36, 0.38, 0.42));
  }

  private static void addGarden(List<Solid> solids, int seed) {
    Palette leaves = Palette.of(0x2f4f2a, 0x4f7a3a, 0x86a85a, 0x6b5a34, 0xb7b86a);
    for (int i = 0; i < 8; i++) {
      double angle = (i + 0.35) * Math.PI / 4;
      double distance = 7.4 + 0.9 * (i % 3);
      Vec place = new Vec(distance * Math.cos(angle), distance * Math.sin(angle), 0);
      double high = 0.7 + 0.35 * (i * 5 % 4);
      if (i % 2 == 0) {
        solids.add(
            Box.turned(
                place.plus(new Vec(0, 0, high)),
                new Vec(0.6, 1.5, high),
                Math.toDegrees(angle),
                Textures.pebbles(leaves, Vec.rgb(0x223a20), 0.42, seed + 30 + i)));
      } else {
        solids.add(
            new Sphere(
                place.plus(new Vec(0, 0, high)),
                high * 1.15,
                Textures.pebbles(leaves, Vec.rgb(0x223a20), 0.4, seed + 30 + i)));
      }
    }
    Palette pots = Palette.of(0xc0603a, 0xe0a070, 0x3f6f8f, 0xe8d8b0, 0x7a4a6a);
    for (int i = 0; i < 4; i++) {
      double angle = (i + 0.6) * Math.PI / 2;
      Vec place = new Vec(2.6 * Math.cos(angle), 2.6 * Math.sin(angle), 0.3);
      solids.add(new Cylinder(place, 0.24, 0.3, Textures.stripes(pots, UP, 0.15, seed + 50 + i)));
      solids.add(
          new Sphere(
              place.plus(new Vec(0, 0, 0.46)),
              0.3,
              Textures.pebbles(leaves, Vec.rgb(0x2a4426), 0.17, seed + 60 + i)));
    }
  }
}
