package org.splatline.gpu.geo;

/**
 * Where a model lies on the earth.
 *
 * @param origin of the east-north-up frame
 * @param modelToEnu from the model's units to metres in that frame
 */
public record Georeference(GeoPosition origin, Similarity modelToEnu) {}
