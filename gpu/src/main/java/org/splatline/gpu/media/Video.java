package org.splatline.gpu.media;

import java.io.Serializable;

/**
 * The video whose frames are a scene's photographs.
 *
 * @param name its file's name
 * @param width px, upright
 * @param height px, upright
 * @param seconds its length as it says itself
 * @param frames number of its frames
 * @param kept number of frames that became photographs
 * @param tool what decoded it, with its version
 */
public record Video(
    String name, int width, int height, double seconds, int frames, int kept, String tool)
    implements Serializable {}
