package org.splatline.gpu.cpu;

import static org.splatline.gpu.backend.SplatConstants.ALPHA_MAX;
import static org.splatline.gpu.backend.SplatConstants.ALPHA_MIN;
import static org.splatline.gpu.backend.SplatConstants.TILE_SIZE;
import static org.splatline.gpu.backend.SplatConstants.TRANSMITTANCE_MIN;

import java.util.Arrays;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.scene.FloatImage;

/**
 * Alpha compositing, tile by tile, forward and backward (Kerbl et al. 2023, section 6 and appendix
 * C): {@code C = Σ cᵢ αᵢ Tᵢ + T · background}, front to back, until transmittance would fall below
 * {@code TRANSMITTANCE_MIN}.
 *
 * <p>Within a tile the loop goes over Gaussians first and over their pixels second, so that only
 * pixels inside an ellipse are touched; each pixel still sees its Gaussians in order of depth.
 * Gradients are summed per intersection, then per Gaussian, both in a fixed order.
 */
final class CpuBlend {
  private static final int PIXELS = TILE_SIZE * TILE_SIZE;

  private final Workers workers;
  private final CpuProject projected;
  private final CpuTileLists lists;

  private FloatImage image = new FloatImage(0, 0);
  private float[] finalTransmittance = {}; // [H, W]
  private int[] processed = {}; // [H, W] list entries up to and including the last that counted
  private float[] partial = {}; // [M, 9] screen-space gradients per intersection
  private float red;
  private float green;
  private float blue;

  CpuBlend(Workers workers, CpuProject projected, CpuTileLists lists) {
    this.workers = workers;
    this.projected = projected;
    this.lists = lists;
  }

  /** The picture; valid until the next call. */
  FloatImage forward(int width, int height, RenderSettings settings) {
    if (image.width() != width || image.height() != height) {
      image = new FloatImage(width, height);
      finalTransmittance = new float[width * height];
      processed = new int[width * height];
    }
    red = settings.red();
    green = settings.green();
    blue = settings.blue();
    workers.loop(
        lists.tiles(),
        1,
        (from, until) -> {
          Tile tile = new Tile();
          for (int t = from; t < until; t++) {
            forwardTile(tile, t);
          }
        });
    return image;
  }

  /** One tile's pixels while it is blended. */
  private static final class Tile {
    final float[] transmittance = new float[PIXELS];
    final float[] behind = new float[PIXELS];
    final float[] pixelGradient = new float[3 * PIXELS];
    final float[] color = new float[3 * PIXELS];
    final int[] processed = new int[PIXELS];
    final boolean[] done = new boolean[PIXELS];
    int left;
    int top;
    int width;
    int height;

    void place(int tile, int tilesX, FloatImage image) {
      left = tile % tilesX * TILE_SIZE;
      top = tile / tilesX * TILE_SIZE;
      width = Math.min(TILE_SIZE, image.width() - left);
      height = Math.min(TILE_SIZE, image.height() - top);
    }

    /** Row and column of the tile's pixel that hold {@code low}, px, or lie right after it. */
    static int first(float low, int origin) {
      return Math.max(0, (int) Math.ceil(low - origin - 0.5f));
    }

    static int last(float high, int origin, int size) {
      return Math.min(size - 1, (int) Math.floor(high - origin - 0.5f));
    }
  }

  private void forwardTile(Tile tile, int t) {
    tile.place(t, lists.tilesX(), image);
    Arrays.fill(tile.transmittance, 1);
    Arrays.fill(tile.color, 0);
    Arrays.fill(tile.processed, 0);
    Arrays.fill(tile.done, false);
    int open = tile.width * tile.height;
    int start = lists.tileStarts[t];
    int end = lists.tileStarts[t + 1];
    for (int i = start; i < end && open > 0; i++) {
      open -= blendOne(tile, lists.gaussianOf[lists.intersections[i]], i - start + 1);
    }
    for (int y = 0; y < tile.height; y++) {
      for (int x = 0; x < tile.width; x++) {
        int p = y * TILE_SIZE + x;
        int pixel = (tile.top + y) * image.width() + tile.left + x;
        float transmittance = tile.transmittance[p];
        image.rgb()[3 * pixel] = tile.color[3 * p] + transmittance * red;
        image.rgb()[3 * pixel + 1] = tile.color[3 * p + 1] + transmittance * green;
        image.rgb()[3 * pixel + 2] = tile.color[3 * p + 2] + transmittance * blue;
        finalTransmittance[pixel] = transmittance;
        processed[pixel] = tile.processed[p];
      }
    }
  }

