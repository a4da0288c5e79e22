package org.splatline.pipeline.cli;

import java.util.ArrayList;
import java.util.List;
import org.splatline.gpu.PlainText;

/** A table as plain text: columns as wide as their widest cell, words left, numbers right. */
final class TextTable {
  private static final String NUMBER = "-?[0-9][0-9,]*(\\.[0-9]+)?(E-?[0-9]+)?|";

  private final List<List<String>> lines = new ArrayList<>();

  TextTable(List<String> headings) {
    lines.add(List.copyOf(headings));
  }

  /** Adds a line with one cell per heading, as {@link PlainText}. */
  void add(List<String> cells) {
    lines.add(cells.stream().map(PlainText::line).toList());
  }

  @Override
  public String toString() {
    int columns = lines.get(0).size();
    String[] formats = new String[columns];
    for (int i = 0; i < columns; i++) {
      formats[i] = format(i);
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        row.append(i == 0 ? "" : "  ").append(String.format(formats[i], line.get(i)));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private String format(int column) {
    List<String> cells = lines.stream().map(line -> line.get(column)).toList();
    int width = cells.stream().mapToInt(String::length).max().orElse(0);
    boolean numbers = cells.stream().skip(1).allMatch(cell -> cell.matches(NUMBER));
    return "%" + (numbers ? "" : "-") + Math.max(1, width) + "s";
  }
}
