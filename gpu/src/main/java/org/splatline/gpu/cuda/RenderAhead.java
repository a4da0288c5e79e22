package org.splatline.gpu.cuda;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.cuda.device.DeviceEvent;
import org.splatline.gpu.cuda.device.DeviceStream;
import org.splatline.gpu.cuda.device.MemoryAccount;
import org.splatline.gpu.cuda.kernel.Kernels;

/**
 * Renders views one after the other. While one view is blended, the next ones are arranged on
 * streams of their own, in buffers of their own: arranging waits mostly for memory, blending mostly
 * for arithmetic, so the device has time for both. Where both have work, arranging comes first:
 * otherwise it would wait until all blocks of blending have started.
 */
final class RenderAhead implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RenderAhead.class);

  /** Views on the device at a time. */
  private static final int TURNS = 3;

  private final MemoryAccount account;
  private final Kernels kernels;
  private final DeviceStream blending;
  private final boolean debugSync;
  private final List<Turn> turns = new ArrayList<>();

  /**
   * Takes no memory yet.
   *
   * @param pass takes turns with passes that are opened here; the caller closes it
   * @param blending the stream of {@code pass}
   */
  RenderAhead(
      MemoryAccount account,
      Kernels kernels,
      ForwardPass pass,
      DeviceStream blending,
      boolean debugSync) {
    this.account = account;
    this.kernels = kernels;
    this.blending = blending;
    this.debugSync = debugSync;
    turns.add(new Turn(pass, debugSync));
  }

  /** A pass, the stream on which it arranges views, and how far the device is with it. */
  private record Turn(
      ForwardPass pass, DeviceStream arranging, DeviceEvent arranged, DeviceEvent blended) {
    Turn(ForwardPass pass, boolean debugSync) {
      this(pass, DeviceStream.urgent(debugSync), new DeviceEvent(), new DeviceEvent());
    }

    void render(ViewPipeline.View view, DeviceStream blending) {
      blended.holdBack(arranging);
      pass.arrange(view, arranging);
      arranged.record(arranging);
      arranged.holdBack(blending);
      pass.blend(view, blending);
      blended.record(blending);
    }

    void close() {
      arranged.close();
      blended.close();
      arranging.close();
    }
  }

  /** Makes room for the views: for several at a time, if there is. The device must be idle. */
  void reserve(List<ViewPipeline.View> views) {
    ForwardPass first = turns.get(0).pass();
    views.forEach(first::reserve);
    closeFrom(1);
    while (turns.size() < Math.min(TURNS, views.size())) {
      ForwardPass pass = new ForwardPass(account, kernels);
      pass.makeRoomFor(first.intersections());
      try {
        views.forEach(pass::reserve);
      } catch (DeviceMemoryException e) {
        LOG.info("There is room for {} views at a time: {}", turns.size(), e.getMessage());
        return;
      }
      turns.add(new Turn(pass, debugSync));
    }
  }

  /**
   * Launches all views. The device must be idle, and each view must have had room for its
   * intersections before.
   */
  void render(List<ViewPipeline.View> views) {
    for (int i = 0; i < views.size(); i++) {
      turn(i).render(views.get(i), blending);
    }
  }

  private Turn turn(int view) {
    return turns.get(view % turns.size());
  }

  /** The pass that renders this view, and keeps its picture until its next turn. */
  ForwardPass pass(int view) {
    return turn(view).pass();
  }

  private void closeFrom(int turn) {
    while (turns.size() > turn) {
      Turn last = turns.remove(turns.size() - 1);
      last.close();
      if (!turns.isEmpty()) {
        last.pass().close();
      }
    }
  }

  @Override
  public void close() {
    closeFrom(0);
  }
}
