package org.splatline.gpu.cuda;

import static org.splatline.gpu.Checks.checkArgument;

import org.splatline.gpu.backend.SplatConstants;
import org.splatline.gpu.cuda.device.DevicePointer;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.IntersectTilesKernel;
import org.splatline.gpu.cuda.kernel.ProjectKernel;

/**
 * The layout of the memory that a view sets to zero before it starts: counts, histograms, tile
 * ranges, chains, and owners of checkpoints, one after the other. It is only arithmetic: {@code
 * base} is the address of the whole.
 */
final class ControlLayout {
  /** Bits per digit of the depth sort. */
  static final int DEPTH_BITS = 9;

  /** Digits of the depth sort. */
  static final int DEPTH_PASSES = 3;

  private static final int SORT_TILE = 2048; // pairs per block of sort_pass
  private static final int SORT_BINS = 512;
  private static final int COUNT_WORDS = 16;
  private static final int SEGMENT = 256; // of blend.cu
  private static final int COARSE_SEGMENT = 128;

  /** With fewer tiles, one block per tile does not fill a GPU of a hundred multiprocessors. */
  private static final int COARSE_TILES = 1024;

  private static final int COARSE_PATCHES = 8; // per tile
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
   * Lays out the parts for these numbers.
   *
   * @param intersections how many the buffers have room for
   * @param base address of the whole on the device
   */
  ControlLayout(int gaussians, int intersections, int tileCount, DevicePointer base) {
    checkArgument(
        tileCount <= SplatConstants.TILES_MAX,
        "Invalid picture size: %s tiles are more than %s",
        tileCount,
        SplatConstants.TILES_MAX);
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

  /** Blocks of {@code sort_pass} for {@code count} pairs. */
  static long sortBlocks(long count) {
    return blocks(count, SORT_TILE);
  }

  /** The most segments with checkpoints in lists of this many intersections. */
  private static long segments(long intersections, int segment) {
    return intersections / segment + 1;
  }

  /** Whether blending of a picture with so many tiles is coarse: in smaller patches, segments. */
  static boolean isCoarse(int tileCount) {
    return tileCount < COARSE_TILES;
  }

  /** Floats of the checkpoints in lists of this many intersections, at most. */
  static long checkpointFloats(long intersections, int tileCount) {
    int segment = isCoarse(tileCount) ? COARSE_SEGMENT : SEGMENT;
    return 4L * TILE_PIXELS * segments(intersections, segment);
  }

  /** Length of the whole for these numbers, in 4-byte words. */
  static long words(int gaussians, int intersections, int tileCount) {
    return new ControlLayout(gaussians, intersections, tileCount, () -> 0).end;
  }

  /** Bytes to set to zero. Of the tile chains, it includes only what this number of tiles uses. */
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

  /** Bits of the low digit of a tile's number, or all its bits if one digit is enough. */
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

  /** Blocks of the backward pass: one per tile, and one per possible checkpoint. */
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
