package org.splatline.gpu.backend;

import org.splatline.gpu.scene.Camera;
import org.splatline.gpu.scene.Picture;

/** A picture to reach; {@code camera} has the size to train at, {@code picture} that or larger. */
public record Target(Camera camera, Picture picture) {}
