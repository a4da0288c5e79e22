package org.splatline.gpu.backend;

import org.splatline.gpu.picture.Picture;
import org.splatline.gpu.scene.Camera;

/** A picture to reach; {@code camera} has the size to train at, {@code picture} that or larger. */
public record Target(Camera camera, Picture picture) {}
