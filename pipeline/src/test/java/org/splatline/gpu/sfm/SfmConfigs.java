package org.splatline.gpu.sfm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.splatline.gpu.config.ConfigurationReader;

/** Configurations for tests: the defaults with some keys set. */
final class SfmConfigs {
  private SfmConfigs() {}

  /** {@code key=value} each, without {@code sfm.}; threads are fixed. */
  static SfmConfig with(String... settings) {
    List<String> all = new ArrayList<>(List.of("sfm.threads=2"));
    for (String setting : settings) {
      all.add("sfm." + setting);
    }
    return ConfigurationReader.withDefaultProfile("vanilla")
        .environment(Map.of())
        .settings(all)
        .read()
        .section("sfm", SfmConfig.class);
  }
}
