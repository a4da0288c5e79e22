package org.splatline.gpu.format;

import java.util.Optional;
import org.splatline.gpu.gaussian.GaussianTransform;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.Georeference;

/**
 * The content of a model file, such as a .ply.
 *
 * @param gaussians in the model's frame, whatever the frame of the file is
 * @param antialiased the model needs Mip-Splatting's 2-D filter. A comment of the header says so:
 *     {@code SplatRenderMode: mip} or {@code antialiased 1}
 * @param enu the east-north-up frame of the file's rows, in metres, which its comments describe
 *     ({@link FrameComments}); empty: the rows are in the model's frame
 */
public record PlyModel(Gaussians gaussians, boolean antialiased, Optional<Georeference> enu) {

  /** A model in its own frame. */
  public PlyModel(Gaussians gaussians, boolean antialiased) {
    this(gaussians, antialiased, Optional.empty());
  }

  /** The Gaussians as the rows of a file hold them: in the east-north-up frame if there is one. */
  public Gaussians inFileFrame() {
    return enu.map(frame -> GaussianTransform.apply(frame.modelToEnu(), gaussians))
        .orElse(gaussians);
  }

  /** The opposite: Gaussians of a file's rows, in the model's frame. */
  public Gaussians inModelFrame(Gaussians rows) {
    return enu.map(frame -> GaussianTransform.apply(frame.modelToEnu().inverse(), rows))
        .orElse(rows);
  }
}
