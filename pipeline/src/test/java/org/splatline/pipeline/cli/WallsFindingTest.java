package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.splatline.gpu.cli.Doctor.Finding;
import org.splatline.gpu.cli.Doctor.Grade;
import org.splatline.pipeline.input.IntakeSandbox;

/** What {@code doctor} says about the walls around strangers' files. */
class WallsFindingTest {
  @Test
  void saysWhatFollowsFromAMissingWall() {
    assertThat(ClusterDoctor.walls(true, true).grade()).isEqualTo(Grade.OK);
    Finding open = ClusterDoctor.walls(true, false);
    assertThat(open.grade()).isEqualTo(Grade.NOTE);
    assertThat(open.text()).contains("unshare", "the network", "user.max_user_namespaces");
    assertThat(open.text()).doesNotContain("ulimit");
    assertThat(ClusterDoctor.walls(false, false).text())
        .contains("ulimit", "memory and disk", "; unshare");
  }

  @Test
  void linuxLimitsMemoryAndFiles() {
    assertThat(IntakeSandbox.isLimited()).isEqualTo(System.getProperty("os.name").equals("Linux"));
  }
}
