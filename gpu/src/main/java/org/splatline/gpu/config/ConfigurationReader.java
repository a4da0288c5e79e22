package org.splatline.gpu.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.splatline.gpu.io.Parsers;

/**
 * Builds the effective configuration: defaults &lt; profile &lt; file &lt; environment &lt; {@code
 * --set} &lt; flags. {@code conf/defaults.yaml} lists all keys. Any other key stops the start, and
 * the message names the nearest key. A reader that is given an {@link EarlierFormat} also reads
 * files and environment variables in that format.
 */
public final class ConfigurationReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ENVIRONMENT_PREFIX = "SPLATLINE_";

  /** Variables that the start scripts read; they are no keys. */
  private static final Set<String> SCRIPT_VARIABLES = Set.of("SPLATLINE_JAVA_OPTS");

  /** Sections that take any key. */
  private static final Set<String> OPEN_SECTIONS = Set.of("spark.conf");

  private final String defaultProfile;
  private Optional<EarlierFormat> earlierFormat = Optional.empty();
  private String profile;
  private String file;
  private FileReading reading = name -> text(Path.of(name));
  private Map<String, String> environment = Map.of();
  private List<String> settings = List.of();
  private final Map<String, String> flags = new TreeMap<>();

  private ConfigurationReader(String defaultProfile) {
    this.defaultProfile = defaultProfile;
  }

  /** A reader that uses {@code profile} unless the file or a flag names another one. */
  public static ConfigurationReader withDefaultProfile(String profile) {
    return new ConfigurationReader(profile);
  }

  /** Also reads files and environment variables of an earlier format. */
  public ConfigurationReader earlierFormat(EarlierFormat format) {
    this.earlierFormat = Optional.of(format);
    return this;
  }

  /** The profile that a flag names; null if there is none. */
  public ConfigurationReader profile(String name) {
    this.profile = name;
    return this;
  }

  /** A YAML file; null if there is none. */
  public ConfigurationReader file(Path path) {
    this.file = path == null ? null : path.toString();
    return this;
  }

  /** A YAML file, wherever {@code fileReading} finds it; a null name if there is none. */
  public ConfigurationReader file(String name, FileReading fileReading) {
    this.file = name;
    this.reading = fileReading;
    return this;
  }

  /** How the text of a file is read. */
  @FunctionalInterface
  public interface FileReading {
    /**
     * @throws java.nio.file.NoSuchFileException if there is no such file
     */
    String read(String name) throws IOException;
  }

  /**
   * Environment variables. Those that start with {@code SPLATLINE_} are read, and those of the
   * earlier format.
   */
  public ConfigurationReader environment(Map<String, String> variables) {
    this.environment = Map.copyOf(variables);
    return this;
  }

  /** Settings, each as {@code key=value}. */
  public ConfigurationReader settings(List<String> keyValues) {
    this.settings = List.copyOf(keyValues);
    return this;
  }

  /** The value of a key that has a flag of its own; null if the flag is not given. */
  public ConfigurationReader flag(String key, Object value) {
    if (value != null) {
      flags.put(key, value.toString());
    }
    return this;
  }

  /** Throws {@link ConfigException} if anything can't be used; its message says what and why. */
  public Configuration read() {
    ObjectNode tree = resource("defaults.yaml");
    List<String> known = keys(tree);
    ObjectNode fromFile = file == null ? NODES.objectNode() : readFile();
    JsonNode fileProfile = fromFile.remove("profile");
    Optional<EarlierFormat> fileFormat = earlierFormat.filter(format -> format.isUsedIn(fromFile));
    String name =
        Optional.ofNullable(profile)
            .or(() -> earlierFormat.flatMap(format -> format.profile(environment)))
            .or(() -> Optional.ofNullable(fileProfile).map(JsonNode::asText))
            .or(() -> fileFormat.map(EarlierFormat::defaultProfile))
            .orElse(defaultProfile);
    merge(tree, profileTree(name), "", "profile " + name, known);
    ObjectNode fileTree =
        fileFormat.isPresent()
            ? translate(fromFile, fileFormat.get(), tree, name, known)
            : fromFile;
    merge(tree, fileTree, "", String.valueOf(file), known);
    earlierFormat.ifPresent(
        format -> format.applyVariables(environment, tree).forEach(message -> log().warn(message)));
    mergeVariablesAndSettings(tree, known);
    ConfigMapper.section(tree, "compat", CompatConfig.class);
    return new Configuration(name, tree);
  }

  private ObjectNode translate(
      ObjectNode fromFile,
      EarlierFormat format,
      ObjectNode tree,
      String profileName,
      List<String> known) {
    boolean useFileRates = usesFileRates(tree, fromFile, known);
    EarlierFormat.Translation translation =
        format.translate(fromFile, file, tree, profileName, useFileRates);
    if (!translation.messages().isEmpty()) {
      log()
          .warn(
              "{}: number of names that have no effect: {}. --verbose shows each with its reason",
              file,
              translation.messages().size());
    }
    translation.messages().forEach(message -> log().info("{}: {}", file, message));
    return translation.tree();
  }

  /** The file's rates are read before later sources, but a later source may ask for them. */
  private boolean usesFileRates(ObjectNode tree, ObjectNode fromFile, List<String> known) {
    ObjectNode later = tree.deepCopy();
    if (fromFile.has("compat")) {
      merge(later, fromFile.deepCopy().retain("compat"), "", file, known);
    }
    mergeVariablesAndSettings(later, known);
    return ConfigMapper.section(later, "compat", CompatConfig.class).useFileRates();
  }

  private void mergeVariablesAndSettings(ObjectNode tree, List<String> known) {
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      if (variable.getKey().startsWith(ENVIRONMENT_PREFIX)
          && !SCRIPT_VARIABLES.contains(variable.getKey())) {
        set(tree, keyOfVariable(variable.getKey(), known), variable.getValue(), known);
      }
    }
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ConfigException(
            "Invalid --set %s: write key=value, as in --set train.steps=7000".formatted(setting));
      }
      set(tree, setting.substring(0, equals).strip(), setting.substring(equals + 1), known);
    }
    flags.forEach((key, value) -> set(tree, key, value, known));
  }

  private static ObjectNode resource(String name) {
    try (InputStream stream =
        ConfigurationReader.class.getResourceAsStream("/org/splatline/conf/" + name)) {
      return stream == null
          ? null
          : (ObjectNode) Parsers.yaml(new String(stream.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new ConfigException("Cannot read the built-in %s".formatted(name), e);
    }
  }

  private static ObjectNode profileTree(String name) {
    if (!name.matches("[a-z0-9-]+") || resource("profiles/" + name + ".yaml") == null) {
      throw new ConfigException(
          "Invalid profile: %s is not known. Use vanilla, progressive, fast, quality or published"
              .formatted(name));
    }
    return resource("profiles/" + name + ".yaml");
  }

  private ObjectNode readFile() {
    try {
      JsonNode node = Parsers.yaml(reading.read(file));
      if (node == null || node.isMissingNode() || node.isNull()) {
        return NODES.objectNode();
      }
      if (!(node instanceof ObjectNode object)) {
        throw new ConfigException(
            "Cannot read configuration %s: it is not a list of keys and values. Start from conf/local.yaml"
                .formatted(file));
      }
      return object;
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "Cannot read configuration %s: line %s: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? "?" : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          "Cannot read configuration %s: the file does not exist. Name another with --config"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot read configuration %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String text(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > Parsers.MOST_YAML) {
      throw new ConfigException(
          "Cannot read configuration %s: it has %d bytes, at most %d are read. Start from conf/local.yaml"
              .formatted(file, bytes, Parsers.MOST_YAML));
    }
    return Files.readString(file);
  }

  private static void merge(
      ObjectNode into, ObjectNode from, String prefix, String source, List<String> known) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = from.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String key = prefix + field.getKey();
      JsonNode old = into.get(field.getKey());
      boolean open =
          OPEN_SECTIONS.contains(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1));
      if (old == null && !open) {
        throw new ConfigException(unknown(key, source, known));
      }
      if (old instanceof ObjectNode section) {
        if (field.getValue() instanceof ObjectNode values) {
          merge(section, values, key + ".", source, known);
        } else if (!field.getValue().isNull()) {
          throw new ConfigException(
              "Invalid %s in %s: %s is a value, but this key is a section with keys of its own"
                  .formatted(key, source, field.getValue()));
        }
      } else if (field.getValue().isNull()) {
        throw new ConfigException(
            "Invalid %s in %s: it has no value. Give it a value or leave the key out"
                .formatted(key, source));
      } else {
        into.set(field.getKey(), field.getValue());
      }
    }
  }

  private static void set(ObjectNode tree, String key, String value, List<String> known) {
    for (String open : OPEN_SECTIONS) {
      if (key.startsWith(open + ".")) {
        ((ObjectNode) tree.at("/" + open.replace('.', '/')))
            .put(key.substring(open.length() + 1), value);
        return;
      }
    }
    if (!known.contains(key)) {
      throw new ConfigException(unknown(key, "--set or the environment", known));
    }
    int dot = key.lastIndexOf('.');
    ObjectNode section = (ObjectNode) tree.at("/" + key.substring(0, dot).replace('.', '/'));
    String name = key.substring(dot + 1);
    section.set(name, typed(value, section.get(name), key));
  }

  private static JsonNode typed(String value, JsonNode like, String key) {
    if (like.isTextual()) {
      return NODES.textNode(value);
    }
    try {
      JsonNode node = Parsers.yaml(value);
      if (like instanceof ArrayNode && !(node instanceof ArrayNode)) {
        return list(value);
      }
      return node == null ? NODES.textNode(value) : node;
    } catch (JsonProcessingException e) {
      if (like instanceof ArrayNode) { // names with brackets or quotes
        return list(value);
      }
      throw new ConfigException("Invalid %s: %s".formatted(key, value), e);
    } catch (IOException e) {
      throw new ConfigException("Invalid %s: %s".formatted(key, e.getMessage()), e);
    }
  }

  /** What stands between commas. */
  private static ArrayNode list(String value) {
    ArrayNode list = NODES.arrayNode();
    for (String part : value.split(",", -1)) {
      if (!part.isBlank()) {
        list.add(part.strip());
      }
    }
    return list;
  }

  private static String keyOfVariable(String variable, List<String> known) {
    String wanted = variable.substring(ENVIRONMENT_PREFIX.length());
    for (String key : known) {
      if (key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT).equals(wanted)) {
        return key;
      }
    }
    throw new ConfigException(
        "Unknown variable %s: no key has this name. Nearest: %s"
            .formatted(
                variable,
                ENVIRONMENT_PREFIX
                    + EditDistance.nearest(wanted.toLowerCase(Locale.ROOT).replace('_', '.'), known)
                        .replace('.', '_')
                        .replace('-', '_')
                        .toUpperCase(Locale.ROOT)));
  }

  private static String unknown(String key, String source, List<String> known) {
    return "Unknown key %s in %s. Nearest: %s. All keys: conf/defaults.yaml"
        .formatted(key, source, EditDistance.nearest(key, known));
  }

  /** Dotted names of all leaves and sections. */
  private static List<String> keys(ObjectNode tree) {
    List<String> keys = new ArrayList<>();
    collect(tree, "", keys);
    return keys;
  }

  private static void collect(ObjectNode node, String prefix, List<String> keys) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = node.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (field.getValue() instanceof ObjectNode section) {
        collect(section, prefix + field.getKey() + ".", keys);
      } else {
        keys.add(prefix + field.getKey());
      }
    }
  }

  /** Made when there is something to log: to start a logging library takes half a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(ConfigurationReader.class);
  }
}