  /** Blends one Gaussian over a tile; returns how many pixels it finished. */
  private int blendOne(Tile tile, int n, int position) {
    float meanX = projected.meansX[n] - tile.left;
    float meanY = projected.meansY[n] - tile.top;
    float a = projected.conics[3 * n];
    float b = projected.conics[3 * n + 1];
    float c = projected.conics[3 * n + 2];
    float opacity = projected.opacities[n];
    float r = projected.colors[3 * n];
    float g = projected.colors[3 * n + 1];
    float bl = projected.colors[3 * n + 2];
    float reach = 2 * (float) Math.log(opacity / ALPHA_MIN);
    int firstY = Tile.first(meanY - projected.extentsY[n], 0);
    int lastY = Tile.last(meanY + projected.extentsY[n], 0, tile.height);
    int finished = 0;
    for (int y = firstY; y <= lastY; y++) {
      float dy = y + 0.5f - meanY;
      float half = halfWidth(a, b, c, dy, reach);
      float middle = meanX - b / a * dy;
      int lastX = Tile.last(middle + half, 0, tile.width);
      for (int x = Tile.first(middle - half, 0); x <= lastX; x++) {
        int p = y * TILE_SIZE + x;
        if (tile.done[p]) {
          continue;
        }
        float dx = x + 0.5f - meanX;
        float falloff = (float) Math.exp(-0.5f * (a * dx * dx + c * dy * dy) - b * dx * dy);
        float alpha = Math.min(ALPHA_MAX, opacity * falloff);
        if (alpha < ALPHA_MIN) {
          continue;
        }
        float next = tile.transmittance[p] * (1 - alpha);
        if (next < TRANSMITTANCE_MIN) {
          tile.done[p] = true;
          finished++;
          continue;
        }
        float weight = alpha * tile.transmittance[p];
        tile.color[3 * p] += weight * r;
        tile.color[3 * p + 1] += weight * g;
        tile.color[3 * p + 2] += weight * bl;
        tile.transmittance[p] = next;
        tile.processed[p] = position;
      }
    }
    return finished;
  }

  /**
   * Half the ellipse's width on a row {@code dy} px from its centre, with a little slack: the exact
   * test is alpha's. Negative: the row misses it.
   */
  private static float halfWidth(float a, float b, float c, float dy, float reach) {
    double narrowing = ((double) b * b - (double) a * c) / ((double) a * a); // double: it cancels
    double square = narrowing * dy * dy + reach / a;
    return square < -0.01 ? -1 : (float) Math.sqrt(Math.max(0, square)) + 0.01f;
  }

  /**
   * Gradients of the picture last rendered.
   *
   * @param imageGradient [H, W, 3] d loss / d picture
   * @param screen [N, 9] overwritten for visible Gaussians: d loss / d (mean x, y; conic xx, xy,
   *     yy; opacity; colour r, g, b)
   */
  void backward(float[] imageGradient, int numGaussians, float[] screen) {
    int total = lists.numIntersections(numGaussians);
    if (partial.length < 9 * total) {
      partial = new float[9 * (total + total / 4)];
    }
    workers.loop(
        lists.tiles(),
        1,
        (from, until) -> {
          Tile tile = new Tile();
          for (int t = from; t < until; t++) {
            backwardTile(tile, t, imageGradient);
          }
        });
    workers.loop(numGaussians, 1024, (from, until) -> sum(from, until, screen));
  }

  private void sum(int from, int until, float[] screen) {
    for (int n = from; n < until; n++) {
      if (projected.radii[n] == 0) {
        continue;
      }
      for (int k = 0; k < 9; k++) {
        float total = 0;
        for (int id = lists.offsets[n]; id < lists.offsets[n + 1]; id++) {
          total += partial[9 * id + k];
        }
        screen[9 * n + k] = total;
      }
    }
  }

