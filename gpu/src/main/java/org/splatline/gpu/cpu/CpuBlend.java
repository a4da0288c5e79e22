package org.splatline.gpu.cpu;

import static org.splatline.gpu.backend.SplatConstants.ALPHA_MAX;
import static org.splatline.gpu.backend.SplatConstants.ALPHA_MIN;
import static org.splatline.gpu.backend.SplatConstants.TILE_SIZE;
import static org.splatline.gpu.backend.SplatConstants.TRANSMITTANCE_MIN;

import java.util.Arrays;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.picture.FloatImage;

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
  private int[] processed = {}; // [H, W] list entries up to and including the last one blended
  private float[] partial = {}; // [M, 9] screen-space gradients per intersection
  private float[] shares = {}; // [M] an intersection's share of what is scored
  private float[] errors = {}; // [H, W] if errors are scored
  private float red;
  private float green;
  private float blue;

  CpuBlend(Workers workers, CpuProject projected, CpuTileLists lists) {
    this.workers = workers;
    this.projected = projected;
    this.lists = lists;
  }

  /**
   * Renders, and adds to {@code significance}, [N], how much of each Gaussian is visible.
   *
   * @param numGaussians N
   */
  void score(
      int width, int height, RenderSettings settings, int numGaussians, double[] significance) {
    shares = new float[lists.numIntersections(numGaussians)];
    forward(width, height, settings);
    addShares(numGaussians, significance);
  }

  /**
   * Renders the view of the last {@link #forward} again, and adds to {@code scores}, [N], each
   * Gaussian's blending weights times the errors of the pixels.
   *
   * @param pixelErrors [H, W]
   * @param numGaussians N
   */
  void scoreErrors(
      RenderSettings settings, float[] pixelErrors, int numGaussians, double[] scores) {
    shares = new float[lists.numIntersections(numGaussians)];
    errors = pixelErrors;
    forward(image.width(), image.height(), settings);
    errors = new float[0];
    addShares(numGaussians, scores);
  }

  private void addShares(int numGaussians, double[] scores) {
    for (int n = 0; n < numGaussians; n++) {
      for (int id = lists.offsets[n]; id < lists.offsets[n + 1]; id++) {
        scores[n] += shares[id];
      }
    }
    shares = new float[0];
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
    // Planes of one channel each: colour in the forward pass, its gradient in the backward pass.
    final float[] red = new float[PIXELS];
    final float[] green = new float[PIXELS];
    final float[] blue = new float[PIXELS];
    final int[] processed = new int[PIXELS];
    final boolean[] done = new boolean[PIXELS];
    final float[] errors = new float[PIXELS];
    float share; // of the last Gaussian: how much of it is visible, or its share of the errors
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

    /** Copies the tile's part of {@code pixelErrors}, [H, W]. */
    void take(float[] pixelErrors, int imageWidth) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(pixelErrors, (top + y) * imageWidth + left, errors, y * TILE_SIZE, width);
      }
    }

    /**
     * The first row or column of the tile whose pixel centre is at {@code low}, px, or after it.
     */
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
    Arrays.fill(tile.red, 0);
    Arrays.fill(tile.green, 0);
    Arrays.fill(tile.blue, 0);
    Arrays.fill(tile.processed, 0);
    Arrays.fill(tile.done, false);
    if (errors.length > 0) {
      tile.take(errors, image.width());
    }
    int open = tile.width * tile.height;
    int start = lists.tileStarts[t];
    int end = lists.tileStarts[t + 1];
    for (int i = start; i < end && open > 0; i++) {
      int id = lists.intersections[i];
      open -= blendOne(tile, lists.gaussianOf[id], i - start + 1);
      if (shares.length > 0) {
        shares[id] = tile.share;
      }
    }
    for (int y = 0; y < tile.height; y++) {
      for (int x = 0; x < tile.width; x++) {
        int p = y * TILE_SIZE + x;
        int pixel = (tile.top + y) * image.width() + tile.left + x;
        float transmittance = tile.transmittance[p];
        image.rgb()[3 * pixel] = tile.red[p] + transmittance * red;
        image.rgb()[3 * pixel + 1] = tile.green[p] + transmittance * green;
        image.rgb()[3 * pixel + 2] = tile.blue[p] + transmittance * blue;
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
    float width0 = projected.reaches[n] / a; // squared half width of the row through the mean
    float narrowing = projected.narrowings[n];
    float skew = projected.skews[n];
    int firstY = Tile.first(meanY - projected.extentsY[n], 0);
    int lastY = Tile.last(meanY + projected.extentsY[n], 0, tile.height);
    int finished = 0;
    float shown = 0;
    float erring = 0;
    boolean[] done = tile.done;
    float[] transmittance = tile.transmittance;
    float[] tileRed = tile.red;
    float[] tileGreen = tile.green;
    float[] tileBlue = tile.blue;
    int[] processedAt = tile.processed;
    float[] errorAt = tile.errors;
    for (int y = firstY; y <= lastY; y++) {
      float dy = y + 0.5f - meanY;
      float half = halfWidth(width0 + narrowing * dy * dy);
      float middle = meanX + skew * dy;
      int firstX = Tile.first(middle - half, 0);
      int end = y * TILE_SIZE + Tile.last(middle + half, 0, tile.width);
      float dx = firstX + 0.5f - meanX;
      float constant = -0.5f * c * dy * dy;
      float linear = -b * dy;
      for (int p = y * TILE_SIZE + firstX; p <= end; p++, dx++) {
        if (done[p]) {
          continue;
        }
        float alpha =
            Math.min(ALPHA_MAX, opacity * FloatExp.of(constant + dx * (linear - 0.5f * a * dx)));
        if (alpha < ALPHA_MIN) {
          continue;
        }
        float before = transmittance[p];
        float after = before * (1 - alpha);
        if (after < TRANSMITTANCE_MIN) {
          done[p] = true;
          finished++;
          continue;
        }
        shown += before;
        float weight = alpha * before;
        erring += weight * errorAt[p];
        tileRed[p] += weight * r;
        tileGreen[p] += weight * g;
        tileBlue[p] += weight * bl;
        transmittance[p] = after;
        processedAt[p] = position;
      }
    }
    tile.share = errors.length > 0 ? erring : opacity * shown;
    return finished;
  }

  /**
   * Half the ellipse's width on a row, with a little slack: the test of alpha is exact. Negative if
   * the row misses the ellipse.
   */
  private static float halfWidth(float squared) {
    return squared < -0.01f ? -1 : (float) Math.sqrt(Math.max(0, squared)) + 0.01f;
  }

  /**
   * Computes gradients of the picture that was rendered last.
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
        tile.red[p] = imageGradient[3 * pixel];
        tile.green[p] = imageGradient[3 * pixel + 1];
        tile.blue[p] = imageGradient[3 * pixel + 2];
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
   * Removes one Gaussian from the tile, back to front, and computes its gradients. {@code behind}
   * is the gradient-weighted colour behind the Gaussian: d loss / d alpha = T · (c · g) - behind /
   * (1 - alpha).
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
    float width0 = projected.reaches[n] / a; // squared half width of the row through the mean
    float narrowing = projected.narrowings[n];
    float skew = projected.skews[n];
    int firstY = Tile.first(meanY - projected.extentsY[n], 0);
    int lastY = Tile.last(meanY + projected.extentsY[n], 0, tile.height);
    int[] processedAt = tile.processed;
    float[] transmittance = tile.transmittance;
    float[] behind = tile.behind;
    float[] tileRed = tile.red;
    float[] tileGreen = tile.green;
    float[] tileBlue = tile.blue;
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
      float half = halfWidth(width0 + narrowing * dy * dy);
      float middle = meanX + skew * dy;
      int firstX = Tile.first(middle - half, 0);
      int end = y * TILE_SIZE + Tile.last(middle + half, 0, tile.width);
      float dx = firstX + 0.5f - meanX;
      float constant = -0.5f * c * dy * dy;
      float linear = -b * dy;
      for (int p = y * TILE_SIZE + firstX; p <= end; p++, dx++) {
        if (processedAt[p] < position) {
          continue;
        }
        float falloff = FloatExp.of(constant + dx * (linear - 0.5f * a * dx));
        float raw = opacity * falloff;
        float alpha = Math.min(ALPHA_MAX, raw);
        if (alpha < ALPHA_MIN) {
          continue;
        }
        float inverse = 1 / (1 - alpha);
        float before = transmittance[p] * inverse;
        transmittance[p] = before;
        float weight = alpha * before;
        float pr = tileRed[p];
        float pg = tileGreen[p];
        float pb = tileBlue[p];
        gRed += weight * pr;
        gGreen += weight * pg;
        gBlue += weight * pb;
        float seen = r * pr + g * pg + bl * pb;
        float gAlpha = before * seen - behind[p] * inverse;
        behind[p] += weight * seen;
        if (raw > ALPHA_MAX) {
          continue; // clamped: alpha depends on nothing below
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
