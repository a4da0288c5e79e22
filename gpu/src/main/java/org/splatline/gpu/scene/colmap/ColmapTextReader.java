package org.splatline.gpu.scene.colmap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/** Reads COLMAP's .txt files, as its {@code Reconstruction::ReadText} does. */
final class ColmapTextReader {
  private static final int IMAGE_FIELDS = 10;
  private static final int POINT_FIELDS = 8;

  private ColmapTextReader() {}

  static Map<Integer, ColmapCamera> cameras(Path file) {
    return TextFile.read(
        file,
        in -> {
          Map<Integer, ColmapCamera> cameras = new LinkedHashMap<>();
          for (String line = in.nextRecord(); line != null; line = in.nextRecord()) {
            String[] fields = fields(in, line, 4);
            int id = Integer.parseInt(fields[0]);
            if (cameras.put(id, camera(in, fields)) != null) {
              throw in.broken("two cameras have the id %d".formatted(id));
            }
            in.checkCount("cameras", cameras.size(), ModelLimits.IMAGES);
          }
          return cameras;
        });
  }

  private static ColmapCamera camera(TextFile in, String[] fields) {
    ColmapCameraModel model =
        ColmapCameraModel.ofName(fields[1])
            .orElseThrow(
                () ->
                    in.broken(
                        "camera model %s is not one of %s"
                            .formatted(fields[1], Arrays.toString(ColmapCameraModel.values()))));
    return new ColmapCamera(
        model,
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[3]),
        numbers(fields, 4, fields.length));
  }

  static List<ColmapImage> images(Path file) {
    return TextFile.read(
        file,
        in -> {
          List<ColmapImage> images = new ArrayList<>();
          for (String line = in.nextRecord(); line != null; line = in.nextRecord()) {
            // The name comes last and may contain spaces.
            String[] fields = line.split("\\s+", IMAGE_FIELDS);
            check(in, fields, IMAGE_FIELDS);
            String features = in.nextLine(); // a blank line when there are none
            images.add(
                new ColmapImage(
                    Integer.parseInt(fields[0]),
                    fields[9],
                    Integer.parseInt(fields[8]),
                    numbers(fields, 1, 5),
                    numbers(fields, 5, 8),
                    observations(in, features)));
            in.checkCount("images", images.size(), ModelLimits.IMAGES);
          }
          return images;
        });
  }

  /** Counts the triples {@code x y point3D_id} whose id is not -1. */
  private static int observations(TextFile in, String features) {
    if (features == null) {
      throw in.broken("the file ends before the image's features");
    }
    StringTokenizer tokens = new StringTokenizer(features);
    int observations = 0;
    while (tokens.hasMoreTokens()) {
      tokens.nextToken();
      if (!tokens.hasMoreTokens()) {
        throw in.broken("the image's last feature is cut off");
      }
      tokens.nextToken();
      if (!tokens.hasMoreTokens()) {
        throw in.broken("the image's last feature is cut off");
      }
      if (Long.parseLong(tokens.nextToken()) >= 0) {
        observations++;
      }
    }
    return observations;
  }

  static ColmapPoints points(Path file) {
    return TextFile.read(
        file,
        in -> {
          PointsBuilder points = new PointsBuilder();
          for (String line = in.nextRecord(); line != null; line = in.nextRecord()) {
            String[] fields = fields(in, line, POINT_FIELDS);
            if (fields.length % 2 != 0) {
              throw in.broken("the point's track is cut off");
            }
            points.add(fields);
            in.checkCount("points", points.n, ModelLimits.POINTS);
            in.checkCount("track entries", points.trackImages.size(), ModelLimits.TRACK_ENTRIES);
          }
          return points.build();
        });
  }

  /** Collects points in arrays that grow by doubling, because a text file has no count. */
  private static final class PointsBuilder {
    private double[] positions = new double[3 * 1024];
    private byte[] colors = new byte[3 * 1024];
    private double[] errors = new double[1024];
    private int[] trackLengths = new int[1024];
    private final IntList trackImages = new IntList();
    private int n;

    void add(String[] fields) {
      if (n == errors.length) {
        resize(2 * n);
      }
      for (int c = 0; c < 3; c++) {
        positions[3 * n + c] = Double.parseDouble(fields[1 + c]);
        colors[3 * n + c] = (byte) Integer.parseInt(fields[4 + c]);
      }
      errors[n] = Double.parseDouble(fields[7]);
      trackLengths[n] = (fields.length - POINT_FIELDS) / 2;
      for (int i = POINT_FIELDS; i < fields.length; i += 2) { // image, feature
        trackImages.add(Integer.parseInt(fields[i]));
      }
      n++;
    }

    private void resize(int size) {
      positions = Arrays.copyOf(positions, 3 * size);
      colors = Arrays.copyOf(colors, 3 * size);
      errors = Arrays.copyOf(errors, size);
      trackLengths = Arrays.copyOf(trackLengths, size);
    }

    ColmapPoints build() {
      resize(n);
      return new ColmapPoints(positions, colors, errors, trackLengths, trackImages.toArray());
    }
  }

  private static String[] fields(TextFile in, String line, int atLeast) {
    String[] fields = line.split("\\s+");
    check(in, fields, atLeast);
    return fields;
  }

  private static void check(TextFile in, String[] fields, int atLeast) {
    if (fields.length < atLeast) {
      throw in.broken("it has %d fields, need at least %d".formatted(fields.length, atLeast));
    }
  }

  private static double[] numbers(String[] fields, int from, int until) {
    return Arrays.stream(fields, from, until).mapToDouble(Double::parseDouble).toArray();
  }
}
