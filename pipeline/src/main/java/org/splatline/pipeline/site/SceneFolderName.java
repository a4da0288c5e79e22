package org.splatline.pipeline.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.splatline.gpu.io.Sha256;

/** Names of scenes as names of folders, of characters that mean the same in every address. */
final class SceneFolderName {
  private static final int LONGEST = 200;
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

  private SceneFolderName() {}

  /** Other characters become {@code ~} and their UTF-8 bytes in hexadecimal. No two names meet. */
  static String of(String sceneId) {
    StringBuilder name = new StringBuilder();
    for (byte b : sceneId.getBytes(UTF_8)) {
      name.append(PLAIN.indexOf(b) >= 0 ? String.valueOf((char) b) : "~%02X".formatted(b & 0xff));
    }
    if (name.length() > 0 && name.charAt(0) == '.') { // "..", and hidden folders
      name.replace(0, 1, "~2E");
    }
    return name.length() <= LONGEST
        ? name.toString()
        : name.substring(0, LONGEST - 17) + "~" + Sha256.of(sceneId).substring(0, 16);
  }
}
