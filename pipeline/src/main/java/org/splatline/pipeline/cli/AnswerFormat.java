package org.splatline.pipeline.cli;

import java.util.Locale;

/** How {@code splatline sql} writes an answer. All formats but {@code TABLE} hold every row. */
enum AnswerFormat {
  TABLE,
  CSV,
  JSON,
  PARQUET;

  /** The name as the command line has it, in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The ending of a file in this format. */
  String ending() {
    return this == TABLE ? ".txt" : "." + this;
  }
}
