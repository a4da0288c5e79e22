package org.splatline.pipeline;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Draws which package sees which, as a Mermaid graph. An arrow that follows from two others is left
 * out: if {@code a} sees {@code b} and {@code b} sees {@code c}, then {@code a} may see {@code c}.
 */
final class PackagePicture {
  private static final String ROOT = "org.splatline.";

  private final Map<String, Set<String>> arrows = new TreeMap<>();

  PackagePicture(JavaClasses classes) {
    for (JavaClass from : classes) {
      if (!from.getPackageName().startsWith(ROOT)) {
        continue;
      }
      Set<String> seen =
          arrows.computeIfAbsent(name(from.getPackageName()), name -> new TreeSet<>());
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getPackageName())
          .filter(to -> to.startsWith(ROOT) && !to.equals(from.getPackageName()))
          .forEach(to -> seen.add(name(to)));
    }
  }

  private static String name(String packageName) {
    return packageName.substring(ROOT.length());
  }

  /** Packages that see each other, directly or through others; empty: none do. */
  Set<String> inCycles() {
    Set<String> cyclic = new TreeSet<>();
    for (String from : arrows.keySet()) {
      if (reachable(from).contains(from)) {
        cyclic.add(from);
      }
    }
    return cyclic;
  }

  /** One Mermaid graph, with a box for each of {@code modules}. */
  String mermaid(List<String> modules) {
    StringBuilder text = new StringBuilder("```mermaid\nflowchart TD\n");
    for (String module : modules) {
      text.append("  subgraph ").append(module).append('\n');
      arrows.keySet().stream()
          .filter(name -> name.startsWith(module + "."))
          .forEach(name -> text.append("    ").append(node(name)).append('\n'));
      text.append("  end\n");
    }
    arrows.forEach(
        (from, all) ->
            all.stream()
                .filter(to -> isInModule(from, modules) && isInModule(to, modules))
                .filter(to -> isNeeded(from, to))
                .forEach(to -> text.append("  %s --> %s\n".formatted(id(from), id(to)))));
    return text.append("```\n").toString();
  }

  private static boolean isInModule(String name, List<String> modules) {
    return modules.stream().anyMatch(module -> name.startsWith(module + "."));
  }

  private boolean isNeeded(String from, String to) {
    return arrows.get(from).stream()
        .filter(between -> !between.equals(to))
        .noneMatch(between -> reachable(between).contains(to));
  }

  private Set<String> reachable(String from) {
    Set<String> found = new TreeSet<>();
    collect(from, found);
    return found;
  }

  private void collect(String from, Set<String> found) {
    for (String to : arrows.getOrDefault(from, Set.of())) {
      if (found.add(to)) {
        collect(to, found);
      }
    }
  }

  private static String node(String name) {
    return "%s[%s]".formatted(id(name), name.substring(name.indexOf('.') + 1));
  }

  private static String id(String name) {
    return name.replace('.', '_');
  }
}
