package org.splatline.gpu.cuda;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.splatline.gpu.Bytes;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.cuda.device.CudaContext;
import org.splatline.gpu.cuda.device.CudaModule;
import org.splatline.gpu.cuda.device.DeviceMemory;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.Grid;
import org.splatline.gpu.cuda.kernel.SiftBlurKernel;
import org.splatline.gpu.cuda.kernel.SiftDescribeKernel;
import org.splatline.gpu.cuda.kernel.SiftDoubleKernel;
import org.splatline.gpu.cuda.kernel.SiftExtremaKernel;
import org.splatline.gpu.cuda.kernel.SiftHalveKernel;
import org.splatline.gpu.cuda.kernel.SiftOrientKernel;
import org.splatline.gpu.cuda.kernel.SiftPyramidArgument;
import org.splatline.gpu.cuda.kernel.SiftRefineKernel;
import org.splatline.gpu.cuda.kernel.SiftWindowArgument;
import org.splatline.gpu.sift.FeatureExtractor;
import org.splatline.gpu.sift.FeatureList;
import org.splatline.gpu.sift.Features;
import org.splatline.gpu.sift.GreyPicture;
import org.splatline.gpu.sift.SiftRule;

/**
 * Finds features on a GPU: the same bytes as on the CPU. It needs 129 bytes of the device's memory
 * per pixel of the largest picture so far, 6.2 GB for 48 megapixels, and 32 bytes per extremum.
 */
public final class CudaFeatureExtractor implements FeatureExtractor {
  private static final int LEAST_EXTREMA = 1 << 12; // room at first; it grows when needed
  private static final int NUMBERS = 4; // of an extremum, and of a keypoint

  private final CudaContext context;
  private final DeviceStream stream;
  private final SiftDoubleKernel enlarge;
  private final SiftBlurKernel blur;
  private final SiftHalveKernel halve;
  private final SiftExtremaKernel findExtrema;
  private final SiftRefineKernel refine;
  private final SiftOrientKernel orient;
  private final SiftDescribeKernel describe;
  private final float[][] windows = new float[SiftRule.LEVELS][];

  private final Room luma;
  private final Room planes;
  private final Room count;
  private final Room extrema;
  private final Room refined;
  private final Room keypoints;
  private final Room orientations;
  private final Room descriptors;

  CudaFeatureExtractor(
      CudaContext context, CudaModule module, MemoryAccount account, boolean debugSync) {
    this.context = context;
    context.use();
    enlarge = new SiftDoubleKernel(module);
    blur = new SiftBlurKernel(module);
    halve = new SiftHalveKernel(module);
    findExtrema = new SiftExtremaKernel(module);
    refine = new SiftRefineKernel(module);
    orient = new SiftOrientKernel(module);
    describe = new SiftDescribeKernel(module);
    Arrays.setAll(windows, SiftRule::window);
    luma = new Room(account);
    planes = new Room(account);
    count = new Room(account);
    extrema = new Room(account);
    refined = new Room(account);
    keypoints = new Room(account);
    orientations = new Room(account);
    descriptors = new Room(account);
    stream = new DeviceStream(debugSync);
  }

  @Override
  public Features extract(GreyPicture picture, int most) {
    context.use();
    SiftOctaves octaves = SiftOctaves.of(picture.width(), picture.height());
    if (octaves.octaves().isEmpty()) {
      return new FeatureList().features();
    }
    try {
      buildScaleSpace(picture, octaves);
    } catch (DeviceMemoryException e) {
      throw new DeviceMemoryException(
          "Cannot find features of %s x %s px on the GPU: they need %s of its memory. Free the GPU, raise gpu.max-memory, or set sfm.features=cpu"
              .formatted(
                  picture.width(),
                  picture.height(),
                  Bytes.text(octaves.bytes() + picture.luma().length)),
          e);
    }
    SiftPyramidArgument pyramid =
        new SiftPyramidArgument(planes.memory, 2 * picture.width(), 2 * picture.height());
    return described(pyramid, found(pyramid, octaves).kept(most));
  }

  private void buildScaleSpace(GreyPicture picture, SiftOctaves octaves) {
    luma.atLeast(picture.luma().length).upload(0, picture.luma());
    DeviceMemory space = planes.atLeast(octaves.bytes());
    SiftOctaves.Octave before = null;
    for (SiftOctaves.Octave octave : octaves.octaves()) {
      Grid grid =
          Grid.covering(
              octave.width(),
              SiftDoubleKernel.THREADS_X,
              octave.height(),
              SiftDoubleKernel.THREADS_Y);
      if (before == null) {
        int last = SiftRule.LEVELS - 1; // as room for the enlarged picture
        enlarge.launch(
            stream,
            grid,
            picture.width(),
            picture.height(),
            luma.memory,
            octave.level(space, last));
        blur(space, octave, last, 0);
      } else {
        halve.launch(
            stream,
            grid,
            octave.width(),
            octave.height(),
            before.width(),
            before.level(space, SiftRule.STEPS),
            octave.level(space, 0));
      }
      for (int level = 1; level < SiftRule.LEVELS; level++) {
        blur(space, octave, level - 1, level);
      }
      before = octave;
    }
  }

  private void blur(DeviceMemory space, SiftOctaves.Octave octave, int from, int to) {
    blur.launch(
        stream,
        Grid.covering(
            octave.width(), SiftBlurKernel.TILE_X, octave.height(), SiftBlurKernel.TILE_Y),
        octave.width(),
        octave.height(),
        windows[to].length - 1,
        SiftWindowArgument.of(windows[to]),
        octave.level(space, from),
        octave.level(space, to));
  }

