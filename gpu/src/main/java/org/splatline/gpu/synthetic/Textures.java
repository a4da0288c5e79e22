package org.splatline.gpu.synthetic;

import static org.splatline.gpu.Checks.checkArgument;

/**
 * Textures that never repeat and have features at several scales, as SIFT needs. Fine features have
 * little contrast, so that a model with few Gaussians can show them. {@code size} is the width of
 * the coarsest feature in world units.
 */
final class Textures {
  private static final double MUTED = 0.35; // fraction of the mean in each colour

  private Textures() {}

  /** Evenly spaced colours from 0 to 1, blended in between. */
  record Palette(Vec... colors) {
    static Palette of(int... hexColors) {
      checkArgument(hexColors.length > 0, "Invalid palette: no colours");
      Vec[] colors = new Vec[hexColors.length];
      Vec mean = Vec.ZERO;
      for (int i = 0; i < colors.length; i++) {
        colors[i] = Vec.rgb(hexColors[i]);
        mean = mean.plus(colors[i].times(1.0 / colors.length));
      }
      for (int i = 0; i < colors.length; i++) {
        colors[i] = colors[i].mix(mean, MUTED);
      }
      return new Palette(colors);
    }

    Vec blended(double t) {
      double place = Math.max(0, Math.min(1, t)) * (colors.length - 1);
      int first = (int) Math.min(place, colors.length - 2);
      return colors.length == 1 ? colors[0] : colors[first].mix(colors[first + 1], place - first);
    }

    Vec picked(double t) {
      return colors[(int) Math.min(t * colors.length, colors.length - 1)];
    }
  }

  /** Soft clouds of colour. */
  static Texture clouds(Palette palette, double size, int seed) {
    return p -> palette.blended(1.6 * Noise.octaves(p.times(1 / size), 4, seed) - 0.3);
  }

  /** Light stone with veins that noise bends. */
  static Texture marble(Palette palette, double size, int seed) {
    return p -> {
      Vec q = p.times(1 / size);
      double bent = q.x() + 0.6 * q.y() + 0.8 * q.z() + 3.2 * Noise.octaves(q, 4, seed);
      double vein = 0.5 + 0.5 * Math.sin(2.2 * bent);
      double patch = Noise.octaves(q.times(3.1), 3, seed + 1);
      return palette.blended(0.7 * vein + 0.3 * patch);
    };
  }

  /** Bricks or tiles in different colours, with joints and a little dirt. */
  static Texture tiles(Palette palette, Vec size, double joint, int seed) {
    return p -> {
      // The odd shift keeps tile borders out of the faces of the solid.
      double z = p.z() / size.z() + 0.37;
      int row = (int) Math.floor(z);
      double x = p.x() / size.x() + 0.23 + 0.5 * (row & 1);
      double y = p.y() / size.y() + 0.41;
      int ix = (int) Math.floor(x);
      int iy = (int) Math.floor(y);
      Vec color = palette.picked(Noise.lattice(ix, iy, row, seed));
      double dirt = Noise.octaves(p.times(3.5 / size.x()), 3, seed + 1);
      color = color.times(0.75 + 0.4 * dirt);
      double border = Math.min(border(x - ix, size.x()), border(y - iy, size.y()));
      border = Math.min(border, border(z - row, size.z()));
      return border < joint ? color.times(0.75) : color;
    };
  }

  private static double border(double within, double size) {
    return Math.min(within, 1 - within) * size;
  }

  /** Pebbles or terrazzo: cells with one colour each, in mortar. */
  static Texture pebbles(Palette palette, Vec mortar, double size, int seed) {
    return p -> {
      Vec q = p.times(1 / size);
      Noise.Cell cell = Noise.cell(q, seed);
      double grain = Noise.octaves(q.times(2.3), 3, seed + 1);
      Vec stone = palette.picked(cell.tone()).times(0.8 + 0.35 * grain);
      double inside = Math.max(0, Math.min(1, (cell.edge() - 0.03) / 0.12));
      return mortar.times(0.85 + 0.3 * grain).mix(stone, inside);
    };
  }

  /** Bands across {@code axis} with random widths and colours at two scales, and a woven grain. */
  static Texture stripes(Palette palette, Vec axis, double size, int seed) {
    return p -> {
      double place = p.dot(axis) / size + 0.35 * Noise.octaves(p.times(1.3 / size), 2, seed + 2);
      Vec broad = palette.picked(Noise.lattice((int) Math.floor(place), 0, 0, seed));
      Vec fine = palette.picked(Noise.lattice((int) Math.floor(3 * place), 1, 0, seed));
      double grain = Noise.octaves(p.times(2.8 / size), 3, seed + 1);
      return broad.mix(fine, 0.2).times(0.8 + 0.35 * grain);
    };
  }

  /**
   * A texture with lighter and darker spots, all different, by which SIFT distinguishes places.
   *
   * @param strength contrast of the spots, in (0, 1)
   */
  static Texture spotted(Texture texture, double size, double strength, int seed) {
    return p -> {
      double fine = Noise.value(p.x() / size, p.y() / size, p.z() / size, seed);
      double broad =
          Noise.value(0.43 * p.x() / size, 0.43 * p.y() / size, 0.43 * p.z() / size, ~seed);
      double dark = ramp(fine, 0.66, 0.80);
      double light = ramp(broad, 0.68, 0.80);
      return texture.color(p).times((1 - strength * dark) * (1 + 0.8 * strength * light));
    };
  }

  private static double ramp(double value, double from, double to) {
    return Math.max(0, Math.min(1, (value - from) / (to - from)));
  }
}
