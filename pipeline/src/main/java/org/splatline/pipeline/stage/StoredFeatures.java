package org.splatline.pipeline.stage;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.splatline.gpu.sfm.FoundFeatures;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.store.ContentKey;

/**
 * A scene's features in the store.
 *
 * @param key of their artifact
 * @param verdict why no GPU has matched them; OK: one has, or none was to
 * @param detail one sentence; empty when OK
 * @param byColmap why COLMAP has found them though a GPU was to; empty: none was to, or one has
 */
record StoredFeatures(ContentKey key, Verdict verdict, String detail, String byColmap)
    implements Serializable {

  static StoredFeatures matched(ContentKey key, String byColmap) {
    return new StoredFeatures(key, Verdict.OK, "", byColmap);
  }

  /**
   * @param folder with the files of the artifact
   */
  FoundFeatures in(Path folder) {
    return new FoundFeatures(
        folder,
        verdict == Verdict.OK ? Optional.empty() : Optional.of(new SceneException(verdict, detail)),
        Optional.of(byColmap).filter(why -> !why.isEmpty()));
  }
}
