package org.splatline.pipeline.config;

import java.net.URI;

/** Tells whether a setting is an address that an HTTP client can use. */
final class HttpAddress {
  private HttpAddress() {}

  /** Whether the text has scheme {@code http} or {@code https}, and a host. */
  static boolean is(String text) {
    try {
      URI uri = URI.create(text);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
