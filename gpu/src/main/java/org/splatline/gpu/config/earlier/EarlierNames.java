package org.splatline.gpu.config.earlier;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EarlierFormat;
import org.splatline.gpu.io.Parsers;

/**
 * The names of the users' earlier trainer: files such as {@code progressive_resolution: …}, and
 * environment variables. {@code conf/earlier-names.yaml} lists the names of files.
 */
public final class EarlierNames implements EarlierFormat {
  private static final String TABLE = "/org/splatline/conf/earlier-names.yaml";

  private final EarlierTable table = readTable();

  private static EarlierTable readTable() {
    try (InputStream stream = EarlierNames.class.getResourceAsStream(TABLE)) {
      return new EarlierTable((ObjectNode) Parsers.yaml(new String(stream.readAllBytes(), UTF_8)));
    } catch (IOException e) {
      throw new ConfigException("Cannot read the built-in earlier-names.yaml", e);
    }
  }

  /** Whether a file's content has any root of the earlier names. */
  @Override
  public boolean isUsedIn(ObjectNode content) {
    for (Iterator<String> names = content.fieldNames(); names.hasNext(); ) {
      if (table.hasRoot(names.next())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String defaultProfile() {
    return EarlierVariables.RECIPE;
  }

  @Override
  public Optional<String> profile(Map<String, String> environment) {
    return new EarlierVariables(environment).profile();
  }

  /**
   * Translates a file. Its steps act as written for its own {@code max_iterations}; what it leaves
   * out comes from the profile, scaled to that length. Every name either acts or gets a message
   * with the reason why it has no effect. Roots of {@code content} that earlier names don't set are
   * kept as they are.
   *
   * @throws ConfigException if a name is unknown, a value can't be used, an experimental part is
   *     switched on, or the file also has roots that earlier names set
   */
  @Override
  public Translation translate(
      ObjectNode content,
      String source,
      ObjectNode inherited,
      String profile,
      boolean useFileRates) {
    return FileTranslation.of(content, source, table, inherited, profile, useFileRates);
  }

  @Override
  public List<String> applyVariables(Map<String, String> environment, ObjectNode tree) {
    return new EarlierVariables(environment).applyTo(tree);
  }
}
