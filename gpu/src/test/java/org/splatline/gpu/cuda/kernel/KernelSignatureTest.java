package org.splatline.gpu.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.splatline.gpu.cuda.device.DevicePointer;

/**
 * Java and the kernels' sources agree. Every kernel has a wrapper that names it and whose {@code
 * launch} lists its parameters in their order; kernels with the same parameters may share one.
 * Every struct that a kernel takes by value has a record that writes it byte for byte as C lays it
 * out. Every file that the sources' comments name exists.
 */
class KernelSignatureTest {
  private static final Path WRAPPERS = Path.of("src/main/java/org/splatline/gpu/cuda/kernel");
  private static final Pattern LAUNCH =
      Pattern.compile("void launch\\((.*?)\\) \\{(.*?)\\n  \\}", Pattern.DOTALL);
  private static final Pattern FILE = Pattern.compile("[\\w*]+\\.(?:java|cuh?)\\b");
  private static final Map<String, String> JAVA_TYPES =
      Map.of(
          "int", "int",
          "float", "float",
          "unsigned int", "int",
          "unsigned long long", "long");

  private static String javaType(String type) {
    if (type.endsWith("*")) {
      return "DevicePointer";
    }
    return JAVA_TYPES.getOrDefault(type, recordOf(type));
  }

  /**
   * The record of a struct of pointers has the struct's name. Other records add a suffix, because
   * their names are in use elsewhere.
   */
  private static String recordOf(String struct) {
    return struct.endsWith("Pointers") ? struct : struct + "Argument";
  }