  /** All keypoints, in any order. */
  private Keypoints found(SiftPyramidArgument pyramid, SiftOctaves octaves) {
    int number = listExtrema(pyramid, octaves, LEAST_EXTREMA);
    if (number > extremaRoom()) {
      number = listExtrema(pyramid, octaves, number);
    }
    if (number == 0) {
      return new Keypoints(new int[0], new float[0]);
    }
    refine.launch(
        stream,
        Grid.covering(number, SiftRefineKernel.THREADS),
        number,
        pyramid,
        extrema.memory,
        refined.atLeast((long) NUMBERS * Float.BYTES * number));
    stream.synchronize();
    return new Keypoints(
        extrema.memory.downloadInts(0, NUMBERS * number),
        refined.memory.downloadFloats(NUMBERS * number));
  }

  private int extremaRoom() {
    return (int) (extrema.memory.bytes() / (NUMBERS * Integer.BYTES));
  }

  /**
   * Lists as many extrema as there is room for, at least {@code most}, and returns how many there
   * are.
   */
  private int listExtrema(SiftPyramidArgument pyramid, SiftOctaves octaves, int most) {
    extrema.atLeast((long) NUMBERS * Integer.BYTES * most);
    stream.clear(count.atLeast(Integer.BYTES), Integer.BYTES);
    for (int o = 0; o < octaves.octaves().size(); o++) {
      SiftOctaves.Octave octave = octaves.octaves().get(o);
      findExtrema.launch(
          stream,
          Grid.covering(
              octave.width() - 2,
              SiftExtremaKernel.THREADS_X,
              octave.height() - 2,
              SiftExtremaKernel.THREADS_Y),
          pyramid,
          o,
          extremaRoom(),
          count.memory,
          extrema.memory);
    }
    stream.synchronize();
    return count.memory.downloadInts(0, 1)[0];
  }

  /**
   * Keypoints on the host.
   *
   * @param extrema [E, 4] column, row, difference and octave of each
   * @param values [E, 4] as sift_refine writes them
   */
  private record Keypoints(int[] extrema, float[] values) {

    private boolean isGood(int i) {
      return values[NUMBERS * i + 2] > 0;
    }

    private int level(int i) {
      return (int) values[NUMBERS * i + 3];
    }

    /** Values of the keypoints of the kept levels, in the order of features. */
    float[] kept(int most) {
      int[] counts = new int[SiftRule.OCTAVES * SiftRule.STEPS];
      int[] good = IntStream.range(0, values.length / NUMBERS).filter(this::isGood).toArray();
      for (int i : good) {
        counts[level(i)]++;
      }
      int first = SiftRule.firstLevel(counts, most);
      int[] kept = Arrays.stream(good).filter(i -> level(i) >= first).toArray();
      long[] order = Arrays.stream(kept).mapToLong(this::place).sorted().toArray();
      float[] sorted = new float[NUMBERS * kept.length];
      for (int i : kept) {
        int rank = Arrays.binarySearch(order, place(i)); // no two are at the same place
        System.arraycopy(values, NUMBERS * i, sorted, NUMBERS * rank, NUMBERS);
      }
      return sorted;
    }

    /** Increases with level, then with row, then with column. */
    private long place(int i) {
      return ((long) level(i) << 56)
          | ((long) extrema[NUMBERS * i + 1] << 28)
          | extrema[NUMBERS * i];
    }
  }

  private Features described(SiftPyramidArgument pyramid, float[] kept) {
    int number = kept.length / NUMBERS;
    FeatureList features = new FeatureList();
    if (number == 0) {
      return features.features();
    }
    int slots = number * SiftRule.ORIENTATIONS;
    keypoints.atLeast((long) Float.BYTES * kept.length).upload(kept);
    orient.launch(
        stream,
        Grid.covering(number, SiftOrientKernel.WARPS),
        number,
        pyramid,
        keypoints.memory,
        orientations.atLeast((long) Float.BYTES * slots));
    describe.launch(
        stream,
        Grid.covering(slots, SiftDescribeKernel.WARPS),
        number,
        pyramid,
        keypoints.memory,
        orientations.memory,
        descriptors.atLeast((long) Features.DESCRIPTOR * slots));
    stream.synchronize();
    float[] turns = orientations.memory.downloadFloats(slots);
    byte[] bytes = descriptors.memory.downloadBytes(Features.DESCRIPTOR * slots);
    for (int slot = 0; slot < slots; slot++) {
      if (turns[slot] >= 0) {
        int at = NUMBERS * (slot / SiftRule.ORIENTATIONS);
        int octave = (int) kept[at + 3] / SiftRule.STEPS;
        features.add(
            octave,
            kept[at],
            kept[at + 1],
            kept[at + 2],
            turns[slot],
            bytes,
            Features.DESCRIPTOR * slot);
      }
    }
    return features.features();
  }

  /** Finds features, and returns the milliseconds of each kernel. */
  Map<String, Double> timed(GreyPicture picture, int most) {
    context.use();
    stream.startTimer();
    extract(picture, most);
    return stream.stopTimer();
  }

  @Override
  public void close() {
    context.use();
    for (Room room :
        new Room[] {luma, planes, count, extrema, refined, keypoints, orientations, descriptors}) {
      room.close();
    }
    stream.close();
  }

  /** Device memory that grows when more is needed; what was in it is then lost. */
  private static final class Room implements AutoCloseable {
    private final MemoryAccount account;
    private DeviceMemory memory;

    Room(MemoryAccount account) {
      this.account = account;
    }

    DeviceMemory atLeast(long bytes) {
      if (memory == null || memory.bytes() < bytes) {
        close();
        memory = new DeviceMemory(account, bytes);
      }
      return memory;
    }

    @Override
    public void close() {
      if (memory != null) {
        memory.close();
        memory = null;
      }
    }
  }
}
