package org.splatline.gpu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.Configuration;
import org.splatline.gpu.config.ConfigurationReader;
import org.splatline.gpu.config.earlier.EarlierNames;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration. */
public class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with settings; conf/defaults.yaml lists all keys")
  private String file;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "vanilla, progressive, fast, quality or published (default: vanilla for one scene;"
              + " progressive for runs and ablate)")
  private String profile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "set one key, for example --set image.reduce=8; may be repeated")
  private List<String> settings = new ArrayList<>();

  /**
   * A reader with all of these options. The command may add its own flags.
   *
   * @throws ConfigException for a secret in {@code --set}
   */
  public ConfigurationReader reader(String defaultProfile) {
    settings.forEach(ConfigOptions::refuseSecret);
    return ConfigurationReader.withDefaultProfile(defaultProfile)
        .earlierFormat(new EarlierNames())
        .profile(profile)
        .file(file, this::text)
        .environment(System.getenv())
        .settings(settings);
  }

  private static void refuseSecret(String setting) {
    String key = setting.split("=", 2)[0].strip();
    if (Configuration.isSecret(key)) {
      throw new ConfigException(
          "Cannot take %s from --set: other users of the machine can see the command line. %s"
              .formatted(
                  key,
                  key.startsWith("notify.")
                      ? "Set it as SPLATLINE_%s or in the --config file; a secret may also be file:PATH or the ARN of a secret of AWS Secrets Manager there"
                          .formatted(key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                      : "Set it in the --config file, or let AWS's credential chain find it"));
    }
  }

  /** The effective configuration, for a command without flags of its own. */
  public Configuration read(String defaultProfile) {
    return reader(defaultProfile).read();
  }

  /** The text of the file that {@code --config} names: a file of this machine. */
  protected String text(String name) throws IOException {
    return Files.readString(Path.of(name));
  }
}
