package org.splatline.gpu.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An earlier format of the configuration, with names of its own for files and environment
 * variables. {@link ConfigurationReader} reads it as well as the keys of {@code
 * conf/defaults.yaml}.
 */
public interface EarlierFormat {
  /** Whether a file's content uses names of this format. */
  boolean isUsedIn(ObjectNode content);

  /** The profile of a file in this format that names no profile. */
  String defaultProfile();

  /** The profile that this format's environment variables name; empty if they name none. */
  Optional<String> profile(Map<String, String> environment);

  /**
   * Translates a file.
   *
   * @param content of the file
   * @param source the file's name, for messages
   * @param inherited defaults and profile; their step-valued keys may be scaled to the length that
   *     the file trains for
   * @param profile the name of that profile
   * @param useFileRates {@code compat.use-file-rates}
   * @throws ConfigException if a name is unknown or a value can't be used
   */
  Translation translate(
      ObjectNode content,
      String source,
      ObjectNode inherited,
      String profile,
      boolean useFileRates);

  /**
   * Sets the keys of {@code tree} that this format's environment variables set.
   *
   * @return one message for each variable that has no effect
   * @throws ConfigException if a value can't be used
   */
  List<String> applyVariables(Map<String, String> environment, ObjectNode tree);

  /**
   * A translated file.
   *
   * @param tree the keys it sets
   * @param messages one for each name that has no effect
   */
  record Translation(ObjectNode tree, List<String> messages) {}
}
