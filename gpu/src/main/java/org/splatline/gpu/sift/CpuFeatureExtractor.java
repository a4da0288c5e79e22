package org.splatline.gpu.sift;

import java.util.ArrayList;
import java.util.List;

/**
 * Says plainly what a {@link FeatureExtractor} finds. It is slow and needs 128 bytes per pixel:
 * tests compare others with it.
 */
public final class CpuFeatureExtractor implements FeatureExtractor {

  @Override
  public Features extract(GreyPicture picture, int most) {
    List<List<Keypoint>> levels = new ArrayList<>();
    for (Octave octave : Octave.all(picture)) {
      for (int difference = 1; difference <= SiftRule.STEPS; difference++) {
        levels.add(Keypoint.in(octave, difference));
      }
    }
    int first = SiftRule.firstLevel(levels.stream().mapToInt(List::size).toArray(), most);
    FeatureList features = new FeatureList();
    for (Keypoint keypoint : levels.stream().skip(first).flatMap(List::stream).toList()) {
      Surroundings surroundings = new Surroundings(keypoint);
      for (float orientation : surroundings.orientations()) {
        features.add(
            keypoint.octave().index(),
            keypoint.x(),
            keypoint.y(),
            keypoint.scale(),
            orientation,
            surroundings.descriptor(orientation),
            0);
      }
    }
    return features.features();
  }
}
