package org.splatline.gpu.scene;

import static org.splatline.gpu.Checks.checkArgument;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.scene.colmap.ColmapPoints;

/**
 * The points that training starts from. Arrays are not copied.
 *
 * @param positions [N, 3] world units
 * @param colors [N, 3] RGB, unsigned
 * @param observed which points a view has observed: their indices, ascending, by the view's name.
 *     Views that have observed none are absent; empty if nothing is known
 * @param origin where they come from
 */
public record SparsePoints(
    float[] positions, byte[] colors, Map<String, int[]> observed, Origin origin) {

  /** Where points come from. */
  public enum Origin {
    /** From photographs, by structure from motion. */
    MEASURED,
    /** Made up, because the scene has none. */
    RANDOM
  }

  public SparsePoints {
    checkArgument(
        positions.length == colors.length && positions.length % 3 == 0,
        "Invalid points: %s coordinates and %s colours",
        positions.length,
        colors.length);
    observed = Map.copyOf(observed);
  }

  /** Points of which it is not known which views have observed them. */
  public SparsePoints(float[] positions, byte[] colors) {
    this(positions, colors, Map.of(), Origin.MEASURED);
  }

  /** The points of a COLMAP model that can be used. */
  static SparsePoints of(ColmapPoints points, List<SourceImage> images) {
    float[] positions = new float[3 * points.size()];
    byte[] colors = new byte[3 * points.size()];
    Observations observations = new Observations(points, images);
    int n = 0;
    for (int i = 0; i < positions.length; i += 3) {
      boolean isUsable = points.isUsable(i / 3);
      observations.next(i / 3, isUsable ? n / 3 : -1);
      if (isUsable) {
        for (int c = 0; c < 3; c++) {
          positions[n + c] = (float) points.positions()[i + c];
        }
        System.arraycopy(points.colors(), i, colors, n, 3);
        n += 3;
      }
    }
    return new SparsePoints(
        Arrays.copyOf(positions, n),
        Arrays.copyOf(colors, n),
        observations.byName(),
        Origin.MEASURED);
  }

  /** These points; of random ones at most {@code number}, the first. */
  public SparsePoints capped(int number) {
    return origin == Origin.RANDOM && size() > number
        ? new SparsePoints(
            Arrays.copyOf(positions, 3 * number),
            Arrays.copyOf(colors, 3 * number),
            observed,
            origin)
        : this;
  }

  /** Collects the points of each image from the tracks of points. */
  private static final class Observations {
    private final ColmapPoints points;
    private final Map<Integer, String> names = new HashMap<>();
    private final Map<String, int[]> observed = new HashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private int at; // in the images of all tracks

    Observations(ColmapPoints points, List<SourceImage> images) {
      this.points = points;
      images.forEach(image -> names.put(image.extrinsics().id(), image.name()));
    }

    /** Takes the track of the next point. With a negative index the point is left out. */
    void next(int point, int index) {
      if (points.trackImages().length == 0) {
        return;
      }
      for (int k = 0; k < points.trackLengths()[point]; k++) {
        String name = names.get(points.trackImages()[at++]);
        if (name != null && index >= 0) {
          add(name, index);
        }
      }
    }

    private void add(String name, int index) {
      int[] indices = observed.computeIfAbsent(name, image -> new int[64]);
      int size = sizes.getOrDefault(name, 0);
      if (size > 0 && indices[size - 1] == index) {
        return; // two features of one image may belong to a point
      }
      if (size == indices.length) {
        indices = Arrays.copyOf(indices, 2 * size);
        observed.put(name, indices);
      }
      indices[size] = index;
      sizes.put(name, size + 1);
    }

    Map<String, int[]> byName() {
      observed.replaceAll((name, indices) -> Arrays.copyOf(indices, sizes.get(name)));
      return observed;
    }
  }

  /** The number of points, N. */
  public int size() {
    return positions.length / 3;
  }
}
