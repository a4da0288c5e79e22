package org.splatline.gpu.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.splatline.gpu.verdict.Failures.assertRefused;
import static org.splatline.gpu.verdict.Verdict.UNSUPPORTED_INPUT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link SpzMutationTest}, for the zip of a .sog and for the files in it. */
class SogMutationTest {
  private static final int CASES = Integer.getInteger("splatline.fuzz.cases", 500);

  @TempDir Path folder;
  private Map<String, byte[]> files;

  @BeforeEach
  void makeFiles() {
    files = SogBytes.byHand();
  }

  private Path file() {
    return folder.resolve("model.sog");
  }

  private void mutate(byte[] good, int least, Mutations.Packing packing) throws IOException {
    Mutations.check(good, CASES, least, packing, file(), SogFormat::read);
  }

  @Test
  void theZip() throws IOException {
    mutate(SogBytes.zip(files), CASES / 10, bytes -> bytes);
  }

  @Test
  void itsMeta() throws IOException {
    mutate(files.get(SogMeta.NAME), CASES / 10, bytes -> zipWith(SogMeta.NAME, bytes));
  }

  /** The decoder takes many of them: fewer are refused. */
  @Test
  void itsPictures() throws IOException {
    for (String name : pictures()) {
      Mutations.check(
          files.get(name),
          CASES / pictures().size(),
          1,
          bytes -> zipWith(name, bytes),
          file(),
          SogFormat::read);
    }
  }

  @Test
  void aPictureThatIsCutIsRefused() throws IOException {
    for (String name : pictures()) {
      byte[] good = files.get(name);
      for (int cut = 1; cut < good.length; cut += 1 + good.length / 10) {
        Files.write(file(), zipWith(name, Arrays.copyOf(good, good.length - cut)));
        assertRefused(UNSUPPORTED_INPUT, () -> SogFormat.read(file()), name + " cannot be used: ");
      }
    }
    Files.write(file(), SogBytes.zip(files));
    assertThat(SogFormat.read(file()).gaussians().size()).isEqualTo(4);
  }

  private List<String> pictures() {
    List<String> names = new ArrayList<>(files.keySet());
    names.remove(SogMeta.NAME);
    return names;
  }

  private byte[] zipWith(String name, byte[] bytes) throws IOException {
    Map<String, byte[]> changed = new LinkedHashMap<>(files);
    changed.put(name, bytes);
    return SogBytes.zip(changed);
  }
}
