package org.splatline.gpu.cpu;

import static org.splatline.gpu.backend.SplatConstants.TILE_SIZE;

import java.util.Arrays;
import org.splatline.gpu.backend.SplatConstants;

/**
 * For each tile of the picture, the Gaussians whose boxes overlap it, near to far; equal depths in
 * order of index. Arrays are reused from call to call and grow when needed.
 */
final class CpuTileLists {
  private int tilesX;
  private int tilesY;
  private long[] order = {};
  private int[] touched = {};

  /** [tiles + 1] where each tile's part of {@link #intersections} begins. */
  int[] tileStarts = {};

  /** [M] intersections of all tiles, tile by tile, near to far. */
  int[] intersections = {};

  /** [M] the Gaussian of each intersection. */
  int[] gaussianOf = {};

  /** [N + 1] the ids of intersections: Gaussian n has [offsets[n], offsets[n + 1]). */
  int[] offsets = {};

  int tilesX() {
    return tilesX;
  }

  int tiles() {
    return tilesX * tilesY;
  }

  /** The number of intersections, M. */
  int numIntersections(int numGaussians) {
    return offsets[numGaussians];
  }

  void build(CpuProject projected, int numGaussians, int width, int height) {
    tilesX = (width + TILE_SIZE - 1) / TILE_SIZE;
    tilesY = (height + TILE_SIZE - 1) / TILE_SIZE;
    if (offsets.length <= numGaussians) {
      offsets = new int[numGaussians + numGaussians / 4 + 1];
      order = new long[offsets.length];
      touched = new int[4 * offsets.length];
    }
    tileStarts = tileStarts.length == tiles() + 1 ? tileStarts : new int[tiles() + 1];
    Arrays.fill(tileStarts, 0);
    int visible = count(projected, numGaussians);
    Arrays.sort(order, 0, visible);
    for (int tile = 0; tile < tiles(); tile++) {
      tileStarts[tile + 1] += tileStarts[tile];
    }
    fill(numGaussians, visible);
  }

  private int count(CpuProject p, int numGaussians) {
    int visible = 0;
    offsets[0] = 0;
    for (int n = 0; n < numGaussians; n++) {
      int tiles = 0;
      if (p.radii[n] > 0) {
        int minX = tile(p.meansX[n] - p.extentsX[n], tilesX - 1);
        int maxX = tile(p.meansX[n] + p.extentsX[n], tilesX - 1);
        int minY = tile(p.meansY[n] - p.extentsY[n], tilesY - 1);
        int maxY = tile(p.meansY[n] + p.extentsY[n], tilesY - 1);
        touched[4 * n] = minX;
        touched[4 * n + 1] = maxX;
        touched[4 * n + 2] = minY;
        touched[4 * n + 3] = maxY;
        tiles = (maxX - minX + 1) * (maxY - minY + 1);
        SplatConstants.checkIntersections((long) offsets[n] + tiles, numGaussians);
        for (int y = minY; y <= maxY; y++) {
          for (int x = minX; x <= maxX; x++) {
            tileStarts[y * tilesX + x + 1]++;
          }
        }
        // Depths are positive, so their bits sort like the floats.
        order[visible++] = (long) Float.floatToRawIntBits(p.depths[n]) << 32 | n;
      }
      offsets[n + 1] = offsets[n] + tiles;
    }
    return visible;
  }

  private static int tile(float position, int last) {
    return Math.max(0, Math.min(last, (int) Math.floor(position / TILE_SIZE)));
  }

  private void fill(int numGaussians, int visible) {
    int total = offsets[numGaussians];
    if (intersections.length < total) {
      intersections = new int[total + total / 4];
      gaussianOf = new int[intersections.length];
    }
    int[] next = Arrays.copyOf(tileStarts, tiles());
    for (int i = 0; i < visible; i++) {
      int n = (int) order[i];
      int id = offsets[n];
      for (int y = touched[4 * n + 2]; y <= touched[4 * n + 3]; y++) {
        for (int x = touched[4 * n]; x <= touched[4 * n + 1]; x++) {
          gaussianOf[id] = n;
          intersections[next[y * tilesX + x]++] = id++;
        }
      }
    }
  }
}
