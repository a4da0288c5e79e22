package org.splatline.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Each line of the pages that calls {@code bin/splatline} has a command and options that exist. */
class DocumentedLinesTest {
  private static final Path ROOT = Path.of("..");

  /** A line of a block, or a piece of text in backticks; a block's line may go on after \. */
  private static final Pattern LINE =
      Pattern.compile("(?m)(^(?:    |\\$ )?|`)bin/splatline ((?:[^\n`#]|\\\\\n)+)");

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  /** Values in place of words that stand for numbers. */
  private static final Map<String, String> VALUES =
      Map.of(
          "N", "9",
          "S", "9",
          "DAYS", "9",
          "--sh-degree=D", "--sh-degree=3",
          "--max-gaussians=N", "--max-gaussians=9",
          "--crop=X0,Y0,Z0,X1,Y1,Z1", "--crop=0,0,0,1,1,1",
          "--transform=SCALE,QW,QX,QY,QZ,X,Y,Z", "--transform=1,1,0,0,0,0,0,0");

  @Test
  void areAccepted() throws IOException {
    List<String> refused = new ArrayList<>();
    int lines = 0;
    for (Path page : pages()) {
      Matcher line = LINE.matcher(Files.readString(page));
      while (line.find()) {
        List<String> words = words(line.group(2));
        if (words.isEmpty() || words.get(0).startsWith("<") || words.get(0).startsWith("…")) {
          continue;
        }
        lines++;
        try {
          Splatline.commandLine().parseArgs(words.toArray(String[]::new));
        } catch (CommandLine.MissingParameterException e) {
          if (!line.group(1).equals("`")) { // a sentence only names the command
            refused.add(page + ": " + String.join(" ", words) + ": " + e.getMessage());
          }
        } catch (CommandLine.ParameterException e) {
          refused.add(page + ": " + String.join(" ", words) + ": " + e.getMessage());
        }
      }
    }
    assertThat(lines).isGreaterThan(60);
    assertThat(refused).isEmpty();
  }

  /** Without the brackets of what may be left out; of values to choose from, the first. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line.replace("\\\n", " "));
    while (word.find()) {
      String text = word.group(1) != null ? word.group(1) : word.group(2);
      if (text == null) {
        text = VALUES.getOrDefault(bare(word.group(3)), bare(word.group(3)));
        if (text.matches("[|>&;].*") || text.isEmpty()) {
          break;
        }
      }
      words.add(text);
    }
    words.removeIf(text -> text.equals("…") || text.equals("..."));
    return words;
  }

  private static String bare(String word) {
    String text = word.replaceAll("^\\[+|[|].*", "");
    return text.contains("[") ? text : text.replaceAll("]+$", "");
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.toString().contains("decisions")) // they tell of their own day
          .sorted()
          .forEach(pages::add);
    }
    return pages;
  }
}
