package org.splatline.gpu.format;

import org.splatline.gpu.gaussian.Gaussians;

/**
 * What a .ply holds.
 *
 * @param antialiased to be rendered with Mip-Splatting's 2-D filter: a comment of the header,
 *     {@code SplatRenderMode: mip}; also understood: {@code antialiased 1}
 */
public record PlyModel(Gaussians gaussians, boolean antialiased) {}
