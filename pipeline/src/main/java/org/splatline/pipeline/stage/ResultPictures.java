package org.splatline.pipeline.stage;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.splatline.gpu.metric.ViewMetrics;
import org.splatline.gpu.picture.AreaFilter;
import org.splatline.gpu.picture.FloatImage;
import org.splatline.gpu.picture.JpegWriter;
import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.picture.PictureReader;
import org.splatline.gpu.train.Evaluator;

/**
 * Writes the held-out views of a scene as pictures for people: as rendered, and as photographed.
 *
 * @param folder where they go
 */
record ResultPictures(Path folder) implements Evaluator.ViewListener {
  static final String RENDERS = "renders";
  static final String PHOTOGRAPHS = "photographs";
  static final String PREVIEW = "preview.jpg";

  private static final float JPEG_QUALITY = 0.92f;
  private static final int PREVIEW_WIDTH = 1280; // px, at most

  /** The path of a view's picture in {@code folder}. A name never leads out of it. */
  static String path(String folder, String view) {
    Path path = Path.of(folder).resolve(view + ".jpg").normalize();
    return path.startsWith(folder)
        ? path.toString().replace('\\', '/')
        : folder + "/" + view.replace('/', '_') + ".jpg";
  }

  @Override
  public void onView(String view, FloatImage rendered, FloatImage reference) {
    write(path(RENDERS, view), JpegWriter.quantized(rendered));
    write(path(PHOTOGRAPHS, view), JpegWriter.quantized(reference));
  }

  /** Writes the preview: the render whose PSNR is the median. */
  void writePreview(List<ViewMetrics> views) throws IOException {
    ViewMetrics median =
        views.stream()
            .sorted(Comparator.comparing(ViewMetrics::psnr))
            .toList()
            .get((views.size() - 1) / 2);
    Files.copy(folder.resolve(path(RENDERS, median.view())), folder.resolve(PREVIEW));
    narrowPreview();
  }

  /** Writes the preview. */
  void writePreview(FloatImage rendered) {
    write(PREVIEW, JpegWriter.quantized(rendered));
    narrowPreview();
  }

  private void narrowPreview() {
    Picture picture = PictureReader.read(folder.resolve(PREVIEW));
    if (picture.width() > PREVIEW_WIDTH) {
      int height =
          Math.max(1, Math.round((float) PREVIEW_WIDTH * picture.height() / picture.width()));
      write(PREVIEW, JpegWriter.image(AreaFilter.reduce(picture, PREVIEW_WIDTH, height)));
    }
  }

  private void write(String path, BufferedImage picture) {
    Path file = folder.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, JpegWriter.encode(picture, JPEG_QUALITY));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
