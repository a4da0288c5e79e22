package org.splatline.gpu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileServerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;
  private FileServer server;

  @BeforeEach
  void serve() throws IOException {
    Path site = Files.createDirectories(folder.resolve("site"));
    Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.writeString(site.resolve("model.spz"), "0123456789");
    Files.writeString(site.resolve(".hidden"), "secret");
    Files.createDirectories(site.resolve(".git"));
    Files.writeString(site.resolve(".git/config"), "secret");
    Files.createSymbolicLink(site.resolve("link.txt"), folder.resolve("secret.txt"));
    Path odd = Files.createDirectories(site.resolve("a <b> & \"ü\""));
    Files.writeString(odd.resolve("index.html"), "<p>odd");
    server = new FileServer(site, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d%s".formatted(server.address().getPort(), path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "index.html, text/html; charset=utf-8",
    "viewer.js, text/javascript; charset=utf-8",
    "a.WASM, application/wasm",
    "scene.json, application/json",
    "preview.jpg, image/jpeg",
    "m.sog, application/octet-stream",
    "m.ply, application/octet-stream",
    "none, application/octet-stream"
  })
  void filesHaveTheirTypes(String name, String type) throws Exception {
    Files.writeString(folder.resolve("site").resolve(name), "content");
    HttpResponse<String> found = get("/" + name);
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(found.body()).isEqualTo("content");
    assertThat(found.headers().firstValue("Content-Type")).contains(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.hidden",
        "/.git/config",
        "/link.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/none.txt",
        "/a%00b",
        "//../secret.txt"
      })
  void whatIsHiddenOrOutsideIsNotFound(String path) throws Exception {
    assertThat(raw(path)).startsWith("HTTP/1.1 404 ").doesNotContain("secret");
  }

  /** As it stands: a client may not be polite. */
  private String raw(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
              .formatted(path)
              .getBytes(StandardCharsets.US_ASCII));
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The pages of scenes share scripts beside the scene's folder: no other file there is shown. */
  @Test
  void theFolderOfOneSceneHasItsScripts() throws Exception {
    assertThat(get("/_assets/viewer.js").statusCode()).isEqualTo(404);
    Path shared = Files.createDirectories(folder.resolve("_assets"));
    Files.writeString(shared.resolve("viewer.js"), "script");
    Files.createSymbolicLink(shared.resolve("link.txt"), folder.resolve("secret.txt"));
    assertThat(get("/_assets/viewer.js").body()).isEqualTo("script");
    assertThat(raw("/_assets/../secret.txt")).startsWith("HTTP/1.1 404 ");
    assertThat(raw("/_assets/%2e%2e/secret.txt")).startsWith("HTTP/1.1 404 ");
    assertThat(raw("/_assets//../../secret.txt")).startsWith("HTTP/1.1 404 ");
    assertThat(raw("/_assets/link.txt")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void aFolderIsListedWithoutHiddenFiles() throws Exception {
    HttpResponse<String> list = get("/");
    assertThat(list.body())
        .contains("<a href=\"./a%20%3Cb%3E%20%26%20%22%C3%BC%22/\">a &lt;b> &amp; \"ü\"/</a>")
        .contains("model.spz")
        .doesNotContain("hidden")
        .doesNotContain(".git");
    assertThat(list.headers().firstValue("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(get("/a%20%3Cb%3E%20%26%20%22%C3%BC%22/").body()).isEqualTo("<p>odd");
    HttpResponse<String> without = get("/a%20%3Cb%3E%20%26%20%22%C3%BC%22");
    assertThat(without.statusCode()).isEqualTo(301);
    assertThat(without.headers().firstValue("Location"))
        .contains("/a%20%3Cb%3E%20%26%20%22%C3%BC%22/");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=2-4, 206, 234, bytes 2-4/10",
    "bytes=8-, 206, 89, bytes 8-9/10",
    "bytes=-3, 206, 789, bytes 7-9/10",
    "bytes=5-99999999999999999999, 206, 56789, bytes 5-9/10",
    "bytes=10-12, 416, '', bytes */10",
    "'bytes=0-1,3-4', 200, 0123456789, ''"
  })
  void partsAreSent(String range, int code, String body, String sent) throws Exception {
    HttpResponse<String> part = get("/model.spz", "Range", range);
    assertThat(part.statusCode()).isEqualTo(code);
    assertThat(part.body()).isEqualTo(body);
    assertThat(part.headers().firstValue("Content-Range").orElse("")).isEqualTo(sent);
  }

  @Test
  void nothingIsWritten() throws Exception {
    HttpRequest put =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d/model.spz".formatted(server.address().getPort())))
            .PUT(HttpRequest.BodyPublishers.ofString("other"))
            .build();
    assertThat(HTTP.send(put, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    assertThat(folder.resolve("site/model.spz")).hasContent("0123456789");
  }
}
