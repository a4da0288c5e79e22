package org.splatline.gpu.sift;

/**
 * Something that finds SIFT features (Lowe 2004), such as a device. Whoever opens it closes it.
 * Each gives the same bytes on every run, and all give the same features: {@link SiftRule} says
 * which.
 */
@FunctionalInterface
public interface FeatureExtractor extends AutoCloseable {
  /**
   * Finds the features of a picture.
   *
   * @param most number of keypoints above which the levels of smaller scale are dropped, as {@link
   *     SiftRule#firstLevel} says
   * @return by scale space level, the finest first; within a level by row, column and orientation
   */
  Features extract(GreyPicture picture, int most);

  @Override
  default void close() {}
}
