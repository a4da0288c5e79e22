package org.splatline.pipeline.report;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.config.ConfigException;

class ReprocessPlanTest {
  /** A run has one folder for each name of a scene. */
  @Test
  void twoTenantsScenesOfOneNameAreRefused() {
    List<ReprocessPlan.Scene> scenes =
        List.of(
            new ReprocessPlan.Scene("garden", "s3a://in/acme/garden", "acme"),
            new ReprocessPlan.Scene("garden", "s3a://in/bolt/garden", "bolt"));
    assertThatThrownBy(() -> new ReprocessPlan("vanilla", scenes, 0, 0, 0, null))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot reprocess scene garden: tenant 'acme' and tenant 'bolt' have a scene of this"
                + " name, and a run can have only one. Reprocess one tenant at a time: add to"
                + " --where, for example: and tenant = 'acme'");
  }
}
