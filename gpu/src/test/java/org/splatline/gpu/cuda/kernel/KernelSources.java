package org.splatline.gpu.cuda.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The parts of the kernels' sources that Java must agree with. */
final class KernelSources {
  private static final Path ROOT = Path.of("..", "kernels");
  private static final Pattern KERNEL =
      Pattern.compile(
          "extern \"C\" __global__ void (?:__launch_bounds__\\([^)]*\\) )?(\\w+)\\((.*?)\\)\\s*\\{",
          Pattern.DOTALL);
  private static final Pattern STRUCT =
      Pattern.compile("^struct (\\w+) \\{\\n(.*?)\\n\\};", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern MEMBER =
      Pattern.compile("(?:const )?([\\w ]+?)\\s*(\\*?)\\s*(\\w+)(?:\\[(\\w+(?: \\+ \\w+)?)])?");

  private KernelSources() {}

  /**
   * A parameter of a kernel.
   *
   * @param type as in C, without const, __restrict__ and template arguments; a pointer's type ends
   *     with {@code *}
   */
  record Parameter(String type, String name) {
    boolean isPointer() {
      return type.endsWith("*");
    }
  }

  /**
   * A member of a struct.
   *
   * @param type written as in {@link Parameter}
   * @param length of an array; 0 if it is not an array
   */
  record Member(String type, String name, int length) {
    int size() {
      return type.endsWith("*") ? Long.BYTES : Integer.BYTES;
    }
  }

  /**
   * A struct.
   *
   * @param file where it is defined
   */
  record Struct(String name, Path file, List<Member> members) {}

  /** A kernel. */
  record Kernel(String name, Path file, List<Parameter> parameters) {}

  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("include", "src")) {
      try (Stream<Path> listed = Files.list(ROOT.resolve(folder))) {
        listed.sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static String withoutComments(Path file) throws IOException {
    return Files.readString(file).replaceAll(" *//[^\n]*", "");
  }

  /** All kernels by name. */
  static Map<String, Kernel> kernels() throws IOException {
    Map<String, Kernel> kernels = new TreeMap<>();
    for (Path file : files()) {
      Matcher matcher = KERNEL.matcher(withoutComments(file));
      while (matcher.find()) {
        String name = matcher.group(1);
        kernels.put(name, new Kernel(name, file, parameters(matcher.group(2))));
      }
    }
    return kernels;
  }

  private static List<Parameter> parameters(String list) {
    return Arrays.stream(list.replace("__restrict__", " ").split(",", -1))
        .map(text -> text.replaceAll("<\\w+>|\\bconst\\b", " ").strip().replaceAll("\\s+", " "))
        .map(
            text -> {
              int at = text.replace('*', ' ').lastIndexOf(' ') + 1;
              String type = text.substring(0, at).replace(" *", "*").strip();
              return new Parameter(type, camelCase(text.substring(at)));
            })
        .toList();
  }

  /** The structs that kernels take by value, by name. */
  static Map<String, Struct> structs() throws IOException {
    Set<String> taken =
        kernels().values().stream()
            .flatMap(kernel -> kernel.parameters().stream())
            .map(Parameter::type)
            .collect(Collectors.toSet());
    Map<String, Struct> structs = new TreeMap<>();
    for (Path file : files()) {
      Matcher matcher = STRUCT.matcher(withoutComments(file));
      while (matcher.find()) {
        if (taken.contains(matcher.group(1))) {
          structs.put(
              matcher.group(1), new Struct(matcher.group(1), file, members(matcher.group(2))));
        }
      }
    }
    return structs;
  }

  private static List<Member> members(String body) throws IOException {
    List<Member> members = new ArrayList<>();
    for (String declaration : body.split(";", -1)) {
      String type = null;
      for (String declarator : declaration.strip().split("\\s*,\\s*", -1)) {
        if (declarator.isEmpty()) {
          continue;
        }
        Matcher matcher = MEMBER.matcher(type == null ? declarator : type + " " + declarator);
        if (!matcher.matches()) {
          throw new IllegalStateException("Cannot parse a struct's member: " + declarator);
        }
        type = matcher.group(1);
        members.add(
            new Member(
                type + matcher.group(2), camelCase(matcher.group(3)), length(matcher.group(4))));
      }
    }
    return members;
  }

  /** The value of a number, or of a sum of constants and numbers. */
  private static int length(String text) throws IOException {
    if (text == null) {
      return 0;
    }
    int sum = 0;
    for (String part : text.split(" \\+ ", -1)) {
      sum += part.matches("\\d+") ? Integer.parseInt(part) : constant(part);
    }
    return sum;
  }

  private static int constant(String name) throws IOException {
    Pattern define = Pattern.compile("#define " + name + " (\\d+)");
    for (Path file : files()) {
      Matcher matcher = define.matcher(Files.readString(file));
      if (matcher.find()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw new IllegalStateException("Cannot find the constant " + name);
  }

  private static String camelCase(String name) {
    String words =
        Arrays.stream(name.split("_", -1))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
  }
}
