package org.splatline.pipeline.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class InstanceMetadataTest {
  /** The service answers as EC2's does: nothing without a token. */
  @Test
  void findsTheInstanceType() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/latest/api/token", exchange -> answer(exchange, 200, "t1"));
    server.createContext(
        "/latest/meta-data/instance-type",
        exchange -> {
          String token = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
          answer(exchange, "t1".equals(token) ? 200 : 401, "g5.2xlarge");
        });
    server.start();
    try {
      InstanceMetadata metadata =
          new InstanceMetadata("http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(metadata.find("instance-type")).contains("g5.2xlarge");
      assertThat(metadata.find("instance-life-cycle")).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void findsNothingWhereNoServiceAnswers() throws Exception {
    assertThat(new InstanceMetadata("http://127.0.0.1:9").find("instance-type")).isEmpty();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
