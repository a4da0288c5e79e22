package org.splatline.pipeline.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.io.Sha256;
import org.splatline.pipeline.store.Json;
import org.splatline.pipeline.store.Location;

/**
 * The scripts, styles and frames of the pages, which the build bundles from {@code src/main/site}.
 */
final class SiteAssets {
  /** The folder of the shared files in a site. */
  static final String PARTS = "assets";

  private static final String FOLDER = "/org/splatline/site/";
  private static final String RUN_SCRIPT = "run.js";
  private static final String PAGE = "page.html";
  private static final String RUN = "run.html";
  private static final String SCENE = "scene.html";
  private static final List<String> SHARED =
      List.of("page.css", RUN_SCRIPT, "scene.js", "viewer.js", "licences.txt");
  private static final Pattern BLOCK = Pattern.compile("\\{\\{([a-z]+)}}");

  /** Nothing from other hosts. The viewer's sorting is WebAssembly in a worker. */
  private static final String POLICY =
      "default-src 'none'; script-src %s 'wasm-unsafe-eval'; worker-src blob:; connect-src %s data:; img-src %s data: blob:; style-src %s; base-uri 'none'; form-action 'none'";

  private final Map<String, String> texts = new TreeMap<>();

  private SiteAssets() {}

  /** Throws {@link ConfigException} if this build has no pages. */
  static SiteAssets load() {
    SiteAssets assets = new SiteAssets();
    SHARED.forEach(name -> assets.texts.put(name, text(name)));
    List.of(PAGE, RUN, SCENE).forEach(name -> assets.texts.put(name, text(name)));
    return assets;
  }

  private static String text(String name) {
    try (InputStream in = SiteAssets.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new ConfigException(
            "Cannot write pages: this build of Splatline has none, because npm was missing. Install it (apt-get install npm) and build again (mvn package)");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name + " of the pages", e);
    }
  }

  /** Whether this build has pages. */
  static boolean areBuilt() {
    return SiteAssets.class.getResource(FOLDER + SCENE) != null;
  }

  /** Writes what all pages of a site share. */
  void write(Location site) {
    Location parts = site.at(PARTS);
    SHARED.forEach(name -> write(name, parts));
  }

  /** Writes what the pages of scenes share into this folder. */
  void writeForScenes(Location parts) {
    SHARED.stream().filter(name -> !name.equals(RUN_SCRIPT)).forEach(name -> write(name, parts));
  }

  /** A name holds a sum of the content, so that caches never mix, and what is there is right. */
  private void write(String name, Location parts) {
    String path = nameWithSum(name);
    if (!parts.exists(path)) {
      parts.write(path, texts.get(name).getBytes(UTF_8));
    }
  }

  /** The size of a shared file. */
  int bytes(String name) {
    return texts.get(name).getBytes(UTF_8).length;
  }

  private String nameWithSum(String name) {
    int dot = name.lastIndexOf('.');
    return "%s.%s%s"
        .formatted(
            name.substring(0, dot),
            Sha256.of(texts.get(name)).substring(0, 12),
            name.substring(dot));
  }

  /** The page of a run, for the top of the site. */
  byte[] runPage(Object data) {
    String script = "<script src=\"%s\"></script>".formatted(PARTS + "/" + nameWithSum(RUN_SCRIPT));
    return linked(RUN, PARTS + "/", script, data);
  }

  /**
   * The page of a scene.
   *
   * @param parts where the shared files are, seen from the page
   */
  byte[] scenePage(Object data, String parts) {
    return linked(
        SCENE,
        parts,
        "<script src=\"%s\"></script>\n<script type=\"module\" src=\"%s\"></script>"
            .formatted(parts + nameWithSum("scene.js"), parts + nameWithSum("viewer.js")),
        data);
  }

  private byte[] linked(String main, String parts, String scripts, Object data) {
    return filled(
        main,
        Map.of(
            "policy",
            POLICY.formatted("'self'", "'self'", "'self'", "'self'"),
            "style",
            "<link rel=\"stylesheet\" href=\"%s\">".formatted(parts + nameWithSum("page.css")),
            "licences",
            "<a href=\"%s\">Licences of what these pages contain</a>"
                .formatted(parts + nameWithSum("licences.txt")),
            "data",
            block(data),
            "scripts",
            scripts));
  }

  /**
   * The page of a scene with everything in it. Its policy allows its scripts and styles by their
   * sums.
   *
   * @param files blocks made by {@link #file}
   */
  byte[] singlePage(Object data, List<String> files) {
    String scene = texts.get("scene.js");
    String viewer = texts.get("viewer.js");
    String style = texts.get("page.css");
    return filled(
        SCENE,
        Map.of(
            "policy",
            POLICY.formatted(sum(scene) + " " + sum(viewer), "", "", sum(style)),
            "style",
            "<style>%s</style>".formatted(style),
            "licences",
            "<details><summary>Licences of what this page contains</summary><pre tabindex=\"0\">%s</pre></details>"
                .formatted(escaped(texts.get("licences.txt"))),
            "data",
            block(data),
            "scripts",
            "%s\n<script>%s</script>\n<script type=\"module\">%s</script>"
                .formatted(String.join("\n", files), scene, viewer)));
  }

  /**
   * A block with a file's content, which the browser does not run.
   *
   * @param path as in the page's data
   */
  static String file(String path, String type, byte[] content) {
    return "<script type=\"text/plain\" data-file=\"%s\" data-type=\"%s\">%s</script>"
        .formatted(escaped(path), type, Base64.getEncoder().encodeToString(content));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private byte[] filled(String main, Map<String, String> blocks) {
    return BLOCK
        .matcher(texts.get(PAGE))
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1).equals("main") ? texts.get(main) : blocks.get(match.group(1))))
        .getBytes(UTF_8);
  }

  /** JSON as content of a script element: without the character that could end the element. */
  private static String block(Object data) {
    return new String(Json.write(data), UTF_8).replace("<", "\\u003c");
  }

  private static String sum(String text) {
    byte[] sum = new Sha256().add(text).bytes();
    return "'sha256-%s'".formatted(Base64.getEncoder().encodeToString(sum));
  }
}
