package org.splatline.pipeline.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.config.ConfigException;
import org.splatline.pipeline.spark.SharedSpark;
import org.splatline.pipeline.store.Location;
import org.splatline.pipeline.store.Place;

/** Registration in a server that speaks as Glue does, and remembers what it was told. */
class GlueCatalogIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static List<String> names;

  private final List<String> requests = new ArrayList<>();
  private final Map<String, JsonNode> tables = new TreeMap<>();
  private boolean hasDatabase;
  private boolean deniesTables;
  private HttpServer server;
  private Map<String, String> settings;

  @BeforeAll
  static void createTables() {
    TableTemplate.emptyBelow(folder);
    TableViews views =
        new TableViews(Location.open(folder.resolve("tables").toString(), new Configuration()));
    views.register(SharedSpark.session());
    names = views.names();
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    settings =
        Map.of(
            "aws.endpointUrlGlue", "http://127.0.0.1:" + server.getAddress().getPort(),
            "aws.accessKeyId", "id",
            "aws.secretAccessKey", "key");
    settings.forEach(System::setProperty);
  }

  @AfterEach
  void stop() {
    settings.keySet().forEach(System::clearProperty);
    server.stop(0);
  }

  /** AWS JSON 1.1: the operation is in a header, an error's name in the answer. */
  private synchronized void answer(HttpExchange exchange) throws IOException {
    String operation =
        exchange.getRequestHeaders().getFirst("X-Amz-Target").replace("AWSGlue.", "");
    JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
    requests.add(operation);
    ObjectNode answer = JSON.createObjectNode();
    String error = error(operation, request, answer);
    if (!error.isEmpty()) {
      answer.put("__type", error).put("Message", "User x may not " + operation);
    }
    byte[] body = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(error.isEmpty() ? 200 : 400, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String error(String operation, JsonNode request, ObjectNode answer) {
    if (deniesTables && operation.endsWith("Table")) {
      return "AccessDeniedException";
    }
    JsonNode input = request.path("TableInput");
    return switch (operation) {
      case "GetDatabase" -> {
        answer.putObject("Database").put("Name", request.path("Name").asText());
        yield hasDatabase ? "" : "EntityNotFoundException";
      }
      case "CreateDatabase" -> {
        hasDatabase = true;
        yield "";
      }
      case "GetTable" -> {
        JsonNode table = tables.get(request.path("Name").asText());
        answer.set("Table", table);
        yield table == null ? "EntityNotFoundException" : "";
      }
      case "UpdateTable" ->
          tables.replace(input.path("Name").asText(), input) == null
              ? "EntityNotFoundException"
              : "";
      case "CreateTable" ->
          tables.put(input.path("Name").asText(), input) == null ? "" : "AlreadyExistsException";
      default -> "InvalidInputException";
    };
  }

  private static List<GlueCatalog.Change> register(String place) {
    SparkSession spark = SharedSpark.session();
    return GlueCatalog.register(
        GlueEntry.all(spark, Place.parse(place), "splats", names), "splats", "eu-west-1");
  }

  @Test
  void tablesAndViewAreCreatedOnceAndThenUpdated() throws IOException {
    assertThat(register("s3://bucket/tables"))
        .hasSize(9)
        .contains(
            new GlueCatalog.Change("scene_runs", "table", true),
            new GlueCatalog.Change("metrics_latest", "view", true));
    assertThat(requests).startsWith("GetDatabase", "CreateDatabase", "GetTable");

    JsonNode scenes = tables.get("scene_runs");
    assertThat(scenes.at("/TableType").asText()).isEqualTo("EXTERNAL_TABLE");
    assertThat(scenes.at("/StorageDescriptor/Location").asText())
        .isEqualTo("s3://bucket/tables/scene_runs");
    assertThat(scenes.at("/Parameters/table_type").asText()).isEqualTo("DELTA");
    assertThat(scenes.at("/Parameters/spark.sql.sources.provider").asText()).isEqualTo("delta");
    assertThat(scenes.at("/StorageDescriptor/Columns").toString())
        .contains("\"Name\":\"psnr\",\"Type\":\"double\",\"Comment\":\"Mean PSNR of held-out views")
        .contains("\"Name\":\"ended_at\",\"Type\":\"timestamp\"");

    JsonNode view = tables.get("metrics_latest");
    assertThat(view.at("/TableType").asText()).isEqualTo("VIRTUAL_VIEW");
    assertThat(view.at("/Parameters/presto_view").asText()).isEqualTo("true");
    String text = view.at("/ViewOriginalText").asText();
    assertThat(text).startsWith("/* Presto View: ").endsWith(" */");
    JsonNode content =
        JSON.readTree(
            new String(
                Base64.getDecoder()
                    .decode(text.substring("/* Presto View: ".length(), text.length() - 3)),
                UTF_8));
    assertThat(content.path("schema").asText()).isEqualTo("splats");
    assertThat(content.path("columns").toString())
        .contains("{\"name\":\"psnr_change\",\"type\":\"double\"}")
        .contains("{\"name\":\"ended_at\",\"type\":\"timestamp(3)\"}")
        .contains("{\"name\":\"gaussians\",\"type\":\"integer\"}");
    assertThat(content.path("originalSql").asText())
        .startsWith("SELECT\n  CAST(tenant AS varchar) AS tenant")
        .contains("FROM scene_runs")
        .doesNotContainPattern("[0-9]D\\b"); // a literal of Spark alone

    requests.clear();
    Map<String, JsonNode> before = Map.copyOf(tables);
    assertThat(register("s3a://bucket/tables")).noneMatch(GlueCatalog.Change::created);
    assertThat(tables).isEqualTo(before);
    assertThat(requests).doesNotContain("CreateTable", "CreateDatabase");
  }

  @Test
  void anothersTableIsNotReplaced() {
    register("s3://bucket/tables");
    Map<String, JsonNode> before = Map.copyOf(tables);
    requests.clear();
    assertThatThrownBy(() -> register("s3://other/tables"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot register table runs in Glue's database splats: there is one already, s3://bucket/tables/runs. Give --glue another database, or drop that table");
    assertThat(tables).isEqualTo(before);
    assertThat(requests).containsExactly("GetDatabase", "GetTable");
  }

  @Test
  void aRefusalSaysWhatToGrant() {
    deniesTables = true;
    assertThatThrownBy(() -> register("s3://bucket/tables"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("database splats: AccessDeniedException: User x may not GetTable. ")
        .hasMessageContaining("Grant glue:GetDatabase, glue:CreateDatabase, glue:GetTable");
  }

  @Test
  void whatAthenaCannotReadIsRefused() {
    SparkSession spark = SharedSpark.session();
    Place local = Place.local(folder.resolve("tables"));
    assertThatThrownBy(() -> GlueCatalog.register(spark, local, "splats", ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Athena reads from S3 alone. Give --tables an s3a:// prefix");
    assertThatThrownBy(() -> GlueCatalog.register(spark, local, "My-Splats", ""))
        .hasMessageContaining("Invalid --glue: My-Splats");
    assertThat(requests).isEmpty();
  }
}
