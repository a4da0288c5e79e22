package org.splatline.gpu.geo;

/**
 * The place of a model on the earth.
 *
 * @param origin origin of the east-north-up frame
 * @param modelToEnu similarity from the model's units to metres in that frame
 */
public record Georeference(GeoPosition origin, Similarity modelToEnu) {}
