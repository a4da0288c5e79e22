package org.splatline.gpu.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    List<String> names = new ArrayList<>(files.keySet());
    names.remove(SogMeta.NAME);
    for (String name : names) {
      Mutations.check(
          files.get(name),
          CASES / names.size(),
          1,
          bytes -> zipWith(name, bytes),
          file(),
          SogFormat::read);
    }
  }

  private byte[] zipWith(String name, byte[] bytes) throws IOException {
    files.put(name, bytes);
    return SogBytes.zip(files);
  }
}
