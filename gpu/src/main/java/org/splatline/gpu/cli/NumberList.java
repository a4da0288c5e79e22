package org.splatline.gpu.cli;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers with commas between them, as an option's value. */
record NumberList(double[] values) {

  /** Parses a list of a fixed length. */
  private abstract static class Converter implements ITypeConverter<NumberList> {
    private final String names;

    Converter(String names) {
      this.names = names;
    }

    @Override
    public NumberList convert(String text) {
      String[] words = text.split(",", -1);
      try {
        double[] values = Arrays.stream(words).mapToDouble(Double::parseDouble).toArray();
        if (values.length == names.split(",", -1).length
            && Arrays.stream(values).allMatch(Double::isFinite)) {
          return new NumberList(values);
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new TypeConversionException("%s is not %s".formatted(text, names));
    }
  }

  /** Two corners of a box. */
  static final class Box extends Converter {
    static final String NAMES = "X0,Y0,Z0,X1,Y1,Z1";

    Box() {
      super(NAMES);
    }
  }

  /** A similarity. */
  static final class Transform extends Converter {
    static final String NAMES = "SCALE,QW,QX,QY,QZ,X,Y,Z";

    Transform() {
      super(NAMES);
    }
  }
}
