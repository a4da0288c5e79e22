package org.splatline.gpu.cuda;

import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.IntersectTilesKernel;
import org.splatline.gpu.cuda.kernel.ProjectKernel;

/**
 * What a view zeroes before it starts, one part after the other: counts, histograms, tile ranges,
 * chains, and who left which checkpoint. Arithmetic alone: the parts' addresses count from {@code
 * base}.
 */
final class ControlLayout {
  /** Digit of the depth sort, of which there are three. */
  static final int DEPTH_BITS = 9;

  private static final int SORT_TILE = 2048; // pairs a block of sort_pass
  private static final int SORT_BINS = 512;
  private static final int COUNT_WORDS = 16;
  private static final int DEPTH_PASSES = 3;
  private static final int COARSE_SEGMENT = 128; // of blend.cu; larger ones need less room
  private static final int COARSE_PATCHES = 8; // of a tile
  private static final int TILE_PIXELS = SplatConstants.TILE_SIZE * SplatConstants.TILE_SIZE;

  private final DevicePointer base;
  private final int gaussians;
  private final int intersections;
  private final int tileBits;
  private final long depthHistograms;
  private final long tileHistograms;
  private final long projectChain;
  private final long intersectChain;
  private final long ranges;
  private final long owners;
  private final long depthChains;
  private final long tileChains;
  private final long end;

  /**
   * For so many of each.
   *
   * @param intersections that there is room for
   * @param base where the whole is on the device
   */
  ControlLayout(int gaussians, int intersections, int tileCount, DevicePointer base) {
    this.base = base;
    this.gaussians = gaussians;
    this.intersections = intersections;
    this.tileBits = Math.max(1, 32 - Integer.numberOfLeadingZeros(tileCount - 1));
    long at = COUNT_WORDS;
    depthHistograms = at;
    at += DEPTH_PASSES * SORT_BINS;
    tileHistograms = at;
    at += 2 * SORT_BINS;
    ranges = at;
    at += 2L * tileCount;
    projectChain = at;
    at += blocks(gaussians, ProjectKernel.THREADS);
    intersectChain = at;
    at += blocks(gaussians, IntersectTilesKernel.THREADS);
    owners = at;
    at += COARSE_PATCHES * segments(intersections, COARSE_SEGMENT);
    depthChains = at;
    at += (long) DEPTH_PASSES * sortBlocks(gaussians) * SORT_BINS;
    tileChains = at;
    at += 2L * sortBlocks(intersections) * SORT_BINS;
    end = at;
  }

  private static long blocks(long count, int size) {
    return Math.max(1, (count + size - 1) / size);
  }

  /** Blocks of {@code sort_pass} for so many pairs. */
  static long sortBlocks(long count) {
    return blocks(count, SORT_TILE);
  }

  /** Segments that lists of so many intersections can have checkpoints for. */
  private static long segments(long intersections, int segment) {
    return intersections / segment + 1;
  }

  /** Floats of the checkpoints that lists of so many intersections can have. */
  static long checkpointFloats(long intersections) {
    return 4L * TILE_PIXELS * segments(intersections, COARSE_SEGMENT);
  }

  /** Length of the whole for so many of each, in 4-byte words. */
  static long words(int gaussians, int intersections, int tileCount) {
    return new ControlLayout(gaussians, intersections, tileCount, () -> 0).end;
  }

  /** Bytes to zero: tile chains only as far as digits of this many tiles use them. */
  long bytesToClear() {
    long bins = (1L << lowBits()) + (highBits() > 0 ? 1L << highBits() : 0);
    return Integer.BYTES * (tileChains + sortBlocks(intersections) * bins);
  }

  Grid depthGrid() {
    return Grid.blocks(sortBlocks(gaussians));
  }

  Grid tileGrid() {
    return Grid.blocks(sortBlocks(intersections));
  }

  /** Digits of a tile's number: one, or two halves. */
  int lowBits() {
    return tileBits <= 9 ? tileBits : (tileBits + 1) / 2;
  }

  int highBits() {
    return tileBits - lowBits();
  }

  private DevicePointer at(long word) {
    return base.plus(Integer.BYTES * word);
  }

  DevicePointer counts() {
    return at(0);
  }

  DevicePointer visibleCount() {
    return at(0);
  }

  DevicePointer intersectionCount() {
    return at(1);
  }

  DevicePointer depthHistogram(int pass) {
    return at(depthHistograms + (long) pass * SORT_BINS);
  }

  DevicePointer tileHistogram(int pass) {
    return at(tileHistograms + (long) pass * SORT_BINS);
  }

  DevicePointer projectChain() {
    return at(projectChain);
  }

  DevicePointer intersectChain() {
    return at(intersectChain);
  }

  DevicePointer ranges() {
    return at(ranges);
  }

  DevicePointer owners() {
    return at(owners);
  }

  /** Blocks of the backward pass: one a tile, one a checkpoint. */
  Grid backwardGrid(int tileCount, int segment) {
    return Grid.blocks(tileCount + segments(intersections, segment));
  }

  DevicePointer depthChain(int pass) {
    return at(depthChains + pass * sortBlocks(gaussians) * SORT_BINS);
  }

  DevicePointer tileChain(int pass) {
    return at(tileChains + pass * (sortBlocks(intersections) << lowBits()));
  }
}
