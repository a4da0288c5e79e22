package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.sift.SiftRule;

/**
 * Where the octaves of a picture's scale space are in memory: as {@code SiftOctave} of sift.cuh.
 */
record SiftOctaves(List<Octave> octaves) {

  /**
   * One octave.
   *
   * @param offset of its first level, bytes
   */
  record Octave(long offset, int width, int height) {
    long bytes() {
      return levelBytes() * SiftRule.LEVELS;
    }

    private long levelBytes() {
      return (long) Float.BYTES * width * height;
    }

    DevicePointer level(DeviceMemory planes, int level) {
      return planes.plus(offset + level * levelBytes());
    }
  }

  static SiftOctaves of(int width, int height) {
    List<Octave> octaves = new ArrayList<>();
    long offset = 0;
    for (int o = 0; o < SiftRule.octaves(width, height); o++) {
      Octave octave = new Octave(offset, (2 * width) >> o, (2 * height) >> o);
      octaves.add(octave);
      offset += octave.bytes();
    }
    return new SiftOctaves(octaves);
  }

  /** Bytes of all: 128 for each pixel of the picture. */
  long bytes() {
    return octaves.stream().mapToLong(Octave::bytes).sum();
  }
}
