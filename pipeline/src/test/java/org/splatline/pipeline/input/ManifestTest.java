package org.splatline.pipeline.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.media.Video;
import org.splatline.gpu.picture.Exif;
import org.splatline.gpu.picture.PictureLook;
import org.splatline.pipeline.input.Photograph.Status;

class ManifestTest {
  private static final String SHA = "0".repeat(64);
  private static final String OTHER_SHA = "1".repeat(64);

  private static Photograph photograph(String name, String sha256, Status status) {
    return new Photograph(
        name,
        10,
        sha256,
        640,
        480,
        new Exif(
            6, 4.25, "2026-05-01T12:00:00", new Exif.Position(50.8, -0.13, 71.5), "Canon EOS 5D"),
        new PictureLook(12.5, "0f".repeat(32)),
        true,
        "other.jpg",
        status,
        "");
  }

  private static String fingerprint(String sceneId, Photograph... photographs) {
    return new Manifest(sceneId, false, List.of(photographs), Map.of(), null).fingerprint();
  }

  @Test
  void canBeReadFromJson() {
    Manifest manifest =
        new Manifest(
            "garden",
            true,
            List.of(
                photograph("a.jpg", SHA, Status.USED),
                Photograph.unseen("ö\n.jpg", 0, SHA, Status.BAD_NAME, "why")),
            Map.of("a.jpg", "walk.mp4"),
            new Video("walk.mp4", 1920, 1080, 12.5, 375, 1, "ffmpeg 5.1"));
    assertThat(Manifest.fromJson(manifest.toJson())).isEqualTo(manifest);
  }

  @Test
  void refusesOtherJson() {
    assertThatThrownBy(() -> Manifest.fromJson("{\"sceneId\": "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid manifest: ");
  }

  @Test
  void fingerprintDependsOnlyOnNamesAndContents() {
    Photograph a = photograph("a.jpg", SHA, Status.USED);
    Photograph b = photograph("b.jpg", OTHER_SHA, Status.USED);
    String fingerprint = fingerprint("garden", a, b);
    assertThat(fingerprint)
        .matches("[0-9a-f]{64}")
        .isEqualTo(fingerprint("other scene", b, a))
        .isEqualTo(fingerprint("garden", a, b, photograph("c.jpg", SHA, Status.UNREADABLE)))
        .isNotEqualTo(fingerprint("garden", a))
        .isNotEqualTo(fingerprint("garden", a, photograph("b.jpg", SHA, Status.USED)))
        .isNotEqualTo(fingerprint("garden", a, photograph("c.jpg", OTHER_SHA, Status.USED)))
        .isNotEqualTo(
            fingerprint("garden", a, b, photograph("sparse/0/cameras.bin", SHA, Status.MODEL)));
  }
}
