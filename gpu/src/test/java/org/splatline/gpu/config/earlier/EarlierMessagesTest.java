package org.splatline.gpu.config.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.config.CanonicalJson;
import org.splatline.gpu.config.ConfigException;
import org.splatline.gpu.config.EarlierFormat.Translation;

/** Every earlier name either acts or is reported with the reason why it has no effect. */
class EarlierMessagesTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** All names, as users listed them. */
  private static final String BLOCK =
      """
      training: {max_iterations, min_iterations, target_psnr, psnr_plateau_termination, plateau_patience, auto_extension_enabled, max_extension_iterations, validation_interval, save_interval, log_interval}
      progressive_resolution: {enabled, initial_factor, final_factor, schedule_end_iteration, interpolation, resolution_batches: [{factor, iterations: [from, to], purpose}]}
      progressive_blur: {enabled, initial_sigma, initial_kernel_size, final_sigma, final_kernel_size, schedule_end_iteration, update_interval, blur_type}
      gaussian_management: {densification: {enabled, interval, start_iteration, end_iteration, grad_threshold, percent_dense, progressive_schedule: {enabled, initial_threshold, final_threshold, schedule_iterations}, split_threshold, clone_threshold, max_gaussians, adaptive_control, size_threshold, min_opacity, max_screen_size}, opacity_reset_interval, late_densification: {enabled, start_iteration, end_iteration, interval, purpose}, significance_pruning: {enabled, pruning_schedule: [{iteration, retention_ratio, criteria}]}}
      learning_rates: {gaussian_lr, gaussian_lr_decay, gaussian_lr_min, sh_lr, sh_lr_decay, sh_lr_min, opacity_lr, opacity_lr_decay, opacity_lr_min}
      optimization: {sh_progressive: {enabled, start_bands, max_bands, band_increase_interval}, adaptive_loss: {enabled, color_weight, depth_weight, normal_weight}, memory_optimization: {enabled, gradient_checkpointing, mixed_precision, max_gaussians_per_batch}}
      quality_metrics: {target_psnr, target_ssim, target_lpips, evaluation_interval, validation_split, convergence_patience, convergence_threshold}
      hardware: {gpu_memory_fraction, allow_growth, num_workers, pin_memory, mixed_precision_enabled, gradient_clipping}
      output: {checkpoint_interval, keep_last_n_checkpoints, log_level, tensorboard_enabled, wandb_enabled, export_formats, compression_enabled, quantization_bits}
      experimental: {multi_patch_training: {enabled, patch_sizes}, global_track_constraints: {enabled, track_weight}, vr_optimization: {enabled, target_fps}}
      """;

  /** Names that take only the value in the users' file. */
  private static final Set<String> CHECKED =
      Set.of(
          "progressive_blur.blur_type",
          "gaussian_management.significance_pruning.pruning_schedule.criteria",
          "experimental.multi_patch_training.enabled",
          "experimental.global_track_constraints.enabled",
          "experimental.vr_optimization.enabled");

  private record Reading(String tree, List<String> messages) {}

  private static Reading read(ObjectNode file, boolean useFileRates) {
    ObjectNode inherited = EarlierFiles.inherited("progressive");
    Translation ours =
        new EarlierNames().translate(file, "their.yaml", inherited, "progressive", useFileRates);
    return new Reading(
        CanonicalJson.write(inherited) + CanonicalJson.write(ours.tree()), ours.messages());
  }

  /** The names with values. Of a list, the names of the last entry. */
  private static Map<String, JsonNode> leaves(ObjectNode file) {
    Map<String, JsonNode> leaves = new LinkedHashMap<>();
    collect(file, "", leaves);
    return leaves;
  }

  private static void collect(ObjectNode section, String prefix, Map<String, JsonNode> leaves) {
    section
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode value = field.getValue();
              JsonNode last = value.isArray() ? value.get(value.size() - 1) : value;
              if (last instanceof ObjectNode below) {
                collect(below, prefix + field.getKey() + ".", leaves);
              } else {
                leaves.put(prefix + field.getKey(), value);
              }
            });
  }

  /** The users' file with another value for one name. */
  private static ObjectNode changed(String path, JsonNode value) {
    ObjectNode file = EarlierFiles.tree(EarlierFiles.users());
    JsonNode section = file;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      section = section.get(names[i]);
      section = section instanceof ArrayNode list ? list.get(list.size() - 1) : section;
    }
    ((ObjectNode) section).set(names[names.length - 1], value);
    return file;
  }

  private static JsonNode another(String path, JsonNode value) {
    if (path.endsWith(".max_bands")) {
      return NODES.numberNode(2);
    }
    if (path.endsWith(".iterations")) {
      return NODES.arrayNode().add(19_500).add(29_000);
    }
    if (value.isBoolean()) {
      return NODES.booleanNode(!value.booleanValue());
    }
    if (value.isInt()) {
      return NODES.numberNode(value.intValue() + 2);
    }
    if (value.isNumber()) {
      return NODES.numberNode(value.doubleValue() == 0 ? 0.1 : value.doubleValue() / 2);
    }
    return value.isArray() ? NODES.arrayNode().add("other") : NODES.textNode("other");
  }

  private static boolean isReported(String path, Reading reading) {
    return reading.messages().stream()
        .map(message -> message.split("[: ]", 2)[0])
        .anyMatch(reported -> path.equals(reported) || path.startsWith(reported + "."));
  }

  @Test
  void theSampleHasEveryName() {
    Set<String> listed = new TreeSet<>(leaves(EarlierFiles.tree(BLOCK)).keySet());
    assertThat(listed).hasSize(101);
    assertThat(new TreeSet<>(leaves(EarlierFiles.tree(EarlierFiles.users())).keySet()))
        .isEqualTo(listed);
  }

  @Test
  void eachNameActsOrIsReported() {
    ObjectNode users = EarlierFiles.tree(EarlierFiles.users());
    Reading before = read(users, false);
    Set<String> refused = new HashSet<>();
    List<String> acting = new ArrayList<>();
    for (Map.Entry<String, JsonNode> leaf : leaves(users).entrySet()) {
      String path = leaf.getKey();
      try {
        Reading after = read(changed(path, another(path, leaf.getValue())), false);
        boolean acts = !after.tree().equals(before.tree());
        boolean reported = isReported(path, before) || isReported(path, after);
        assertThat(acts || reported).as("%s acts or is reported", path).isTrue();
        assertThat(acts && reported)
            .as("%s acts and is reported: only of a list of formats some can", path)
            .isEqualTo(path.equals("output.export_formats"));
        if (acts) {
          acting.add(path);
        }
      } catch (ConfigException e) {
        refused.add(path);
      }
    }
    assertThat(refused).isEqualTo(CHECKED);
    assertThat(acting)
        .contains("training.max_iterations", "progressive_resolution.resolution_batches.factor")
        .doesNotContain("progressive_resolution.interpolation", "learning_rates.sh_lr")
        .hasSize(40);
  }

  @Test
  void eachIsReportedOnce() {
    List<String> messages = read(EarlierFiles.tree(EarlierFiles.users()), false).messages();
    assertThat(messages.stream().map(message -> message.split("[: ]", 2)[0]))
        .doesNotHaveDuplicates();
    assertThat(messages)
        .contains(
            "quality_metrics.validation_split = 0.1 is not used: every 8th view is held out, or"
                + " those of transforms_test.json",
            "learning_rates.opacity_lr = 0.1 is not used: it matches no trainer that works. Used"
                + " instead: optimizer.opacity-rate = 0.05. To use the file's value, set"
                + " compat.use-file-rates: true",
            "progressive_resolution.interpolation = \"logarithmic\" is not used: resolution_batches"
                + " wins")
        .anyMatch(message -> message.startsWith("optimization.adaptive_loss is not used: "));
  }

  @Test
  void formatsThatCannotBeWrittenAreReported() {
    ObjectNode formats = changed("output.export_formats", NODES.arrayNode().add("ply").add("usdz"));
    assertThat(read(formats, false).messages())
        .contains(
            "output.export_formats: \"usdz\" is not used: models are written as compressed.ply,"
                + " ply, spz, sog, glb");
  }

  @Test
  void ratesAskedForAreNotReported() {
    List<String> messages = read(EarlierFiles.tree(EarlierFiles.users()), true).messages();
    assertThat(messages)
        .noneMatch(message -> message.contains("matches no trainer"))
        .contains(
            "gaussian_management.densification.split_threshold = 5.0E-5 is not used:"
                + " gaussian_management.densification.grad_threshold sets densify.grow-gradient");
  }

  @Test
  void ofTwoNamesForOneThingTheFirstStands() {
    ObjectNode file =
        EarlierFiles.tree("quality_metrics: {target_psnr: 30}\ntraining: {target_psnr: 33}");
    Reading reading = read(file, false);
    assertThat(reading.tree())
        .contains("\"quality\":{\"target-psnr\":33.0}", "\"extend-to-psnr\":33.0");
    assertThat(reading.messages())
        .containsExactly(
            "quality_metrics.target_psnr = 30 is not used: training.target_psnr sets the same key");
  }

  @Test
  void aPlateauThatExtendsDoesNotStop() {
    ObjectNode file =
        EarlierFiles.tree(
            "training: {psnr_plateau_termination: true, auto_extension_enabled: true}");
    assertThat(read(file, false).messages())
        .containsExactly(
            "training.psnr_plateau_termination = true is not used: training.auto_extension_enabled"
                + " wins. To stop instead, set train.plateau.mode=stop");
  }

  @Test
  void vanillaReportsWhatItLeavesOut() {
    Translation ours =
        new EarlierNames()
            .translate(
                EarlierFiles.tree(EarlierFiles.users()),
                "their.yaml",
                EarlierFiles.inherited("vanilla"),
                "vanilla",
                false);
    assertThat(ours.messages())
        .contains(
            "progressive_resolution is not used: profile vanilla trains without it",
            "gaussian_management.late_densification is not used: profile vanilla trains without"
                + " it");
    assertThat(ours.tree().path("train").has("phases")).isFalse();
  }

  @Test
  void theTableForReadersHasARowForEach() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "earlier-names.md"));
    for (EarlierTable.Entry entry : EarlierFiles.table().entries()) {
      String keys = "`" + String.join("`, `", entry.keys()) + "`";
      assertThat(page)
          .contains(
              "| `%s` | %s%s |"
                  .formatted(
                      entry.path(),
                      switch (entry.verb()) {
                        case "rate" -> "only when asked for: ";
                        case "unused" -> "nothing: ";
                        default -> "";
                      },
                      entry.keys().isEmpty() ? entry.text() : keys));
    }
  }
}
