package org.splatline.pipeline.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.cluster.KMeans;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.format.ModelFormats;
import org.splatline.gpu.format.ModelRounding;
import org.splatline.gpu.format.PlyFormat;
import org.splatline.gpu.format.PlyModel;
import org.splatline.gpu.format.SpzFormat;
import org.splatline.gpu.metric.Psnr;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.pipeline.report.RunComparison;
import org.splatline.pipeline.report.RunRows;
import org.splatline.pipeline.report.Thresholds;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;
import org.splatline.pipeline.table.Rows;
import org.splatline.pipeline.table.SceneRunRow;

/** The pages in a browser, as people see them. */
class SitePagesIT {
  private static final String ODD = "<img src=x onerror=alert(1)> & \"studio\"";
  private static final String SCRIPT = "<script>alert(1)</script>";
  private static final String RUN = "tuesday";
  private static final double LEAST_PSNR = 38; // dB; 45.8 was seen
  private static final double LEAST_PSNR_SOG = 36; // 38.4 was seen: random bands fit no palette

  @TempDir private static Path folder;
  private static final MadeResult MADE = new MadeResult();
  private static FileServer server;
  private static Browser browser;
  private static SiteWriter writer;

  @BeforeAll
  static void write() throws IOException {
    assumeTrue(
        SiteAssets.class.getResource("/org/splatline/site/viewer.js") != null,
        "this build has no pages: npm is missing");
    assumeTrue(Browser.isInstalled(), "Chromium or its driver is missing");
    Path store = folder.resolve("store");
    MADE.write(store.resolve("results").resolve(ODD), RUN, 2);
    List<SceneRunRow> before =
        List.of(Rows.trained("monday", ODD, 30), Rows.trained("monday", "gone", 30));
    List<SceneRunRow> scenes =
        List.of(
            Rows.trained(RUN, ODD, 28.25), Rows.refused(RUN, "broken"), Rows.refused(RUN, SCRIPT));
    RunRows run = new RunRows(Rows.run(RUN), scenes, Map.of());
    writer = new SiteWriter(run, Place.local(store), new Configuration());
    writer.write(
        site("site"),
        Optional.of(
            RunComparison.of(
                new RunRows(Rows.run("monday"), before, Map.of()),
                run,
                new Thresholds(0.5, 0.02, 1.2, 1.5, 1.5))),
        line -> {});
    server = new FileServer(folder);
    browser = Browser.open(1200, 1000);
  }

  private static Location site(String name) {
    return Location.open(folder.resolve(name).toString(), new Configuration());
  }

  @AfterAll
  static void close() throws IOException {
    if (browser != null) {
      browser.close();
      server.close();
    }
  }

  @AfterEach
  void nothingIsWrongInTheConsole() throws IOException {
    assertThat(browser.complaints()).isEmpty();
  }

  private static void openScene(String hash) throws IOException {
    browser.go("about:blank"); // else a new hash alone loads nothing
    browser.go(server.url("site/scenes/" + SceneFolderName.of(ODD) + "/index.html" + hash));
  }

  @Test
  void theViewerDrawsWhatTheTrainerDraws() throws IOException {
    openScene("#camera=" + URLEncoder.encode(MadeResult.name(3), StandardCharsets.UTF_8));
    assertThat(Psnr.of(exactly(), MADE.render(3))).isGreaterThan(LEAST_PSNR);
    assertThat(browser.text("#stage-message")).isEqualTo("12,345 Gaussians");
  }

