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
  private static final String RUN = "run.html";
  private static final String SCENE = "scene.html";
  private static final List<String> SHARED =
      List.of("page.css", "run.js", "scene.js", "viewer.js", "licences.txt");
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
    List.of(RUN, SCENE).forEach(name -> assets.texts.put(name, text(name)));
    return assets;
  }

  private static String text(String name) {
    try (InputStream in = SiteAssets.class.getResourceAsStream("/org/splatline/site/" + name)) {
      if (in == null) {
        throw new ConfigException(
            "Cannot write pages: this build of Splatline has none, because npm was missing. Install it (apt-get install npm) and build again (mvn package)");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name + " of the pages", e);
    }
  }

  /** Writes what all pages share. A name holds a sum of the content, so that caches never mix. */
  void write(Location site) {
    SHARED.forEach(name -> site.write(path(name), texts.get(name).getBytes(UTF_8)));
  }

  /** The size of a shared file. */
  int bytes(String name) {
    return texts.get(name).getBytes(UTF_8).length;
  }

  private String path(String name) {
    int dot = name.lastIndexOf('.');
    return "assets/%s.%s%s"
        .formatted(
            name.substring(0, dot),
            Sha256.of(texts.get(name)).substring(0, 12),
            name.substring(dot));
  }

  /** The page of a run, for the top of the site. */
  byte[] runPage(Object data) {
    return linked(RUN, "", "<script src=\"%s\"></script>".formatted(path("run.js")), data);
  }

  /** The page of a scene, for a folder two levels below the top of the site. */
  byte[] scenePage(Object data) {
    String up = "../../";
    return linked(
        SCENE,
        up,
        "<script src=\"%s\"></script>\n<script type=\"module\" src=\"%s\"></script>"
            .formatted(up + path("scene.js"), up + path("viewer.js")),
        data);
  }

  private byte[] linked(String frame, String up, String scripts, Object data) {
    return filled(
        frame,
        Map.of(
            "policy",
            POLICY.formatted("'self'", "'self'", "'self'", "'self'"),
            "style",
            "<link rel=\"stylesheet\" href=\"%s\">".formatted(up + path("page.css")),
            "licences",
            "<a href=\"%s\">Licences of what these pages contain</a>"
                .formatted(up + path("licences.txt")),
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

  private byte[] filled(String frame, Map<String, String> blocks) {
    return BLOCK
        .matcher(texts.get(frame))
        .replaceAll(match -> Matcher.quoteReplacement(blocks.get(match.group(1))))
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
