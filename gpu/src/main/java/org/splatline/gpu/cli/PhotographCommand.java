package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.splatline.gpu.synthetic.BrokenScene;
import org.splatline.gpu.synthetic.SyntheticScene;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code splatline photograph --scene studio --views 28 --out photographs/studio}. */
@Command(
    name = "photograph",
    hidden = true,
    description = "Render photographs of a procedural scene, to try Splatline without a camera.")
final class PhotographCommand implements Callable<Integer> {
  private static final String BROKEN = "broken";

  @Spec private CommandSpec spec;

  @Option(
      names = "--scene",
      required = true,
      paramLabel = "NAME",
      description = "studio, temple or broken; no model can be made of broken")
  private String scene;

  @Option(
      names = "--views",
      paramLabel = "N",
      defaultValue = "28",
      description = "number of photographs, at least 2 (default: ${DEFAULT-VALUE})")
  private int views;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "480x360",
      converter = PixelSize.Converter.class,
      description = "size of each photograph in px (default: ${DEFAULT-VALUE})")
  private PixelSize size;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "folder for the photographs")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "seed of the scene (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--with-model",
      description = "write a scene folder with exact cameras, without distortion and noise")
  private boolean withModel;

  @Option(
      names = "--enlarge",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "with --with-model: render N times smaller and enlarge, as JPEG; for many large"
              + " photographs (default: ${DEFAULT-VALUE})")
  private int enlarge;

  @Override
  public Integer call() throws IOException {
    if (views < 2) {
      throw new ParameterException(
          spec.commandLine(), "Invalid --views: %d is not at least 2".formatted(views));
    }
    if (enlarge < 1 || Math.min(size.width(), size.height()) < enlarge) {
      throw new ParameterException(
          spec.commandLine(), "Invalid --enlarge: %d does not fit the size".formatted(enlarge));
    }
    if (scene.equals(BROKEN)) {
      BrokenScene.write(out, size.width(), size.height(), seed);
      return 0;
    }
    SyntheticScene synthetic = SyntheticScene.of(kind(), seed);
    if (withModel && enlarge > 1) {
      synthetic.writeEnlarged(out, views, size.width(), size.height(), enlarge);
    } else if (withModel) {
      synthetic.writeWithModel(out, views, size.width(), size.height());
    } else {
      synthetic.writePhotographs(out, views, size.width(), size.height());
    }
    return 0;
  }

  private SyntheticScene.Kind kind() {
    try {
      return SyntheticScene.Kind.valueOf(scene.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid --scene: %s is not one of studio, temple, broken".formatted(scene),
          e);
    }
  }
}