  @Test
  void theRunPageSortsFiltersAndLinks() throws IOException {
    browser.go(server.url("site/index.html"));
    assertThat(browser.text("h1"))
        .isEqualTo("Run tuesday: 1 of 3 scenes done, 1 worse than in monday");
    assertThat(browser.text("#changes"))
        .contains("Against monday: 1 worse, 0 better, 0 equal", "1 scene of monday", "psnr worse");
    assertThat(browser.text("#failed")).contains("Cannot ingest scene broken", "photographer");
    assertThat(browser.text("#summary")).contains("28.25 dB", "66 % of the time held", "1 fair");
    assertThat(shownScenes()).containsExactly(ODD, "broken", SCRIPT);

    browser.click("#scene-table th:nth-child(2) button");
    assertThat(shownScenes()).containsExactly(ODD, SCRIPT, "broken");
    browser.click("#scene-table th:nth-child(2) button");
    assertThat(shownScenes()).containsExactly("broken", SCRIPT, ODD);
    browser.click("#scene-table th:nth-child(5) button");
    assertThat(shownScenes().get(0)).as("the highest PSNR").isEqualTo(ODD);

    browser.type("#filter", "</SCRIPT");
    assertThat(shownScenes()).containsExactly(SCRIPT);
    assertThat(browser.text("#shown")).isEqualTo("1 of 3 scenes shown");

    browser.go(server.url("site/index.html"));
    browser.run(
        "const s = document.getElementById('filter-verdict'); s.value = 'OK'; s.dispatchEvent(new Event('change'))");
    assertThat(shownScenes()).containsExactly(ODD);
    browser.click("#scene-table tr:not([hidden]) a");
    assertThat(browser.text("h1")).isEqualTo(ODD + ": fair, 28.3 dB on 3 held-out views");
    browser.click("#up");
    assertThat(browser.text("h1")).startsWith("Run tuesday");
  }

