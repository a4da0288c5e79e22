package org.splatline.gpu.metric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.splatline.gpu.metric.OnnxFile.Attribute;
import org.splatline.gpu.picture.FloatImage;

/**
 * LPIPS over an invented network of two convolutions: as an ONNX file, and as plain loops in double
 * by equation 1 of Zhang et al. 2018. The two only share the weights.
 */
public final class TinyLpips {
  private static final double[] SHIFT = {-0.03, -0.088, -0.188}; // of the official networks
  private static final double[] SCALE = {0.458, 0.448, 0.450};
  private static final double EPSILON = 1e-10;
  private static final int KERNEL = 3;

  /** A convolution with zeros outside and ReLU, and the weights of its channels' differences. */
  private record Layer(int in, int out, int stride, double[] kernel, double[] bias, double[] lin) {
    static Layer random(int in, int out, int stride, long seed) {
      Random random = new Random(seed);
      double[] kernel = new double[out * in * KERNEL * KERNEL];
      for (int i = 0; i < kernel.length; i++) {
        kernel[i] = (float) random.nextGaussian(0, 0.3);
      }
      double[] bias = new double[out];
      double[] lin = new double[out];
      for (int i = 0; i < out; i++) {
        bias[i] = (float) random.nextGaussian(0, 0.1);
        lin[i] = random.nextFloat();
      }
      return new Layer(in, out, stride, kernel, bias, lin);
    }
  }

  private static final Layer[] LAYERS = {Layer.random(3, 4, 1, 11), Layer.random(4, 5, 2, 12)};

  private TinyLpips() {}

  /** Writes the network below {@code folder}. */
  public static Path write(Path folder) throws IOException {
    return Files.write(folder.resolve("tiny-lpips.onnx"), onnx());
  }

  private static byte[] onnx() {
    OnnxFile file =
        new OnnxFile()
            .input("first", OnnxFile.FLOAT, 1, 3, OnnxFile.ANY, OnnxFile.ANY)
            .input("second", OnnxFile.FLOAT, 1, 3, OnnxFile.ANY, OnnxFile.ANY)
            .output("distance", OnnxFile.FLOAT, 1, 1, 1, 1)
            .weights("shift", SHIFT, 1, 3, 1, 1)
            .weights("scale", SCALE, 1, 3, 1, 1)
            .weights("epsilon", new double[] {EPSILON}, 1)
            .integers("channels", 1);
    for (int l = 0; l < LAYERS.length; l++) {
      Layer layer = LAYERS[l];
      file.weights("kernel" + l, layer.kernel(), layer.out(), layer.in(), KERNEL, KERNEL)
          .weights("bias" + l, layer.bias(), layer.out())
          .weights("lin" + l, layer.lin(), 1, layer.out(), 1, 1);
    }
    features(file, "first");
    features(file, "second");
    for (int l = 0; l < LAYERS.length; l++) {
      file.node("Sub", "first.unit%d second.unit%d".formatted(l, l), "difference" + l)
          .node("Mul", "difference%d difference%d".formatted(l, l), "square" + l)
          .node("Conv", "square%d lin%d".formatted(l, l), "weighted" + l)
          .node("ReduceMean", "weighted" + l, "mean" + l, new Attribute("axes", 2, 3));
    }
    return file.node("Add", "mean0 mean1", "distance").bytes();
  }

  /** The part of the graph that either picture goes through. */
  private static void features(OnnxFile file, String picture) {
    file.node("Sub", picture + " shift", picture + ".shifted")
        .node("Div", picture + ".shifted scale", picture + ".relu-1");
    for (int l = 0; l < LAYERS.length; l++) {
      String conv = picture + ".conv" + l;
      String relu = picture + ".relu" + l;
      String norm = picture + ".norm" + l;
      file.node(
              "Conv",
              "%s.relu%d kernel%d bias%d".formatted(picture, l - 1, l, l),
              conv,
              new Attribute("pads", 1, 1, 1, 1),
              new Attribute("strides", LAYERS[l].stride(), LAYERS[l].stride()))
          .node("Relu", conv, relu)
          .node("Mul", relu + " " + relu, norm + ".squares")
          .node("ReduceSum", norm + ".squares channels", norm + ".sum")
          .node("Sqrt", norm + ".sum", norm + ".root")
          .node("Add", norm + ".root epsilon", norm)
          .node("Div", relu + " " + norm, picture + ".unit" + l);
    }
  }

  /** The same by plain loops. */
  public static double distance(FloatImage a, FloatImage b, Lpips.Convention convention) {
    double[][][] first = scaled(a, convention);
    double[][][] second = scaled(b, convention);
    double distance = 0;
    for (Layer layer : LAYERS) {
      first = relu(layer, first);
      second = relu(layer, second);
      distance += mean(layer, first, second);
    }
    return distance;
  }

  /** [3][H][W] as the first layer takes it. */
  private static double[][][] scaled(FloatImage image, Lpips.Convention convention) {
    double[][][] planes = new double[3][image.height()][image.width()];
    for (int i = 0; i < image.rgb().length; i++) {
      double value = Math.max(0, Math.min(1, image.rgb()[i]));
      double fed =
          switch (convention) {
            case VGG -> value;
            case ALEX -> 2 * value - 1;
          };
      planes[i % 3][i / 3 / image.width()][i / 3 % image.width()] =
          (fed - SHIFT[i % 3]) / SCALE[i % 3];
    }
    return planes;
  }

  private static double[][][] relu(Layer layer, double[][][] in) {
    int height = (in[0].length - 1) / layer.stride() + 1;
    int width = (in[0][0].length - 1) / layer.stride() + 1;
    double[][][] out = new double[layer.out()][height][width];
    for (int c = 0; c < layer.out(); c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          out[c][y][x] =
              Math.max(0, convolved(layer, in, c, y * layer.stride(), x * layer.stride()));
        }
      }
    }
    return out;
  }

  private static double convolved(Layer layer, double[][][] in, int channel, int row, int column) {
    double sum = layer.bias()[channel];
    for (int d = 0; d < layer.in(); d++) {
      for (int i = 0; i < KERNEL; i++) {
        for (int j = 0; j < KERNEL; j++) {
          int y = row + i - 1;
          int x = column + j - 1;
          if (0 <= y && y < in[0].length && 0 <= x && x < in[0][0].length) {
            sum +=
                layer.kernel()[((channel * layer.in() + d) * KERNEL + i) * KERNEL + j]
                    * in[d][y][x];
          }
        }
      }
    }
    return sum;
  }

  /** Over the pixels, of the weighted squared differences of features of length 1. */
  private static double mean(Layer layer, double[][][] first, double[][][] second) {
    double sum = 0;
    int height = first[0].length;
    int width = first[0][0].length;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double a = length(first, y, x) + EPSILON;
        double b = length(second, y, x) + EPSILON;
        for (int c = 0; c < layer.out(); c++) {
          double difference = first[c][y][x] / a - second[c][y][x] / b;
          sum += layer.lin()[c] * difference * difference;
        }
      }
    }
    return sum / (height * width);
  }

  private static double length(double[][][] features, int y, int x) {
    double squares = 0;
    for (double[][] plane : features) {
      squares += plane[y][x] * plane[y][x];
    }
    return Math.sqrt(squares);
  }
}
