package org.splatline.gpu.match;

/** The SIFT descriptors of a scene's photographs. */
public interface DescriptorSource {
  /** Bytes of a descriptor. */
  int WIDTH = 128;

  /** The number of photographs. */
  int photographs();

  /** The number of features of a photograph; photographs count from 0. */
  int features(int photograph);

  /** Reads the descriptors of a photograph, [features, 128], unsigned, of length 512 or nearly. */
  byte[] descriptors(int photograph);
}
