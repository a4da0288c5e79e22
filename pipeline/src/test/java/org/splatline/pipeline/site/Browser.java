package org.splatline.pipeline.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/**
 * Debian's Chromium without a window, steered by its own driver over the WebDriver protocol (W3C).
 * No library: Selenium and Playwright would put another Guava beside Spark's, or 200 MB of drivers.
 */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, int port, int width, int height) throws IOException {
    this.driver = driver;
    String sessions = "http://127.0.0.1:%d/session".formatted(port);
    Map<String, Object> options =
        Map.of(
            "binary",
            CHROMIUM.toString(),
            "args",
            List.of(
                "--headless=new",
                "--no-sandbox",
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
                "--force-color-profile=srgb",
                "--window-size=%d,%d".formatted(width, height)));
    Map<String, Object> wanted =
        Map.of(
            "goog:chromeOptions", options,
            "goog:loggingPrefs", Map.of("browser", "ALL"),
            "timeouts", Map.of("script", 240_000));
    JsonNode answer = send("POST", sessions, Map.of("capabilities", Map.of("alwaysMatch", wanted)));
    this.session = sessions + "/" + answer.path("sessionId").asText();
  }

  /** Whether both are installed. */
  static boolean isInstalled() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  /** Opens a window of this size, px. */
  static Browser open(int width, int height) throws IOException {
    Process driver =
        new ProcessBuilder(DRIVER.toString(), "--port=0").redirectErrorStream(true).start();
    try {
      return new Browser(driver, port(driver), width, height);
    } catch (IOException | RuntimeException e) {
      driver.destroy();
      throw e;
    }
  }

  @SuppressWarnings("resource") // the driver's output stays open as long as the driver
  private static int port(Process driver) throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return Integer.parseInt(port.group(1));
      }
    }
    throw new IOException("chromedriver ended before it listened");
  }

  private JsonNode send(String method, String url, Object body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))
                    : HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      JsonNode value = JSON.readTree(answer).path("value");
      if (value.hasNonNull("error")) {
        throw new IOException("%s %s: %s".formatted(method, url, value.path("message").asText()));
      }
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Opens a page and waits until it is loaded. */
  void go(String url) throws IOException {
    send("POST", session + "/url", Map.of("url", url));
  }

  /** Runs the body of a function in the page; {@code arguments} are its arguments. */
  JsonNode run(String body, Object... arguments) throws IOException {
    return send(
        "POST", session + "/execute/sync", Map.of("script", body, "args", List.of(arguments)));
  }

  /** Runs the body of an async function in the page and waits for what it returns. */
  JsonNode await(String body) throws IOException {
    String script =
        "const done = arguments[arguments.length - 1]; (async () => { %s })().then(done, (e) => done('failed: ' + e))"
            .formatted(body);
    return send("POST", session + "/execute/async", Map.of("script", script, "args", List.of()));
  }

  /** Makes pages believe that the person prefers {@code light} or {@code dark} colours. */
  void prefer(String scheme) throws IOException {
    Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    command("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** Runs a script in each page before its own, until {@link #forget} gets what this returns. */
  String beforeEachPage(String script) throws IOException {
    return command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
        .path("identifier")
        .asText();
  }

  void forget(String script) throws IOException {
    command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
  }

  /**
   * Touches the window: {@code touchStart}, {@code touchMove}, or {@code touchEnd}, which lifts all
   * fingers.
   *
   * @param places of the fingers, x and y of each, px
   */
  void touch(String kind, int... places) throws IOException {
    List<Map<String, Object>> fingers = new ArrayList<>();
    for (int i = 0; i < places.length; i += 2) {
      fingers.add(Map.of("x", places[i], "y", places[i + 1], "id", i));
    }
    command("Input.dispatchTouchEvent", Map.of("type", kind, "touchPoints", fingers));
  }

  /** Holds a key down, as {@code KeyboardEvent.code} names it. */
  void press(String code) throws IOException {
    command("Input.dispatchKeyEvent", Map.of("type", "rawKeyDown", "code", code));
  }

  void release(String code) throws IOException {
    command("Input.dispatchKeyEvent", Map.of("type", "keyUp", "code", code));
  }

  /** A command of Chromium's own protocol. */
  private JsonNode command(String name, Map<String, Object> parameters) throws IOException {
    return send("POST", session + "/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
  }

  /** The text of an element. */
  String text(String selector) throws IOException {
    return run("return document.querySelector(arguments[0]).innerText", selector).asText();
  }

  /** Clicks an element as a person does. */
  void click(String selector) throws IOException {
    send("POST", element(selector) + "/click", Map.of());
  }

  /** Types into an element. */
  void type(String selector, String text) throws IOException {
    send("POST", element(selector) + "/value", Map.of("text", text));
  }

  private String element(String selector) throws IOException {
    JsonNode found =
        send("POST", session + "/element", Map.of("using", "css selector", "value", selector));
    return session + "/element/" + found.elements().next().asText();
  }

  /** What the window shows of an element. */
  BufferedImage picture(String selector) throws IOException {
    return png(send("GET", element(selector) + "/screenshot", Map.of()));
  }

  private static BufferedImage png(JsonNode answer) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(answer.asText())));
  }

  /** The warnings and errors of the console since the last call. */
  List<String> complaints() throws IOException {
    List<String> messages = new ArrayList<>();
    for (JsonNode entry : send("POST", session + "/se/log", Map.of("type", "browser"))) {
      if (!entry.path("level").asText().matches("INFO|DEBUG")) {
        messages.add(entry.path("message").asText());
      }
    }
    return messages;
  }

  @Override
  public void close() throws IOException {
    try {
      send("DELETE", session, Map.of());
    } finally {
      driver.destroy();
    }
  }
}
