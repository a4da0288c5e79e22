package org.splatline.gpu.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.config.earlier.EarlierNames;
import picocli.CommandLine.Option;

/** The options every command with a configuration takes. */
public final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML over the profile; all keys: conf/defaults.yaml")
  private Path file;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "vanilla, progressive, published, fast, quality or small")
  private String profile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "one key, as in --set image.reduce=8; may be repeated")
  private List<String> settings = new ArrayList<>();

  /** A reader with all of them; flags of the command come on top. */
  public ConfigurationReader reader(String defaultProfile) {
    return ConfigurationReader.withDefaultProfile(defaultProfile)
        .earlierFormat(new EarlierNames())
        .profile(profile)
        .file(file)
        .environment(System.getenv())
        .settings(settings);
  }

  /** The effective configuration without further flags. */
  public Configuration read(String defaultProfile) {
    return reader(defaultProfile).read();
  }
}
