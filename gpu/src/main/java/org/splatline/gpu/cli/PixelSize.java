package org.splatline.gpu.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A picture's size in px, as the command line takes it: {@code 980x545}. */
record PixelSize(int width, int height) {

  /** Takes two numbers from 1 to 99,999. */
  static final class Converter implements ITypeConverter<PixelSize> {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})");

    @Override
    public PixelSize convert(String text) {
      Matcher matcher = SIZE.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "%s is not a size. Write WIDTHxHEIGHT, for example 480x360".formatted(text));
      }
      return new PixelSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
  }
}
