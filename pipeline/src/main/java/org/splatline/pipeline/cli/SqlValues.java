package org.splatline.pipeline.cli;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** Values of a query's named parameters. Their spelling decides their type. */
final class SqlValues {
  private SqlValues() {}

  /** Parses integers, decimals, true and false. Any other value is a string. */
  static Map<String, Object> of(Map<String, String> texts) {
    Map<String, Object> values = new TreeMap<>();
    texts.forEach((name, text) -> values.put(name, value(text)));
    return values;
  }

  private static Object value(String text) {
    if (text.matches("-?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    if (text.matches("-?\\d{1,18}\\.\\d{1,18}")) {
      return new BigDecimal(text);
    }
    return text.matches("true|false") ? (Object) Boolean.valueOf(text) : text;
  }
}
