package org.splatline.gpu.picture;

/** Width and height of a picture, px. */
public record PictureSize(int width, int height) {

  /** The size after a quarter turn. */
  PictureSize turned() {
    int across = height;
    int down = width;
    return new PictureSize(across, down);
  }

  long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
