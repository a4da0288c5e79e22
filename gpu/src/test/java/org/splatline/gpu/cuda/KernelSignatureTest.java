package org.splatline.gpu.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel has a wrapper that names it and whose {@code launch} lists its parameters in their
 * order. Kernels with the same parameters may share one.
 */
class KernelSignatureTest {
  private static final Path SOURCES = Path.of("..", "kernels", "src");
  private static final Path WRAPPERS = Path.of("src/main/java/org/splatline/gpu/cuda");
  private static final Pattern KERNEL =
      Pattern.compile(
          "extern \"C\" __global__ void (?:__launch_bounds__\\([^)]*\\) )?(\\w+)\\((.*?)\\)\\s*\\{",
          Pattern.DOTALL);
  private static final Pattern LAUNCH =
      Pattern.compile("void launch\\((.*?)\\) \\{(.*?)\\n  \\}", Pattern.DOTALL);
  private static final Map<String, String> JAVA_TYPES =
      Map.of(
          "int", "int",
          "float", "float",
          "unsigned long long", "long",
          "Camera", "CameraArgument",
          "Adam", "AdamArgument",
          "Window", "WindowArgument");

  /** Kernel name to parameters, each «type name» as Java has it. */
  static Map<String, List<String>> kernels() throws IOException {
    Map<String, List<String>> kernels = new TreeMap<>();
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file).replaceAll("//[^\n]*", "");
        Matcher matcher = KERNEL.matcher(text);
        while (matcher.find()) {
          kernels.put(matcher.group(1), parameters(matcher.group(2)));
        }
      }
    }
    return kernels;
  }

  private static List<String> parameters(String list) {
    List<String> parameters = new ArrayList<>();
    for (String parameter : list.replace("__restrict__", " ").split(",", -1)) {
      String text = parameter.strip().replaceAll("\\s+", " ");
      int at = text.replace("*", " ").lastIndexOf(' ') + 1;
      String type = text.substring(0, at).replace("const ", "").strip();
      String javaType =
          type.contains("*") ? "long" : JAVA_TYPES.getOrDefault(type, "unknown type " + type);
      parameters.add(javaType + " " + camelCase(text.substring(at)));
    }
    return parameters;
  }

  private static String camelCase(String name) {
    String words =
        Arrays.stream(name.split("_", -1))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
  }

  static Stream<String> names() throws IOException {
    return kernels().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void wrapperListsTheKernelsParameters(String kernel) throws IOException {
    List<Path> wrappers = wrappersNaming(kernel);
    assertThat(wrappers).as("wrappers of %s", kernel).hasSize(1);
    Path wrapper = wrappers.get(0);
    String text = Files.readString(wrapper);
    Matcher launch = LAUNCH.matcher(text);
    assertThat(launch.find()).as("%s has a launch method", wrapper).isTrue();
    List<String> listed =
        Arrays.stream(launch.group(1).split(",", -1)).map(p -> p.strip()).skip(2).toList();
    assertThat(listed).as("parameters of %s", wrapper).isEqualTo(kernels().get(kernel));
    List<String> passed =
        Pattern.compile("\\.and\\((\\w+)\\)")
            .matcher(launch.group(2))
            .results()
            .map(result -> result.group(1))
            .toList();
    assertThat(passed)
        .as("arguments %s passes", wrapper)
        .isEqualTo(listed.stream().map(p -> p.substring(p.indexOf(' ') + 1)).toList());
  }

  private static List<Path> wrappers() throws IOException {
    try (Stream<Path> files = Files.list(WRAPPERS)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\w+Kernel\\.java"))
          .sorted()
          .toList();
    }
  }

  private static List<Path> wrappersNaming(String kernel) throws IOException {
    List<Path> naming = new ArrayList<>();
    for (Path wrapper : wrappers()) {
      if (names(wrapper).contains(kernel)) {
        naming.add(wrapper);
      }
    }
    return naming;
  }

  /** Kernels a wrapper is made for: the texts its constructors are given. */
  private static List<String> names(Path wrapper) throws IOException {
    return Pattern.compile("\\(module, \"(\\w+)\"")
        .matcher(Files.readString(wrapper))
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  @Test
  void everyWrapperHasAKernel() throws IOException {
    for (Path wrapper : wrappers()) {
      assertThat(names(wrapper)).as("kernels of %s", wrapper).isNotEmpty();
      assertThat(kernels().keySet()).as("%s", wrapper).containsAll(names(wrapper));
    }
  }
}
