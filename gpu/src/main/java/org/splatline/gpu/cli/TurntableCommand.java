package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.splatline.gpu.backend.RenderSettings;
import org.splatline.gpu.backend.SplatBackend;
import org.splatline.gpu.backend.SplatModel;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.gaussian.GaussianState;
import org.splatline.gpu.media.VideoWriter;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Intrinsics;
import org.splatline.gpu.scene.Scene;
import org.splatline.gpu.scene.View;
import org.splatline.gpu.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code splatline turntable}: a video of a model, seen from a circle around it. */
@Command(
    name = "turntable",
    description = "Write a video (.mp4) that goes around a model. Needs ffmpeg.")
final class TurntableCommand implements Callable<Integer> {
  private static final int FRAMES_PER_SECOND = 30;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "the model, in the frame of the scene (docs/formats.md)")
  private Path model;

  @Option(
      names = "--scene",
      required = true,
      paramLabel = "DIR",
      description = "scene folder with the cameras: images/ with sparse/0/ or transforms*.json")
  private Path folder;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the .mp4")
  private Path out;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "6",
      description = "length of the video, s (default: 6)")
  private double seconds;

  @Option(
      names = "--width",
      paramLabel = "PX",
      defaultValue = "1280",
      description = "width of the video, at most that of the photographs (default: 1280)")
  private int width;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "auto, cpu or cuda; auto uses the GPU if there is one (default: auto)")
  private String backendName;

  @Mixin private ConfigOptions options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PlyModel loaded = ModelFormats.read(model);
    Configuration configuration =
        options.reader("vanilla").flag("train.backend", backendName).read();
    TrainConfig config = TrainConfig.of(configuration);
    Path work = Files.createTempDirectory("splatline-turntable");
    try (VideoWriter video = new VideoWriter(FRAMES_PER_SECOND);
        SplatBackend backend =
            Backends.open(config.train().backend(), config.train().threads(), config.gpu());
        SplatModel splat = backend.load(GaussianState.of(loaded.gaussians()))) {
      Scene scene = SceneFolders.open(folder, work, configuration);
      RenderSettings settings =
          new RenderSettings(loaded.gaussians().shDegree(), 0, 0, 0)
              .withAntialiased(loaded.antialiased());
      int frames = Math.max(1, (int) Math.round(seconds * FRAMES_PER_SECOND));
      TurntablePath path =
          new TurntablePath(scene.trainViews().stream().map(View::camera).toList());
      for (Camera camera : path.cameras(intrinsics(scene), frames)) {
        video.add(JpegWriter.quantized(clamped(splat.render(camera, settings))));
      }
      video.write(out);
    } finally {
      SceneFolders.delete(work);
    }
    return 0;
  }

  /** Of the first photograph, reduced, with the principal point in the middle. */
  private Intrinsics intrinsics(Scene scene) {
    Intrinsics full = scene.trainViews().get(0).camera().intrinsics();
    int wide = Math.max(2, Math.min(width, full.width()));
    int high = Math.max(2, Math.round((float) full.height() * wide / full.width()));
    Intrinsics reduced = full.resized(wide, high);
    return new Intrinsics(wide, high, reduced.fx(), reduced.fy(), wide / 2.0, high / 2.0);
  }

  private static FloatImage clamped(FloatImage image) {
    float[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = Math.max(0, Math.min(1, rgb[i]));
    }
    return image;
  }
}
