package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.PicturePointers;
import org.splatline.gpu.cuda.kernel.SplatPointers;

/**
 * Device memory that a view needs while it is rendered. It has room for a number of Gaussians,
 * intersections and pixels, is kept from step to step, and grows when one of these numbers is
 * exceeded.
 */
final class ViewBuffers implements AutoCloseable {
  private static final int SPLAT_FLOATS = 12;

  private final MemoryAccount account;
  private final List<DeviceMemory> all = new ArrayList<>();
  private int gaussianCapacity;
  private int intersectionCapacity;
  private int pixelCapacity;
  private int tileCapacity;
  private long checkpointCapacity; // floats

  /** Set to zero before each view: counts, histograms, chains, ranges. */
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
   * Colour and transmittance at the places where the backward pass can start in a long list: see
   * {@code CheckpointPointers} of pointers.cuh.
   */
  DeviceMemory checkpoints;

  ViewBuffers(MemoryAccount account) {
    this.account = account;
  }

  /**
   * Makes room. If there is none, throws {@link DeviceMemoryException} and holds nothing. The
   * device must be idle.
   */
  void reserve(int gaussians, int intersections, int pixels, int tileCount) {
    if (gaussians <= gaussianCapacity
        && intersections <= intersectionCapacity
        && pixels <= pixelCapacity
        && tileCount <= tileCapacity
        && checkpointFloats(intersections, tileCount) <= checkpointCapacity) {
      return;
    }
    gaussianCapacity = grown(gaussianCapacity, gaussians);
    intersectionCapacity = Math.max(intersectionCapacity, intersections);
    pixelCapacity = Math.max(pixelCapacity, pixels);
    tileCapacity = Math.max(tileCapacity, tileCount);
    checkpointCapacity =
        Math.max(checkpointCapacity, checkpointFloats(intersectionCapacity, tileCount));
    free();
    try {
      allocate();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** None if only Gaussians change: a picture without tiles. */
  private static long checkpointFloats(long intersections, int tileCount) {
    return tileCount == 0 ? 0 : ControlLayout.checkpointFloats(intersections, tileCount);
  }

  private void allocate() {
    long n = gaussianCapacity;
    long m = intersectionCapacity;
    splats = add(DeviceMemory.floats(account, SPLAT_FLOATS * n));
    splatGradients = add(DeviceMemory.floats(account, SPLAT_FLOATS * n));
    gaussianIndices = add(DeviceMemory.ints(account, n));
    tileCounts = add(DeviceMemory.ints(account, n));
    for (int i = 0; i < 2; i++) {
      depthKeys[i] = add(DeviceMemory.ints(account, n));
      order[i] = add(DeviceMemory.ints(account, n));
      tiles[i] = add(DeviceMemory.ints(account, m));
      splatIndices[i] = add(DeviceMemory.ints(account, m));
    }
    checkpoints = add(DeviceMemory.floats(account, checkpointCapacity));
    image =
        add(
            DeviceMemory.zeroFloats(
                account, 3L * pixelCapacity)); // the ends of rows are never written
    imageGradient = add(DeviceMemory.floats(account, 3L * pixelCapacity));
    long words = ControlLayout.words(gaussianCapacity, intersectionCapacity, tileCapacity);
    control = add(DeviceMemory.ints(account, words));
  }

  private static int grown(int held, int needed) {
    return needed <= held ? held : (int) Math.min(Integer.MAX_VALUE, needed + needed / 4L + 256);
  }

  private DeviceMemory add(DeviceMemory memory) {
    all.add(memory);
    return memory;
  }

  /** The largest M that there is room for. */
  int intersectionCapacity() {
    return intersectionCapacity;
  }

  /** The parts of {@link #control} for a view. */
  ControlLayout layout(int gaussians, int tileCount) {
    return new ControlLayout(gaussians, intersectionCapacity, tileCount, control);
  }

  /** The addresses of what blending reads of the visible Gaussians. */
  SplatPointers splatPointers() {
    return new SplatPointers(splats, splatGradients, gaussianIndices, tileCounts);
  }

  PicturePointers picture() {
    return new PicturePointers(image, imageGradient);
  }

  /** Bytes that {@link #reserve} allocates for these numbers. */
  static long bytes(int gaussians, int intersections, int pixels, int tileCount) {
    long n = grown(0, gaussians);
    long m = intersections;
    long words =
        n * (2 * SPLAT_FLOATS + 6) // splats and their gradients; indices, tile counts, the sort's
            + m * 4 // the sort's
            + ControlLayout.checkpointFloats(m, tileCount)
            + 6L * pixels // image and gradient
            + ControlLayout.words((int) n, intersections, tileCount);
    return Integer.BYTES * words;
  }

  private void free() {
    all.forEach(DeviceMemory::close);
    all.clear();
  }

  /** Frees all; {@link #reserve} takes memory again. */
  @Override
  public void close() {
    free();
    gaussianCapacity = 0;
    intersectionCapacity = 0;
    pixelCapacity = 0;
    tileCapacity = 0;
    checkpointCapacity = 0;
  }
}
