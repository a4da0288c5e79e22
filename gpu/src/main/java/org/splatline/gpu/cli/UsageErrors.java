package org.splatline.gpu.cli;

import java.util.List;
import java.util.Map;
import org.splatline.gpu.config.EditDistance;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Explains an unusable command line in one line, with the nearest command or option. */
final class UsageErrors implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .printf("%s Usage: %s --help%n", sentence(e), command.getCommandSpec().qualifiedName());
    command.getErr().flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String sentence(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unknown(unmatched.getUnmatched().get(0), e.getCommandLine());
    }
    return e.getMessage().lines().findFirst().orElse("Wrong usage").replaceAll("\\.$", "") + ".";
  }

  private static String unknown(String argument, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    if (argument.startsWith("-")) {
      String name = argument.replaceFirst("=.*", "");
      List<String> options =
          spec.options().stream().filter(o -> !o.hidden()).map(OptionSpec::longestName).toList();
      return "Unknown option '%s'%s".formatted(name, nearest(name, options));
    }
    List<String> commands =
        command.getSubcommands().entrySet().stream()
            .filter(sub -> !sub.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .toList();
    return commands.isEmpty()
        ? "Unexpected argument '%s'.".formatted(argument)
        : "Unknown command '%s'%s".formatted(argument, nearest(argument, commands));
  }

  private static String nearest(String word, List<String> known) {
    return ". Did you mean '%s'?".formatted(EditDistance.nearest(word, known));
  }
}
