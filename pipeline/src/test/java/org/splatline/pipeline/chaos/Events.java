package org.splatline.pipeline.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.splatline.pipeline.config.Stage;

/** The executors and tasks in Spark's event logs. */
final class Events {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param gpus addresses of the GPUs it holds
   */
  record Executor(String id, int profile, List<String> gpus) {}

  /**
   * @param group {@code run/scene/stage}; empty: a job of the tables
   * @param startMillis since 1970
   * @param endMillis 0: it has not ended
   */
  record Task(String group, int profile, String executor, long startMillis, long endMillis) {
    String scene() {
      return group.substring(group.indexOf('/') + 1, group.lastIndexOf('/'));
    }

    boolean isOf(Stage stage) {
      return group.endsWith("/" + stage.word());
    }
  }

  private final Map<String, Executor> executors = new HashMap<>(); // by application and number
  private final List<Task> tasks = new ArrayList<>();

  /** Reads the logs of all applications in {@code folder}. */
  static Events read(Path folder) throws IOException {
    Events events = new Events();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).filter(Events::isLog).toList()) {
        events.readLog(file);
      }
    }
    return events;
  }

  private static boolean isLog(Path file) {
    return !file.getFileName().toString().startsWith(".");
  }

  private void readLog(Path file) throws IOException {
    String application = file.getFileName().toString();
    Map<Integer, JsonNode> stages = new HashMap<>();
    Map<Long, Task> running = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.endsWith("}")) {
        continue; // the driver was killed while it wrote
      }
      JsonNode event = JSON.readTree(line);
      switch (event.path("Event").asText()) {
        case "SparkListenerExecutorAdded" -> addExecutor(application, event);
        case "SparkListenerStageSubmitted" ->
            stages.put(event.path("Stage Info").path("Stage ID").asInt(), event);
        case "SparkListenerTaskStart" -> {
          JsonNode info = event.path("Task Info");
          JsonNode stage = stages.get(event.path("Stage ID").asInt());
          running.put(
              info.path("Task ID").asLong(),
              new Task(
                  stage.path("Properties").path("spark.jobGroup.id").asText(),
                  stage.path("Stage Info").path("Resource Profile Id").asInt(),
                  application + " " + info.path("Executor ID").asText(),
                  info.path("Launch Time").asLong(),
                  0));
        }
        case "SparkListenerTaskEnd" -> {
          JsonNode info = event.path("Task Info");
          Task task = running.remove(info.path("Task ID").asLong());
          tasks.add(
              new Task(
                  task.group(),
                  task.profile(),
                  task.executor(),
                  task.startMillis(),
                  task.startMillis() + runMillis(event.path("Task Metrics"), info)));
        }
        default -> {}
      }
    }
    tasks.addAll(running.values());
  }

  /** As the executor measures it. The driver notices the end after the next task has started. */
  private static long runMillis(JsonNode metrics, JsonNode info) {
    return metrics.isObject()
        ? metrics.path("Executor Deserialize Time").asLong()
            + metrics.path("Executor Run Time").asLong()
        : info.path("Finish Time").asLong() - info.path("Launch Time").asLong();
  }

  private void addExecutor(String application, JsonNode event) {
    JsonNode info = event.path("Executor Info");
    List<String> gpus = new ArrayList<>();
    info.path("Resources").path("gpu").path("addresses").forEach(gpu -> gpus.add(gpu.asText()));
    String id = application + " " + event.path("Executor ID").asText();
    executors.put(id, new Executor(id, info.path("Resource Profile Id").asInt(), gpus));
  }

  /** The tasks of one stage. */
  List<Task> tasks(Stage stage) {
    return tasks.stream().filter(task -> task.isOf(stage)).toList();
  }

  /** The tasks of all stages and of the tables. */
  List<Task> tasks() {
    return List.copyOf(tasks);
  }

  Executor executor(Task task) {
    return executors.get(task.executor());
  }

  /** The largest number of these tasks that ran at the same time. */
  static int atATime(List<Task> tasks) {
    return tasks.stream()
        .mapToInt(
            one ->
                (int)
                    tasks.stream()
                        .filter(
                            other ->
                                other.startMillis() <= one.startMillis()
                                    && one.startMillis() < other.endMillis())
                        .count())
        .max()
        .orElse(0);
  }
}
