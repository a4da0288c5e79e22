package org.splatline.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.splatline.gpu.io.Sha256;

/** Checks the scripts of {@code bin/} and {@code .ci/} with bash, ShellCheck and Python. */
class ScriptsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize(); // Maven's, from gpu

  private static List<String> scripts() throws IOException {
    List<String> scripts = new ArrayList<>();
    for (String folder : List.of("bin", ".ci")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files.map(Path::toString).sorted().forEach(scripts::add);
      }
    }
    for (String more :
        List.of(
            "conf/getGpus.sh",
            "conf/emr/bootstrap.sh",
            "conf/emr/examples/airflow_dag.py",
            "pipeline/src/test/emr/aws")) {
      scripts.add(ROOT.resolve(more).toString());
    }
    return scripts;
  }

  private static boolean isPython(String script) {
    try {
      return script.endsWith(".py")
          || Files.readString(Path.of(script)).startsWith("#!/usr/bin/env python3");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> shellScripts() throws IOException {
    return scripts().stream().filter(script -> !isPython(script)).toList();
  }

  @Test
  void pythonParsesThem() throws IOException, InterruptedException {
    assumeTrue(isInstalled("python3"), "no python3: apt-get install python3");
    String parse =
        "import ast, pathlib as p, sys; [ast.parse(p.Path(f).read_text(), f) for f in sys.argv[1:]]";
    List<String> command = new ArrayList<>(List.of("python3", "-W", "error", "-c", parse));
    scripts().stream().filter(ScriptsTest::isPython).forEach(command::add);
    assertThat(command).anyMatch(script -> script.endsWith("/bin/matrix"));
    assertThat(run(command)).isEmpty();
  }

  @Test
  void bashParsesThem() throws IOException, InterruptedException {
    for (String script : shellScripts()) {
      assertThat(run(List.of("bash", "-n", script))).as(script).isEmpty();
    }
  }

  @Test
  void allExceptTheSharedPartAreExecutable() throws IOException {
    assertThat(scripts())
        .filteredOn(script -> !script.endsWith(".sh") && !script.endsWith(".py"))
        .isNotEmpty()
        .allMatch(script -> Files.isExecutable(Path.of(script)));
  }

  @Test
  void shellCheckFindsNothing() throws IOException, InterruptedException {
    assumeTrue(isInstalled("shellcheck"), "no shellcheck: apt-get install shellcheck");
    List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources"));
    command.addAll(shellScripts());
    assertThat(run(command)).isEmpty();
  }

  @Test
  void javaSeesNamesInAnyLanguage() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "source \"$0\" && locale charmap", ROOT + "/bin/lib.sh");
    builder.environment().put("LC_ALL", "C");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.strip()).isEqualTo("UTF-8");
  }

  /** The output of Spark's discovery script, with a fake nvidia-smi that prints {@code gpus}. */
  private static String discovered(Path folder, String gpus, String visible)
      throws IOException, InterruptedException {
    Path tool = folder.resolve("nvidia-smi");
    Files.writeString(tool, "#!/bin/sh\ncat <<'GPUS'\n" + gpus + "GPUS\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder = new ProcessBuilder(ROOT.resolve("conf/getGpus.sh").toString());
    builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    builder.environment().remove("CUDA_VISIBLE_DEVICES");
    if (visible != null) {
      builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
    }
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  @Test
  void gpusAreDiscovered(@TempDir Path folder) throws IOException, InterruptedException {
    String two = "GPU 0: NVIDIA L4 (UUID: GPU-1)\nGPU 1: NVIDIA L4 (UUID: GPU-2)\n";
    String cut = "GPU 0: NVIDIA H100 (UUID: GPU-1)\n  MIG 3g.40gb Device 0: (UUID: MIG-1)\n";
    String none = "{\"name\":\"gpu\",\"addresses\":[]}";
    String one = "{\"name\":\"gpu\",\"addresses\":[\"0\"]}";
    String both = "{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}";
    assertThat(discovered(folder, two, null)).isEqualTo(both);
    assertThat(discovered(folder, two, "1")).isEqualTo(one);
    assertThat(discovered(folder, two, "GPU-2,0")).isEqualTo(both);
    assertThat(discovered(folder, two, "0,7,1")).as("7 hides 1").isEqualTo(one);
    assertThat(discovered(folder, two, "7")).isEqualTo(none);
    assertThat(discovered(folder, two, "")).isEqualTo(none);
    assertThat(discovered(folder, cut, null)).isEqualTo(one);
    assertThat(discovered(folder, cut, "MIG-1")).isEqualTo(one);
    assertThat(discovered(folder, "No devices were found\n", null)).isEqualTo(none);
  }

  /** The PATH has only the tools that the script needs, and the fake /usr/local is empty. */
  @Test
  void withoutNvccTheKernelsBuildGoesOn(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("dirname", "mkdir", "rm", "cat", "cut", "sha256sum")) {
      Files.createSymbolicLink(tools.resolve(tool), onPath(tool));
    }
    String script = Files.readString(ROOT.resolve("kernels/build-fatbin"));
    Path moved = folder.resolve("build-fatbin");
    Files.writeString(moved, script.replace("/usr/local/", folder + "/local/"));
    Files.writeString(Files.createDirectory(folder.resolve("src")).resolve("a.cu"), "kernel");
    Files.writeString(Files.createDirectory(folder.resolve("include")).resolve("a.cuh"), "s");
    Path out = folder.resolve("classes/kernels");
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", moved.toString(), out.toString());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines())
        .containsExactly(
            "kernels: no nvcc (CUDA_HOME, PATH, /usr/local/cuda*): building without the CUDA backend"
                .replace("/usr/local/", folder + "/local/"));
    assertThat(out.resolve("splatline.fatbin")).doesNotExist();
    assertThat(Files.readAllLines(out.resolve("build.properties")))
        .containsExactly(
            "architectures=", "toolkit=", "least-driver=0", "sources=" + Sha256.of("kernels"));
  }

  private static boolean isInstalled(String tool) {
    return places(tool).findAny().isPresent();
  }

  private static Path onPath(String tool) {
    return places(tool).findFirst().orElseThrow();
  }

  private static Stream<Path> places(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