  private void backwardTile(Tile tile, int t, float[] imageGradient) {
    tile.place(t, lists.tilesX(), image);
    int longest = 0;
    for (int y = 0; y < tile.height; y++) {
      for (int x = 0; x < tile.width; x++) {
        int p = y * TILE_SIZE + x;
        int pixel = (tile.top + y) * image.width() + tile.left + x;
        tile.transmittance[p] = finalTransmittance[pixel];
        tile.processed[p] = processed[pixel];
        longest = Math.max(longest, processed[pixel]);
        System.arraycopy(imageGradient, 3 * pixel, tile.pixelGradient, 3 * p, 3);
        tile.behind[p] =
            finalTransmittance[pixel]
                * (red * imageGradient[3 * pixel]
                    + green * imageGradient[3 * pixel + 1]
                    + blue * imageGradient[3 * pixel + 2]);
      }
    }
    int start = lists.tileStarts[t];
    for (int i = lists.tileStarts[t + 1] - 1; i >= start; i--) {
      int id = lists.intersections[i];
      if (i - start + 1 > longest) {
        Arrays.fill(partial, 9 * id, 9 * id + 9, 0);
      } else {
        unblendOne(tile, lists.gaussianOf[id], i - start + 1, 9 * id);
      }
    }
  }

  /**
   * Takes one Gaussian off the tile, back to front. With {@code behind}, the gradient-weighted
   * colour from behind it: d loss / d alpha = T · (c · g) - behind / (1 - alpha).
   */
  private void unblendOne(Tile tile, int n, int position, int out) {
    float meanX = projected.meansX[n] - tile.left;
    float meanY = projected.meansY[n] - tile.top;
    float a = projected.conics[3 * n];
    float b = projected.conics[3 * n + 1];
    float c = projected.conics[3 * n + 2];
    float opacity = projected.opacities[n];
    float r = projected.colors[3 * n];
    float g = projected.colors[3 * n + 1];
    float bl = projected.colors[3 * n + 2];
    float reach = 2 * (float) Math.log(opacity / ALPHA_MIN);
    int firstY = Tile.first(meanY - projected.extentsY[n], 0);
    int lastY = Tile.last(meanY + projected.extentsY[n], 0, tile.height);
    float gMeanX = 0;
    float gMeanY = 0;
    float gA = 0;
    float gB = 0;
    float gC = 0;
    float gOpacity = 0;
    float gRed = 0;
    float gGreen = 0;
    float gBlue = 0;
    for (int y = firstY; y <= lastY; y++) {
      float dy = y + 0.5f - meanY;
      float half = halfWidth(a, b, c, dy, reach);
      float middle = meanX - b / a * dy;
      int lastX = Tile.last(middle + half, 0, tile.width);
      for (int x = Tile.first(middle - half, 0); x <= lastX; x++) {
        int p = y * TILE_SIZE + x;
        if (tile.processed[p] < position) {
          continue;
        }
        float dx = x + 0.5f - meanX;
        float falloff = (float) Math.exp(-0.5f * (a * dx * dx + c * dy * dy) - b * dx * dy);
        float raw = opacity * falloff;
        float alpha = Math.min(ALPHA_MAX, raw);
        if (alpha < ALPHA_MIN) {
          continue;
        }
        float transmittance = tile.transmittance[p] / (1 - alpha);
        tile.transmittance[p] = transmittance;
        float weight = alpha * transmittance;
        float pr = tile.pixelGradient[3 * p];
        float pg = tile.pixelGradient[3 * p + 1];
        float pb = tile.pixelGradient[3 * p + 2];
        gRed += weight * pr;
        gGreen += weight * pg;
        gBlue += weight * pb;
        float seen = r * pr + g * pg + bl * pb;
        float gAlpha = transmittance * seen - tile.behind[p] / (1 - alpha);
        tile.behind[p] += weight * seen;
        if (raw > ALPHA_MAX) {
          continue; // held at the limit: nothing below moves it
        }
        gOpacity += falloff * gAlpha;
        float gPower = raw * gAlpha;
        gA -= 0.5f * dx * dx * gPower;
        gB -= dx * dy * gPower;
        gC -= 0.5f * dy * dy * gPower;
        gMeanX += (a * dx + b * dy) * gPower;
        gMeanY += (b * dx + c * dy) * gPower;
      }
    }
    partial[out] = gMeanX;
    partial[out + 1] = gMeanY;
    partial[out + 2] = gA;
    partial[out + 3] = gB;
    partial[out + 4] = gC;
    partial[out + 5] = gOpacity;
    partial[out + 6] = gRed;
    partial[out + 7] = gGreen;
    partial[out + 8] = gBlue;
  }
}
