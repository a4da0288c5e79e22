package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.SplatConstants;

/**
 * Device memory a view needs while it is rendered, for so many Gaussians, intersections and pixels;
 * kept from step to step, and grown when one of them is exceeded.
 */
final class ViewBuffers implements AutoCloseable {
  private static final int SORT_TILE = 2048; // pairs a block of sort_pass
  private static final int SORT_BINS = 512;
  private static final int COUNT_WORDS = 16;
  private static final int DEPTH_PASSES = 3;
  static final int DEPTH_BITS = 9;
  private static final int COARSE_SEGMENT = 128; // of blend.cu; larger ones need less room
  private static final int COARSE_PATCHES = 8; // of a tile
  private static final int TILE_PIXELS = SplatConstants.TILE_SIZE * SplatConstants.TILE_SIZE;

  private final MemoryAccount account;
  private final List<DeviceMemory> all = new ArrayList<>();
  private int gaussianCapacity;
  private int intersectionCapacity;
  private int pixelCapacity;
  private int tileCapacity;

  /** Zeroed before each view: counts, histograms, chains, ranges. */
  DeviceMemory control;

  DeviceMemory splats;
  DeviceMemory splatGradients;
  DeviceMemory gaussianIndices;
  DeviceMemory tileCounts;
  final DeviceMemory[] depthKeys = new DeviceMemory[2];
  final DeviceMemory[] order = new DeviceMemory[2];
  final DeviceMemory[] tiles = new DeviceMemory[2];
  final DeviceMemory[] splatIndices = new DeviceMemory[2];
  DeviceMemory image;
  DeviceMemory imageGradient;

  /**
   * Colour and transmittance where long lists are taken up: see {@code Checkpoints} of blend.cu.
   */
  DeviceMemory checkpoints;

  ViewBuffers(MemoryAccount account) {
    this.account = account;
  }

  /** Makes room; the device must be idle. */
  void reserve(int gaussians, int intersections, int pixels, int tileCount) {
    if (gaussians <= gaussianCapacity
        && intersections <= intersectionCapacity
        && pixels <= pixelCapacity
        && tileCount <= tileCapacity) {
      return;
    }
    gaussianCapacity = grown(gaussianCapacity, gaussians);
    intersectionCapacity = Math.max(intersectionCapacity, intersections);
    pixelCapacity = Math.max(pixelCapacity, pixels);
    tileCapacity = Math.max(tileCapacity, tileCount);
    close();
    long n = gaussianCapacity;
    long m = intersectionCapacity;
    splats = add(DeviceMemory.floats(account, 12 * n));
    splatGradients = add(DeviceMemory.floats(account, 12 * n));
    gaussianIndices = add(DeviceMemory.ints(account, n));
    tileCounts = add(DeviceMemory.ints(account, n));
    for (int i = 0; i < 2; i++) {
      depthKeys[i] = add(DeviceMemory.ints(account, n));
      order[i] = add(DeviceMemory.ints(account, n));
      tiles[i] = add(DeviceMemory.ints(account, m));
      splatIndices[i] = add(DeviceMemory.ints(account, m));
    }
    checkpoints = add(DeviceMemory.floats(account, 4L * TILE_PIXELS * segments(m, COARSE_SEGMENT)));
    image = add(DeviceMemory.zeroFloats(account, 3L * pixelCapacity)); // rows' ends stay unwritten
    imageGradient = add(DeviceMemory.floats(account, 3L * pixelCapacity));
    control =
        add(
            DeviceMemory.ints(
                account, new Layout(gaussianCapacity, intersectionCapacity, tileCapacity).words()));
  }

  /** Segments that lists of so many intersections can have checkpoints for. */
  private static long segments(long intersections, int segment) {
    return intersections / segment + 1;
  }

  private static int grown(int held, int needed) {
    return needed <= held ? held : (int) Math.min(Integer.MAX_VALUE, needed + needed / 4L + 256);
  }

  private DeviceMemory add(DeviceMemory memory) {
    all.add(memory);
    return memory;
  }

  /** M at most. */
  int intersectionCapacity() {
    return intersectionCapacity;
  }

  /** Parts of {@link #control} for a view, in bytes from its start. */
  final class Layout {
    private final int gaussians;
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

    Layout(int gaussians, int intersections, int tileCount) {
      this.gaussians = gaussians;
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

    private static long sortBlocks(long count) {
      return blocks(count, SORT_TILE);
    }

    long words() {
      return end;
    }

    /** Bytes to zero: tile chains only as far as digits of this many tiles use them. */
    long bytesToClear() {
      long bins = (1L << lowBits()) + (highBits() > 0 ? 1L << highBits() : 0);
      return Integer.BYTES * (tileChains + sortBlocks(intersectionCapacity) * bins);
    }

    Grid depthGrid() {
      return Grid.blocks(sortBlocks(gaussians));
    }

    Grid tileGrid() {
      return Grid.blocks(sortBlocks(intersectionCapacity));
    }

    /** Digits of a tile's number: one, or two halves. */
    int lowBits() {
      return tileBits <= 9 ? tileBits : (tileBits + 1) / 2;
    }

    int highBits() {
      return tileBits - lowBits();
    }

    long counts() {
      return control.address();
    }

    private long at(long word) {
      return control.address(Integer.BYTES * word);
    }

    long visibleCount() {
      return at(0);
    }

    long intersectionCount() {
      return at(1);
    }

    long depthHistogram(int pass) {
      return at(depthHistograms + (long) pass * SORT_BINS);
    }

    long tileHistogram(int pass) {
      return at(tileHistograms + (long) pass * SORT_BINS);
    }

    long projectChain() {
      return at(projectChain);
    }

    long intersectChain() {
      return at(intersectChain);
    }

    long ranges() {
      return at(ranges);
    }

    long owners() {
      return at(owners);
    }

    /** Blocks of the backward pass: one a tile, one a checkpoint. */
    Grid backwardGrid(int tileCount, int segment) {
      return Grid.blocks(tileCount + segments(intersectionCapacity, segment));
    }

    long depthChain(int pass) {
      return at(depthChains + pass * sortBlocks(gaussians) * SORT_BINS);
    }

    long tileChain(int pass) {
      return at(tileChains + pass * (sortBlocks(intersectionCapacity) << lowBits()));
    }
  }

  @Override
  public void close() {
    all.forEach(DeviceMemory::close);
    all.clear();
  }
}
