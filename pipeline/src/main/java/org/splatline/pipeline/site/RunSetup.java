package org.splatline.pipeline.site;

import java.io.Serializable;
import org.splatline.pipeline.table.RunRow;

/**
 * What the page of a scene says of its run.
 *
 * @param configJson the effective configuration without credentials
 * @param splatline version
 * @param commit that Splatline was built from; null if unknown
 * @param spark version
 * @param colmap version; empty if it is not installed
 */
public record RunSetup(
    String configJson, String splatline, String commit, String spark, String colmap)
    implements Serializable {

  static RunSetup of(RunRow run) {
    return new RunSetup(
        run.settings().configJson(),
        run.versions().splatlineVersion(),
        run.application().gitCommit(),
        run.versions().sparkVersion(),
        run.versions().colmapVersion());
  }
}
