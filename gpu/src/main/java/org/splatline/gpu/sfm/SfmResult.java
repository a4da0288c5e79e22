package org.splatline.gpu.sfm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A scene's cameras and points, and how they were found.
 *
 * @param shortfall what the model lacks, one sentence; empty: nothing
 * @param matcher COLMAP's matching command, {@code exhaustive} or {@code sequential}
 * @param matcherReason why this matching
 * @param modelsFound sub-models; the best one is used
 * @param registered photographs with a camera
 * @param readable photographs COLMAP could read
 * @param points 3-D points
 * @param observations features that show a point of the model
 * @param meanErrorPx mean reprojection error in the photographs as taken, px
 * @param meanTrackLength mean number of photographs that see a point
 * @param secondsByCommand of each COLMAP command, in the order they ran
 * @param colmapVersion as in {@code 3.8}
 * @param sceneFolder undistorted: {@code images/} and {@code sparse/0/}, PINHOLE
 */
public record SfmResult(
    String shortfall,
    String matcher,
    String matcherReason,
    int modelsFound,
    int registered,
    int readable,
    int points,
    long observations,
    double meanErrorPx,
    double meanTrackLength,
    Map<String, Double> secondsByCommand,
    String colmapVersion,
    Path sceneFolder) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SCENE_FOLDER = "sceneFolder";

  public SfmResult {
    secondsByCommand = Collections.unmodifiableMap(new LinkedHashMap<>(secondsByCommand));
  }

  /** Writes everything except the folder's path, as JSON. */
  public void writeTo(Path file) throws IOException {
    ObjectNode json = MAPPER.valueToTree(this);
    json.remove(SCENE_FOLDER);
    Files.writeString(file, json.toPrettyString());
  }

  /** Reads what {@link #writeTo} wrote; the scene is now in {@code sceneFolder}. */
  public static SfmResult read(Path file, Path sceneFolder) throws IOException {
    ObjectNode json = (ObjectNode) MAPPER.readTree(Files.readString(file));
    json.put(SCENE_FOLDER, sceneFolder.toUri().toString());
    return MAPPER.treeToValue(json, SfmResult.class);
  }
}