  static Stream<String> kernels() throws IOException {
    return KernelSources.kernels().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void wrapperListsTheKernelsParameters(String kernel) throws IOException {
    List<Path> wrappers = wrappersNaming(kernel);
    assertThat(wrappers).as("wrappers of %s", kernel).hasSize(1);
    Path wrapper = wrappers.get(0);
    Matcher launch = LAUNCH.matcher(Files.readString(wrapper));
    assertThat(launch.find()).as("%s has a launch method", wrapper).isTrue();
    List<String> listed =
        Arrays.stream(launch.group(1).split(",", -1)).map(p -> p.strip()).skip(2).toList();
    assertThat(listed)
        .as("parameters of %s", wrapper)
        .isEqualTo(
            KernelSources.kernels().get(kernel).parameters().stream()
                .map(parameter -> javaType(parameter.type()) + " " + parameter.name())
                .toList());
    List<String> passed =
        Pattern.compile("\\.and\\((\\w+)\\)")
            .matcher(launch.group(2))
            .results()
            .map(result -> result.group(1))
            .toList();
    assertThat(passed)
        .as("arguments that %s passes", wrapper)
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

  /** The kernels of a wrapper: the strings that its constructors are given. */
  private static List<String> names(Path wrapper) throws IOException {
    return Pattern.compile("\\(module, \"(\\w+)\"")
        .matcher(Files.readString(wrapper))
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  @Test
  void everyWrapperHasAKernelInTheFileItNames() throws IOException {
    Map<String, KernelSources.Kernel> kernels = KernelSources.kernels();
    for (Path wrapper : wrappers()) {
      if (wrapper.endsWith("Kernel.java")) {
        continue;
      }
      assertThat(names(wrapper)).as("kernels of %s", wrapper).isNotEmpty();
      assertThat(kernels.keySet()).as("%s", wrapper).containsAll(names(wrapper));
      String text = Files.readString(wrapper).replaceAll("\\s+\\*?\\s*", " ");
      for (String name : names(wrapper)) {
        assertThat(text)
            .as("%s", wrapper)
            .contains("See " + kernels.get(name).file().getFileName() + ".");
      }
    }
  }

  static Stream<String> structs() throws IOException {
    return KernelSources.structs().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("structs")
  void recordHasTheStructsMembers(String struct) throws Exception {
    assertThat(
            Arrays.stream(record(struct).getRecordComponents())
                .map(component -> component.getType().getSimpleName() + " " + component.getName())
                .toList())
        .as("components of %s", record(struct).getSimpleName())
        .isEqualTo(
            KernelSources.structs().get(struct).members().stream()
                .map(m -> javaType(m.type()) + (m.length() > 0 ? "[] " : " ") + m.name())
                .toList());
  }

  private static Class<?> record(String struct) throws ClassNotFoundException {
    return Class.forName(KernelSignatureTest.class.getPackageName() + "." + recordOf(struct));
  }

  /**
   * Each member gets its own values, so that a member in another place or of another size is found.
   */
  @ParameterizedTest
  @MethodSource("structs")
  void recordWritesTheStructsBytes(String struct) throws Exception {
    List<KernelSources.Member> members = KernelSources.structs().get(struct).members();
    ByteBuffer expected = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    List<Object> values = new ArrayList<>();
    int end = 0;
    int largest = 1;
    for (KernelSources.Member member : members) {
      end = (end + member.size() - 1) / member.size() * member.size();
      largest = Math.max(largest, member.size());
      values.add(write(member, 1000 * (values.size() + 1), end, expected));
      end += Math.max(1, member.length()) * member.size();
    }
    int size = (end + largest - 1) / largest * largest;
    StructArgument argument =
        (StructArgument) record(struct).getDeclaredConstructors()[0].newInstance(values.toArray());
    ByteBuffer written = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    int offset = 64; // behind other arguments
    assertThat(new StructWriter(written).write(argument, offset)).as("size").isEqualTo(size);
    assertThat(Arrays.copyOfRange(written.array(), offset, offset + size))
        .as("bytes of %s", struct)
        .isEqualTo(Arrays.copyOf(expected.array(), size));
  }

  /** Writes a member's value as C has it and returns it as the record's component. */
  private static Object write(KernelSources.Member member, int value, int at, ByteBuffer buffer) {
    int length = Math.max(1, member.length());
    float[] floats = new float[length];
    int[] ints = new int[length];
    for (int i = 0; i < length; i++) {
      floats[i] = value + i + 0.5f;
      ints[i] = value + i;
      int place = at + i * member.size();
      switch (javaType(member.type())) {
        case "DevicePointer" -> buffer.putLong(place, pointer(value).address());
        case "float" -> buffer.putFloat(place, floats[i]);
        default -> buffer.putInt(place, ints[i]);
      }
    }
    return switch (javaType(member.type())) {
      case "DevicePointer" -> pointer(value);
      case "float" -> member.length() > 0 ? floats : (Object) floats[0];
      default -> member.length() > 0 ? ints : (Object) ints[0];
    };
  }

  private static DevicePointer pointer(int value) {
    return () -> (long) value << 33 | value; // both halves of the address differ
  }

  @Test
  void everyRecordHasAStructInTheFileItNames() throws IOException {
    Map<String, KernelSources.Struct> structs = KernelSources.structs();
    try (Stream<Path> files = Files.list(WRAPPERS)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        if (!text.contains("implements StructArgument")) {
          continue;
        }
        String name = file.getFileName().toString().replace(".java", "");
        String struct = name.replaceAll("Argument$", "");
        assertThat(structs).as("structs that a kernel takes by value").containsKey(struct);
        assertThat(text.replaceAll("\\s+\\*?\\s*", " "))
            .as(name)
            .contains(
                "{@code struct %s} of %s:"
                    .formatted(struct, structs.get(struct).file().getFileName()));
      }
    }
  }

  static Stream<Path> sources() throws IOException {
    return KernelSources.files().stream();
  }

  @ParameterizedTest
  @MethodSource("sources")
  void filesThatCommentsNameExist(Path source) throws IOException {
    List<String> files = new ArrayList<>();
    for (Path tree : List.of(Path.of("src"), Path.of("..", "kernels"))) {
      try (Stream<Path> walked = Files.walk(tree)) {
        walked.map(file -> file.getFileName().toString()).forEach(files::add);
      }
    }
    for (String named : namedIn(comments(source))) {
      assertThat(files).as("files of %s", source).anyMatch(file -> matches(named, file));
    }
  }

  private static String comments(Path source) throws IOException {
    return Pattern.compile("//[^\n]*")
        .matcher(Files.readString(source))
        .results()
        .map(result -> result.group())
        .collect(Collectors.joining("\n"));
  }

  private static List<String> namedIn(String text) {
    return FILE.matcher(text).results().map(result -> result.group()).toList();
  }

  private static boolean matches(String pattern, String file) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return matcher.matches(Path.of(file));
  }

  /** A header's line {@code Host} names the wrappers of the file's kernels. */
  @ParameterizedTest
  @MethodSource("sources")
  void headersNameTheirWrappers(Path source) throws IOException {
    TreeSet<String> wrappers = new TreeSet<>();
    for (KernelSources.Kernel kernel : KernelSources.kernels().values()) {
      if (kernel.file().equals(source)) {
        wrappersNaming(kernel.name()).forEach(w -> wrappers.add(w.getFileName().toString()));
      }
    }
    if (wrappers.isEmpty()) {
      return; // a header, or the file that includes all
    }
    Matcher host =
        Pattern.compile("// Host +(.*?) *(?:\n// )?Reference +(.*)").matcher(comments(source));
    assertThat(host.find()).as("%s says Host and Reference", source).isTrue();
    List<String> named = namedIn(host.group(1));
    assertThat(wrappers)
        .as("wrappers of %s", source)
        .allMatch(wrapper -> named.stream().anyMatch(pattern -> matches(pattern, wrapper)));
    assertThat(named)
        .as("wrappers that %s names", source)
        .allMatch(pattern -> wrappers.stream().anyMatch(wrapper -> matches(pattern, wrapper)));
    assertThat(namedIn(host.group(2))).as("references that %s names", source).isNotEmpty();
  }
}
