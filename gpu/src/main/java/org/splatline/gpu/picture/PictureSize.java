package org.splatline.gpu.picture;

/** A picture's sides, px, as its header gives them. */
public record PictureSize(int width, int height) {

  long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