  private static List<String> shownScenes() throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode name :
        browser.run(
            "return [...document.querySelectorAll('#scene-table tbody tr:not([hidden]) th')].map((cell) => cell.textContent)")) {
      names.add(name.asText());
    }
    return names;
  }

  @Test
  void namesStayText() throws IOException {
    for (String page :
        List.of("site/index.html", "site/scenes/" + SceneFolderName.of(SCRIPT) + "/index.html")) {
      browser.go(server.url(page));
      assertThat(browser.text("main") + browser.text("h1")).contains(SCRIPT);
      assertThat(
              browser
                  .run(
                      "return document.querySelectorAll('script:not([src]):not(#data), [onerror]').length")
                  .asInt())
          .isZero();
    }
  }

  @Test
  void theSliderMoves() throws IOException {
    openScene("");
    assertThat(browser.text("#views"))
        .contains("2 photographs that training did not see", "24.50", "32.50");
    assertThat(browser.text("#advice")).isEqualTo("23 photographs: take 20 more");
    String clip = "return document.querySelector('.pictures .over').style.clipPath";
    assertThat(browser.run(clip).asText()).isEqualTo("inset(0px 0px 0px 50%)");
    browser.type("#slider", "\uE014\uE014\uE014");
    assertThat(browser.run(clip).asText()).isEqualTo("inset(0px 0px 0px 53%)");
    assertThat(
            browser
                .await(
                    "const images = [...document.querySelectorAll('.pictures img')]; await Promise.all(images.map((i) => i.decode())); return images.map((i) => i.naturalWidth)")
                .toString())
        .isEqualTo("[320,320]");
    browser.run(
        "const s = document.getElementById('compare-mode'); s.value = 'difference'; s.dispatchEvent(new Event('change'))");
    assertThat(
            browser
                .run(
                    "return getComputedStyle(document.querySelector('.pictures .over')).mixBlendMode")
                .asText())
        .isEqualTo("difference");
    assertThat(browser.run("return document.querySelectorAll('.plot canvas').length").asInt())
        .isEqualTo(5);
  }

  @Test
  void axeFindsNothingSerious() throws IOException {
    String axe =
        new String(
            SitePagesIT.class.getResourceAsStream("/axe.min.js").readAllBytes(),
            StandardCharsets.UTF_8);
    for (String scheme : List.of("light", "dark")) {
      browser.prefer(scheme);
      browser.go(server.url("site/index.html"));
      assertThat(violations(axe)).as("run, %s", scheme).isEmpty();
      openScene("");
      assertThat(violations(axe)).as("scene, %s", scheme).isEmpty();
    }
    browser.prefer("light");
  }

  private static List<String> violations(String axe) throws IOException {
    browser.run(axe);
    List<String> violations = new ArrayList<>();
    for (JsonNode violation :
        browser.await(
            "return (await axe.run()).violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' '))")) {
      violations.add(violation.asText());
    }
    return violations;
  }

  @Test
  void aPageOfOneFileOpensFromDisk() throws IOException {
    String name = writer.writeSingleFile(site("single"), ODD);
    browser.go("about:blank");
    browser.go(folder.resolve("single").resolve(name).toUri().toString());
    settled();
    assertThat(browser.run("return document.querySelector('.pictures img').naturalWidth").asInt())
        .isEqualTo(MadeResult.WIDTH);
  }

  @Test
  void aBrowserWithoutWebGlSaysSo() throws IOException {
    String script =
        browser.beforeEachPage(
            """
            const all = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
              return kind === "2d" ? all.call(this, kind, ...more) : null;
            };""");
    try {
      openScene("");
      assertThat(browser.text("#stage-message"))
          .startsWith("This browser cannot show the model: it has no WebGL 2.");
    } finally {
      browser.forget(script);
    }
  }

  @Test
  void theRunPageOpensFromDisk() throws IOException {
    browser.go(folder.resolve("site/index.html").toUri().toString());
    assertThat(browser.text("h1")).startsWith("Run tuesday");
  }

  @Test
  void fiveHundredScenesAreASmallPage() throws IOException {
    List<SceneRunRow> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(Rows.refused(RUN, "courtyard of the old library, part %03d".formatted(i)));
    }
    RunRows run = new RunRows(Rows.run(RUN), rows, Map.of());
    List<RunPage.SceneOf> scenes =
        rows.stream()
            .map(row -> RunPage.SceneOf.of(ScenePage.ofFailure(RunSetup.of(run.run()), row), null))
            .toList();
    SiteAssets assets = SiteAssets.load();
    byte[] page = assets.runPage(RunPage.of(run, Optional.empty(), scenes));
    Files.write(folder.resolve("site/many.html"), page);
    assertThat(page.length + assets.bytes("run.js") + assets.bytes("page.css"))
        .isLessThan(2_000_000);
    browser.go(server.url("site/many.html"));
    assertThat(shownScenes()).hasSize(500);
    browser.click("#scene-table th:nth-child(2) button");
    browser.click("#scene-table th:nth-child(2) button");
    assertThat(shownScenes().get(0)).endsWith("part 499");
    System.out.printf(
        "500 scenes: %d bytes, interactive after %s ms%n",
        page.length,
        browser.run(
            "return Math.round(performance.getEntriesByType('navigation')[0].domInteractive)"));
  }

  /** The canvas in the size of the photographs, once it is drawn. */
  private static FloatImage exactly() throws IOException {
    browser.run(
        "const s = document.getElementById('stage').style; s.width = arguments[0] + 'px'; s.height = arguments[1] + 'px'; s.aspectRatio = 'auto';"
            + " document.getElementById('stage').scrollIntoView()",
        MadeResult.WIDTH,
        MadeResult.HEIGHT);
    return settled();
  }

  @Test
  void theViewerReadsSog() throws IOException {
    openAsOneFile(
        "sog",
        result ->
            ModelFormats.write(
                PlyFormat.read(result.resolve("model.ply")), result.resolve("model.sog")));
    assertThat(Psnr.of(exactly(), MADE.render(3))).isGreaterThan(LEAST_PSNR_SOG);
  }

  @Test
  void theViewerReadsSpzOfVersion3() throws IOException {
    openAsOneFile(
        "spz",
        result -> {
          PlyModel model = PlyFormat.read(result.resolve("model.ply"));
          ModelFormats.rounding(
                  "spz",
                  model,
                  ModelRounding.USUAL_PSNR,
                  ModelRounding.USUAL_LOSS,
                  SpzFormat.Version.V3,
                  new KMeans())
              .orElseThrow()
              .write(model.gaussians(), result.resolve("model.spz"));
        });
    assertThat(browser.text("#files")).contains("model.spz");
    assertThat(Psnr.of(exactly(), MADE.render(3))).isGreaterThan(LEAST_PSNR);
  }

  /** Opens the page of a made scene, which has a store of its own, after a change to its files. */
  private static void openAsOneFile(String name, Consumer<Path> change) throws IOException {
    Path page = folder.resolve("single").resolve(name);
    Files.move(asOneFile(name, change), page.resolveSibling(name + ".html"));
    browser.go("about:blank");
    browser.go(
        page.resolveSibling(name + ".html").toUri()
            + "#camera="
            + URLEncoder.encode(MadeResult.name(3), StandardCharsets.UTF_8));
  }

  private static Path asOneFile(String name, Consumer<Path> change) throws IOException {
    Path store = folder.resolve(name);
    Path result = store.resolve("results/studio");
    MADE.write(result, RUN, 2);
    change.accept(result);
    return folder
        .resolve("single")
        .resolve(writer(store, "studio").writeSingleFile(site("single"), "studio"));
  }

  private static SiteWriter writer(Path store, String scene) {
    RunRows run = new RunRows(Rows.run(RUN), List.of(Rows.trained(RUN, scene, 30)), Map.of());
    return new SiteWriter(run, Place.local(store), new Configuration());
  }

  @Test
  void oneFileHasAtMostFiftyMegabytes() throws IOException {
    int page = Math.toIntExact(Files.size(asOneFile("small", result -> {})));
    openAsOneFile("large", result -> grow(result, (49_500_000 - page) / 4 * 3));
    assertThat(Files.size(folder.resolve("single/large.html"))).isBetween(49_000_000L, 50_000_000L);
    settled();

    assertThatThrownBy(() -> asOneFile("huge", result -> grow(result, (50_500_000 - page) / 4 * 3)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Cannot write scene studio as one file: with its model (model.ply, ")
        .hasMessageContaining("more than 50000000. Write the site");
  }

  /** Puts more bytes behind the Gaussians of a .ply. */
  private static void grow(Path result, int bytes) {
    Path file = result.resolve("model.ply");
    try {
      byte[] model = Files.readAllBytes(file);
      String head = new String(model, StandardCharsets.ISO_8859_1);
      int end = head.indexOf("end_header");
      ByteArrayOutputStream grown = new ByteArrayOutputStream(model.length + bytes + 100);
      grown.write(model, 0, end);
      grown.writeBytes(
          "element more %d\nproperty uchar value\n"
              .formatted(bytes)
              .getBytes(StandardCharsets.ISO_8859_1));
      grown.write(model, end, model.length - end);
      grown.write(new byte[bytes], 0, bytes);
      Files.write(file, grown.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theResultsFolderHasItsPage() throws IOException {
    Path results = folder.resolve("published");
    Path studio = results.resolve("studio");
    MADE.write(studio, RUN, 2);
    JsonNode metrics = new ObjectMapper().readTree(studio.resolve("metrics.json").toFile());
    Location place = site("published");
    ResultPage.writeParts(place);
    Map<String, Long> sizes = new TreeMap<>();
    place.at("studio").files().forEach(file -> sizes.put(file.path(), file.bytes()));

    Map<String, Long> written =
        ResultPage.write(
            place.at("studio"),
            RunSetup.of(Rows.run(RUN)),
            Rows.trained(RUN, "studio", 30),
            metrics,
            sizes);

    assertThat(written).containsOnlyKeys("index.html", "points.bin", "scene.json");
    written.forEach((path, bytes) -> assertThat(studio.resolve(path)).hasSize(bytes));
    assertThat(results.resolve("_assets").toFile().list())
        .hasSize(4)
        .noneMatch(name -> name.startsWith("run."));
    browser.go("about:blank");
    browser.go(
        server.url(
            "published/studio/index.html#camera="
                + URLEncoder.encode(MadeResult.name(3), StandardCharsets.UTF_8)));
    assertThat(browser.text("h1")).isEqualTo("studio: fair, 30.0 dB on 3 held-out views");
    assertThat(browser.run("return document.querySelectorAll('#up').length").asInt()).isZero();
    assertThat(browser.text("#files")).contains("model.ply").doesNotContain("scene.json");
    assertThat(Psnr.of(exactly(), MADE.render(3))).isGreaterThan(LEAST_PSNR);
  }

  @Test
  void aSceneThatCannotBeWrittenIsNamed() throws IOException {
    Path scenes = Files.createDirectories(folder.resolve("taken/scenes"));
    Path store = folder.resolve("store of studio");
    MADE.write(store.resolve("results/studio"), RUN, 2);
    Files.writeString(scenes.resolve("studio"), "a file where the scene's folder goes");
    SiteWriter studio = writer(store, "studio");
    assertThatThrownBy(() -> studio.write(site("taken"), Optional.empty(), line -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write the page of scene studio: ");
  }

  @Test
  void aModelWithoutCamerasIsShownFromItsSide() throws IOException {
    Path store = folder.resolve("replaced");
    MADE.write(store.resolve("results/studio"), "a later run", 1);
    Path attempt = Files.createDirectories(folder.resolve("attempt"));
    Files.copy(store.resolve("results/studio/model.ply"), attempt.resolve("model.ply"));
    SceneRunRow row = Rows.trained(RUN, "studio", 30);
    SceneResult result =
        SceneResult.open(
                Location.open(store + "/results", new Configuration()), () -> site("attempt"), row)
            .orElseThrow();
    SiteAssets assets = SiteAssets.load();
    Location page = site("without");
    result.copyTo(page.at("scenes/studio"));
    SceneFiles.of(result, RunSetup.of(Rows.run(RUN)), row)
        .write(page.at("scenes/studio"), assets, "../../../site/assets/");

    browser.go(server.url("without/scenes/studio/index.html"));

    assertThat(browser.text("#replaced"))
        .startsWith("There are no photographs and no cameras here: a later run has replaced");
    FloatImage seen = settled();
    assertThat(share(seen)).as("of the canvas that the model covers").isGreaterThan(0.2);
    browser.type("#stage canvas", "\uE014");
    assertThat(settled().rgb()).isNotEqualTo(seen.rgb());
  }

  /** The share of pixels that are not background. */
  private static double share(FloatImage image) {
    int lit = 0;
    for (int i = 0; i < image.rgb().length; i += 3) {
      lit += image.rgb()[i] + image.rgb()[i + 1] + image.rgb()[i + 2] > 0.1 ? 1 : 0;
    }
    return 3.0 * lit / image.rgb().length;
  }

  @Test
  void fingersOrbitAndPinch() throws IOException {
    openScene("");
    settled();
    hideTheModel();
    browser.run("document.getElementById('stage').scrollIntoView()");
    double[] start = place();
    browser.touch("touchStart", 300, 200);
    for (int x = 310; x <= 400; x += 10) {
      browser.touch("touchMove", x, 200);
    }
    browser.touch("touchEnd");
    double[] turned = still();
    assertThat(turned).isNotEqualTo(start);
    assertThat(distance(turned)).isCloseTo(distance(start), withinPercentage(1));

    browser.touch("touchStart", 300, 200, 400, 200);
    for (int d = 10; d <= 100; d += 10) {
      browser.touch("touchMove", 300 - d, 200, 400 + d, 200);
    }
    browser.touch("touchEnd");
    assertThat(distance(still())).isLessThan(0.8 * distance(start));

    browser.click("#reset");
    assertThat(still()).containsExactly(start, within(1e-4));
  }

  @Test
  void keysFly() throws IOException {
    openScene("");
    settled();
    hideTheModel();
    browser.run(
        "const s = document.querySelector('#stage-tools select'); s.value = 'fly'; s.dispatchEvent(new Event('change'))");
    double[] start = place();
    browser.press("KeyW");
    browser.await(
        """
        const stage = document.getElementById("stage");
        for (const start = stage.dataset.place; stage.dataset.place === start; ) {
          await new Promise(requestAnimationFrame);
        }""");
    browser.release("KeyW");
    double[] forward = still();
    assertThat(distance(forward)).as("to where it looked").isLessThan(distance(start));
    browser.click("#reset");
    assertThat(Arrays.copyOf(still(), 3)).containsExactly(Arrays.copyOf(start, 3), within(1e-4));
  }

  @Test
  void theCanvasFillsTheScreen() throws IOException {
    openScene("");
    settled();
    String full = "return document.fullscreenElement === document.getElementById('stage')";
    browser.click("#full-screen");
    assertThat(
            browser
                .await(
                    "while (!document.fullscreenElement) { await new Promise(requestAnimationFrame); } "
                        + full)
                .asBoolean())
        .isTrue();
    browser.await("await document.exitFullscreen()");
    assertThat(browser.run(full).asBoolean()).isFalse();
  }

  /** The view moves as with the model, and its many frames cost little. */
  private static void hideTheModel() throws IOException {
    browser.click("#show-model");
  }

  /** The view's position and the point that it looks at, as the last frame showed them. */
  private static double[] place() throws IOException {
    JsonNode place =
        new ObjectMapper()
            .readTree(
                browser.run("return document.getElementById('stage').dataset.place").asText());
    double[] numbers = new double[6];
    for (int i = 0; i < 6; i++) {
      numbers[i] = place.path(i / 3).path(i % 3).asDouble();
    }
    return numbers;
  }

  /** The place once three frames show the same. */
  private static double[] still() throws IOException {
    browser.await(
        """
        const stage = document.getElementById("stage");
        for (let last = "", equal = 0; equal < 3; ) {
          await new Promise(requestAnimationFrame);
          equal = stage.dataset.place === last ? equal + 1 : 0;
          last = stage.dataset.place;
        }""");
    return place();
  }

  private static double distance(double[] place) {
    return Math.hypot(Math.hypot(place[0] - place[3], place[1] - place[4]), place[2] - place[5]);
  }

  /** The canvas once its model is loaded and sorted: not blank, and the same three times. */
  private static FloatImage settled() throws IOException {
    assertThat(
            browser
                .await(
                    """
                    const stage = document.getElementById("stage");
                    while (!["ready", "failed"].includes(stage.dataset.state)) {
                      await new Promise((next) => new MutationObserver(next).observe(stage, { attributes: true }));
                    }
                    return stage.dataset.state""")
                .asText())
        .isEqualTo("ready");
    FloatImage last = new FloatImage(1, 1);
    for (int equal = 0, looks = 0; equal < 3; looks++) {
      assertThat(looks).as("looks at the canvas").isLessThan(200);
      FloatImage now = pixels(browser.picture("#stage canvas"));
      equal = Arrays.equals(now.rgb(), last.rgb()) && !isBlank(now) ? equal + 1 : 0;
      last = now;
    }
    return last;
  }

  private static boolean isBlank(FloatImage image) {
    float first = image.rgb()[0];
    for (float value : image.rgb()) {
      if (value != first) {
        return false;
      }
    }
    return true;
  }

  private static FloatImage pixels(BufferedImage picture) {
    FloatImage image = new FloatImage(picture.getWidth(), picture.getHeight());
    for (int i = 0; i < picture.getWidth() * picture.getHeight(); i++) {
      int rgb = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
      for (int channel = 0; channel < 3; channel++) {
        image.rgb()[3 * i + channel] = ((rgb >> (16 - 8 * channel)) & 255) / 255f;
      }
    }
    return image;
  }
}
