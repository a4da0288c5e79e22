package org.splatline.gpu.cpu;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.backend.Blur;
import org.splatline.gpu.backend.Target;
import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.BlurFilter;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Intrinsics;

/**
 * The pictures of targets, reduced to the size of their cameras and blurred. The last ones in use
 * are kept while there is room; the others are made again.
 */
final class CpuPictures {
  private final List<Target> targets;
  private final long room;
  private final Map<Key, Picture> kept = new LinkedHashMap<>(16, 0.75f, true); // oldest use first
  private long bytes;

  private record Key(int target, Blur blur) {}

  /** Keeps pictures of at most {@code room} bytes. */
  CpuPictures(List<Target> targets, long room) {
    this.targets = targets;
    this.room = room;
  }

  Picture get(int target, Blur blur) {
    Key key = new Key(target, blur);
    Picture known = kept.get(key);
    if (known != null) {
      return known;
    }
    Picture made =
        blur.isNone()
            ? reduced(targets.get(target))
            : BlurFilter.blur(get(target, Blur.NONE), blur.weights());
    kept.put(key, made);
    bytes += made.bytes();
    for (Iterator<Picture> oldest = kept.values().iterator(); bytes > room; oldest.remove()) {
      bytes -= oldest.next().bytes();
    }
    return made;
  }

  private static Picture reduced(Target target) {
    Intrinsics size = target.camera().intrinsics();
    return AreaFilter.reduce(target.picture().load(), size.width(), size.height());
  }
}
