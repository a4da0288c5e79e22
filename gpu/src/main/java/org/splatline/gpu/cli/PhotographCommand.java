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
    description = "Make photographs of a procedural scene, to try the line without a camera.")
public final class PhotographCommand implements Callable<Integer> {
  private static final String BROKEN = "broken";

  @Spec private CommandSpec spec;

  @Option(
      names = "--scene",
      required = true,
      paramLabel = "NAME",
      description = "studio, temple, or broken: a folder nobody can make a model of.")
  private String scene;

  @Option(names = "--views", paramLabel = "N", defaultValue = "28")
  private int views;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "480x360",
      converter = PixelSize.Converter.class)
  private PixelSize size;

  @Option(names = "--out", required = true, paramLabel = "DIR")
  private Path out;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1")
  private long seed;

  @Option(
      names = "--with-model",
      description = "Write a scene folder with exact cameras in sparse/0, no distortion, no noise.")
  private boolean withModel;

  @Override
  public Integer call() throws IOException {
    if (views < 2) {
      throw new ParameterException(
          spec.commandLine(), "Invalid --views: %d is not at least 2".formatted(views));
    }
    if (scene.equals(BROKEN)) {
      BrokenScene.write(out, size.width(), size.height(), seed);
      return 0;
    }
    SyntheticScene synthetic = SyntheticScene.of(kind(), seed);
    if (withModel) {
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
