/**
 * The place of a model on the earth: WGS 84, local east-north-up frames, and the similarity from
 * the model's units to metres, computed from the GPS positions of its photographs. All in double,
 * without a device and without Gaussians.
 */
package org.splatline.gpu.geo;
