package org.splatline.gpu.sift;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An extremum of the differences between levels, located between pixels (Lowe 2004, sections 3.1
 * and 4).
 *
 * @param difference in which it was found; the level at which its surroundings are looked at
 * @param x in px of the octave; 0 is the middle of the first pixel
 * @param y as x
 * @param scale blur of the scale space there, in px of the octave
 */
record Keypoint(Octave octave, int difference, float x, float y, float scale) {
  private static final float CONTRAST = (float) (0.02 / SiftRule.STEPS);
  private static final float PRETEST = 0.8f * CONTRAST; // before it is located
  private static final float EDGE = 10; // largest ratio of the curvatures
  private static final float FARTHEST = 1.5f; // px from its pixel
  private static final float MOVE = 0.6f; // px from where on the next pixel is nearer
  private static final int MOVES = 5;
  private static final float LN2_STEP = 0.23104906f; // ln 2 / STEPS

  /** The keypoints of a difference by rows, then columns of the extremum. */
  static List<Keypoint> in(Octave octave, int difference) {
    List<Keypoint> found = new ArrayList<>();
    for (int y = 1; y < octave.height() - 1; y++) {
      for (int x = 1; x < octave.width() - 1; x++) {
        if (isExtremum(octave, difference, x, y)) {
          located(octave, difference, x, y).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static boolean isExtremum(Octave octave, int difference, int x, int y) {
    float middle = octave.difference(difference, x, y);
    if (Math.abs(middle) < PRETEST) {
      return false;
    }
    float sign = middle > 0 ? 1 : -1;
    for (int d = -1; d <= 1; d++) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          boolean other = d != 0 || dy != 0 || dx != 0;
          if (other && sign * octave.difference(difference + d, x + dx, y + dy) >= sign * middle) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Where a parabola through its neighbours has its extremum, if that is a good keypoint. */
  private static Optional<Keypoint> located(Octave octave, int d, int startX, int startY) {
    int x = startX;
    int y = startY;
    Parabola parabola = Parabola.at(octave, d, x, y);
    for (int move = 1; move < MOVES; move++) {
      int dx = step(parabola.x(), x, octave.width());
      int dy = step(parabola.y(), y, octave.height());
      if (dx == 0 && dy == 0) {
        break;
      }
      x += dx;
      y += dy;
      parabola = Parabola.at(octave, d, x, y);
    }
    float foundX = x + parabola.x();
    float foundY = y + parabola.y();
    float foundLevel = d + parabola.level();
    boolean near =
        Math.abs(parabola.x()) < FARTHEST
            && Math.abs(parabola.y()) < FARTHEST
            && Math.abs(parabola.level()) < FARTHEST;
    boolean inside =
        foundX >= 0
            && foundX <= octave.width() - 1
            && foundY >= 0
            && foundY <= octave.height() - 1
            && foundLevel >= 0
            && foundLevel <= SiftRule.LEVELS - 1;
    if (!near || !inside || Math.abs(parabola.value()) <= CONTRAST || !parabola.isNoEdge()) {
      return Optional.empty();
    }
    float scale = (float) SiftRule.FIRST_BLUR * SiftMath.exp(foundLevel * LN2_STEP);
    return Optional.of(new Keypoint(octave, d, foundX, foundY, scale));
  }

  private static int step(float offset, int at, int size) {
    if (offset > MOVE && at < size - 2) {
      return 1;
    }
    return offset < -MOVE && at > 1 ? -1 : 0;
  }

  /**
   * The extremum of a parabola, as offsets from a pixel and a difference.
   *
   * @param value of the parabola there
   * @param trace of the second derivatives in the picture
   * @param determinant of the same
   */
  private record Parabola(
      float x, float y, float level, float value, float trace, float determinant) {

    static Parabola at(Octave octave, int d, int x, int y) {
      float middle = octave.difference(d, x, y);
      float left = octave.difference(d, x - 1, y);
      float right = octave.difference(d, x + 1, y);
      float above = octave.difference(d, x, y - 1);
      float below = octave.difference(d, x, y + 1);
      float finer = octave.difference(d - 1, x, y);
      float coarser = octave.difference(d + 1, x, y);
      float gx = 0.5f * (right - left);
      float gy = 0.5f * (below - above);
      float gs = 0.5f * (coarser - finer);
      float xx = right + left - 2 * middle;
      float yy = below + above - 2 * middle;
      float ss = coarser + finer - 2 * middle;
      float xy =
          0.25f
              * (octave.difference(d, x + 1, y + 1)
                  + octave.difference(d, x - 1, y - 1)
                  - octave.difference(d, x - 1, y + 1)
                  - octave.difference(d, x + 1, y - 1));
      float xs =
          0.25f
              * (octave.difference(d + 1, x + 1, y)
                  + octave.difference(d - 1, x - 1, y)
                  - octave.difference(d + 1, x - 1, y)
                  - octave.difference(d - 1, x + 1, y));
      float ys =
          0.25f
              * (octave.difference(d + 1, x, y + 1)
                  + octave.difference(d - 1, x, y - 1)
                  - octave.difference(d + 1, x, y - 1)
                  - octave.difference(d - 1, x, y + 1));
      // the offsets are minus the inverse of the second derivatives times the first ones
      float cxx = yy * ss - ys * ys;
      float cxy = xs * ys - xy * ss;
      float cxs = xy * ys - xs * yy;
      float whole = xx * cxx + xy * cxy + xs * cxs;
      float scale = whole == 0 ? 0 : -1 / whole;
      float ox = scale * (cxx * gx + cxy * gy + cxs * gs);
      float oy = scale * (cxy * gx + (xx * ss - xs * xs) * gy + (xs * xy - xx * ys) * gs);
      float os = scale * (cxs * gx + (xs * xy - xx * ys) * gy + (xx * yy - xy * xy) * gs);
      float value = middle + 0.5f * (gx * ox + gy * oy + gs * os);
      return new Parabola(ox, oy, os, value, xx + yy, xx * yy - xy * xy);
    }

    /** Whether it is curved in both directions, with a ratio below the limit (section 4.1). */
    boolean isNoEdge() {
      return determinant > 0 && EDGE * trace * trace < (EDGE + 1) * (EDGE + 1) * determinant;
    }
  }
}
