package org.splatline.gpu.scene;

import java.nio.file.Path;

/**
 * One registered photograph.
 *
 * @param name its file name, the key by which views are sorted and split
 * @param camera of the photograph at the size it is stored in
 * @param image the file
 */
public record View(String name, Camera camera, Path image) {}
