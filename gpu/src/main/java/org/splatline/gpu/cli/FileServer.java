package org.splatline.gpu.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.splatline.gpu.Threads;

/**
 * Shows the files of a folder to browsers, for reading only. Hidden files, and what a link or a
 * path leads to outside the folder, are not found. A folder without {@code index.html} is listed.
 */
final class FileServer implements AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("wasm", "application/wasm"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("png", "image/png"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("webp", "image/webp"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("glb", "model/gltf-binary"));

  /** Scripts and styles that the pages of scenes share: {@code results/_assets/}. */
  private static final String SHARED = "/_assets/";

  private static final String BINARY = "application/octet-stream"; // models: .ply, .spz, .sog
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

  private final Path root;
  private final HttpServer server;
  private final ExecutorService threads = Threads.pool("serve", 16);

  /**
   * Starts to serve a folder.
   *
   * @param address port 0: any free one
   * @throws IOException if the address is taken, or the folder does not exist
   */
  FileServer(Path folder, InetSocketAddress address) throws IOException {
    root = folder.toRealPath();
    server = HttpServer.create(address, 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.getResponseHeaders().set("Cache-Control", "no-cache");
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        text(exchange, 405, "Only GET and HEAD are answered");
        return;
      }
      String path = exchange.getRequestURI().getPath(); // decoded
      Path file = path == null ? null : find(path);
      if (file == null) {
        text(exchange, 404, "There is no such file");
      } else if (!Files.isDirectory(file)) {
        send(exchange, file);
      } else if (!path.endsWith("/")) { // relative links need it
        exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getRawPath() + "/");
        exchange.sendResponseHeaders(301, -1);
      } else if (Files.isRegularFile(file.resolve("index.html"))) {
        send(exchange, file.resolve("index.html"));
      } else {
        list(exchange, file);
      }
    }
  }

  /** The file or folder of a path; null if there is none to show. */
  private Path find(String path) throws IOException {
    try {
      return path.startsWith(SHARED) && isOneScene()
          ? find(root.resolveSibling(SHARED.substring(1)), path.substring(SHARED.length()))
          : find(root, path);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Whether the folder's page has its scripts beside the folder. */
  private boolean isOneScene() {
    return root.getParent() != null && !Files.exists(root.resolve(SHARED.substring(1)));
  }

  private static Path find(Path root, String path) throws IOException {
    Path file = root.resolve(path.replaceFirst("^/+", "")).normalize();
    if (!file.startsWith(root) || !Files.isReadable(file)) {
      return null;
    }
    Path real = file.toRealPath();
    return real.startsWith(root) && !isHidden(root.relativize(file)) ? real : null;
  }

  private static boolean isHidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static void send(HttpExchange exchange, Path file) throws IOException {
    long size = Files.size(file);
    long from = 0;
    long until = size;
    int code = 200;
    exchange.getResponseHeaders().set("Content-Type", type(file));
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    String asked = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(asked == null ? "" : asked);
    if (range.matches() && !asked.equals("bytes=-")) { // several ranges: the whole file
      if (range.group(1).isEmpty()) {
        from = Math.max(0, size - number(range.group(2)));
      } else {
        from = number(range.group(1));
        until = range.group(2).isEmpty() ? size : Math.min(size, number(range.group(2)) + 1);
      }
      if (from >= until) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      code = 206;
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, until - 1, size));
    }
    if (exchange.getRequestMethod().equals("HEAD") || from == until) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(until - from));
      exchange.sendResponseHeaders(code, -1);
      return;
    }
    exchange.sendResponseHeaders(code, until - from);
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = exchange.getResponseBody()) {
      in.skipNBytes(from);
      copy(in, out, until - from);
    }
  }

  private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = bytes;
    while (left > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new IOException("The file became shorter while it was sent");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  /** The largest long where a number is larger. */
  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
  }

  private static String type(Path file) {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(ending, BINARY);
  }

  private static void list(HttpExchange exchange, Path folder) throws IOException {
    List<Path> children;
    try (Stream<Path> all = Files.list(folder)) {
      children = all.filter(child -> !isHidden(child.getFileName())).sorted().toList();
    }
    StringBuilder html = new StringBuilder("<!doctype html><meta charset=utf-8><ul>\n");
    for (Path child : children) {
      String end = Files.isDirectory(child) ? "/" : "";
      String name = child.getFileName().toString();
      html.append("<li><a href=\"./")
          .append(URLEncoder.encode(name, UTF_8).replace("+", "%20"))
          .append(end)
          .append("\">")
          .append(name.replace("&", "&amp;").replace("<", "&lt;"))
          .append(end)
          .append("</a>\n");
    }
    exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'");
    respond(exchange, 200, TYPES.get("html"), html.append("</ul>\n").toString());
  }

  private static void text(HttpExchange exchange, int code, String text) throws IOException {
    respond(exchange, code, TYPES.get("txt"), text + "\n");
  }

  private static void respond(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(code, -1);
    } else {
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
