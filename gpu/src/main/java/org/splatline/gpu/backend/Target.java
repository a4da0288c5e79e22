package org.splatline.gpu.backend;

import org.splatline.gpu.picture.KeptPicture;
import org.splatline.gpu.scene.Camera;

/**
 * A picture to train on. {@code camera} has the size to train at; {@code picture} has this size or
 * is larger.
 */
public record Target(Camera camera, KeptPicture picture) {}
