package org.splatline.gpu.format;

import java.util.Optional;
import org.splatline.gpu.gaussian.Gaussians;
import org.splatline.gpu.geo.Georeference;

/**
 * What a .ply holds.
 *
 * @param gaussians in the model's frame, whatever the file's is
 * @param antialiased to be rendered with Mip-Splatting's 2-D filter: a comment of the header,
 *     {@code SplatRenderMode: mip}; also understood: {@code antialiased 1}
 * @param enu the file's rows stand in this east-north-up frame, in metres, and its comments say so
 *     ({@link FrameComments}); empty: in the model's frame
 */
public record PlyModel(Gaussians gaussians, boolean antialiased, Optional<Georeference> enu) {

  /** In the model's frame. */
  public PlyModel(Gaussians gaussians, boolean antialiased) {
    this(gaussians, antialiased, Optional.empty());
  }
}
