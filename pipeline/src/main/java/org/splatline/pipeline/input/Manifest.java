package org.splatline.pipeline.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.splatline.gpu.config.CanonicalJson;
import org.splatline.gpu.io.Parsers;
import org.splatline.gpu.media.Video;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * What a scene consists of.
 *
 * @param frames whether the photographs are a video's frames, in order
 * @param photographs all its files, used or not, in code-unit order of their names
 * @param made names of photographs that ingest made, and what from: frames of a video, HEIC as
 *     JPEG. They are in ingest's artifact, below {@link #MADE}
 * @param video the video that the photographs are taken from; null: none
 */
public record Manifest(
    String sceneId,
    boolean frames,
    List<Photograph> photographs,
    Map<String, String> made,
    Video video)
    implements Serializable {
  /** The folder with the photographs that ingest made. */
  public static final String MADE = "made";

  private static final ObjectMapper MAPPER = new ObjectMapper(Parsers.json());

  public Manifest {
    photographs = List.copyOf(photographs);
    made = made == null ? Map.of() : Map.copyOf(made); // manifests of earlier versions lack it
  }

  /** Whether the scene brings its cameras. */
  public boolean bringsModel() {
    return photographs.stream().anyMatch(file -> file.status() == Photograph.Status.MODEL);
  }

  /** The part of it that ingest made. */
  public Manifest partMade() {
    return part(true);
  }

  /** The part of it that was uploaded. */
  public Manifest partUploaded() {
    return part(false);
  }

  private Manifest part(boolean isMade) {
    return new Manifest(
        sceneId,
        frames,
        photographs.stream().filter(file -> made.containsKey(file.name()) == isMade).toList(),
        made,
        video);
  }

  /** The photographs that are used. */
  public List<Photograph> used() {
    return photographs.stream()
        .filter(photograph -> photograph.status() == Photograph.Status.USED)
        .toList();
  }

  /** The number of pixels of the largest photograph that is used; 0: none is. */
  public long mostPixels() {
    return used().stream()
        .mapToLong(photograph -> (long) photograph.width() * photograph.height())
        .max()
        .orElse(0);
  }

  /** The files that are not used, each with its reason. */
  public List<Photograph> rejected() {
    return photographs.stream().filter(Photograph::isRejected).toList();
  }

  /**
   * The sha256, hexadecimal, of the names and contents of all files that are not rejected. Scenes
   * with the same fingerprint are the same, whatever their name and place.
   */
  public String fingerprint() {
    TreeMap<String, String> contents = new TreeMap<>();
    for (Photograph photograph : photographs) {
      if (!photograph.isRejected()) {
        contents.put(photograph.name(), photograph.sha256());
      }
    }
    return CanonicalJson.sha256(contents);
  }

  /**
   * Throws {@link SceneException} when fewer than {@code minImages} photographs can be used: {@link
   * Verdict#TOO_LARGE}, {@link Verdict#UNSUPPORTED_INPUT}, {@link Verdict#HOSTILE_INPUT} or {@link
   * Verdict#UNREADABLE_IMAGES} when there are files but none can be used, else {@link
   * Verdict#FEW_IMAGES}.
   */
  public void requirePhotographs(int minImages) {
    int usable = used().size();
    List<Photograph> rejected = rejected();
    if (usable >= minImages) {
      return;
    }
    if (video != null && usable > 0) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          "Cannot ingest scene %s: its video %s shows motion enough for %s photographs, need %s. Film again while you walk around the subject."
              .formatted(sceneId, video.name(), usable, minImages));
    }
    if (usable > 0 || rejected.isEmpty()) {
      throw new SceneException(
          Verdict.FEW_IMAGES,
          ("Cannot ingest scene %s: it has %s readable photographs%s, need %s. Add photographs"
                  + " taken from other places; 30 or more make a good scene.")
              .formatted(sceneId, usable, andRejected(rejected), minImages));
    }
    throw noneUsable(rejected);
  }

  /** The verdict of the fault that all files share; UNREADABLE_IMAGES if they share none. */
  private SceneException noneUsable(List<Photograph> rejected) {
    Photograph.Status common = rejected.get(0).status();
    boolean alike = rejected.stream().allMatch(file -> file.status() == common);
    Verdict verdict =
        !alike
            ? Verdict.UNREADABLE_IMAGES
            : switch (common) {
              case TOO_LARGE -> Verdict.TOO_LARGE;
              case UNSUPPORTED -> Verdict.UNSUPPORTED_INPUT;
              case BAD_NAME -> Verdict.HOSTILE_INPUT;
              case UNREADABLE, BLURRED, DUPLICATE, USED, MODEL -> Verdict.UNREADABLE_IMAGES;
            };
    return new SceneException(
        verdict,
        "Cannot ingest scene %s: none of its %s files can be used%s. %s"
            .formatted(sceneId, rejected.size(), first(rejected), advice(verdict)));
  }

  private static String advice(Verdict verdict) {
    return switch (verdict) {
      case TOO_LARGE -> "Reduce the photographs or raise limits.image-pixels.";
      case HOSTILE_INPUT -> "Give the files plain names: letters, digits, - and _.";
      default -> "Give JPEG or PNG photographs, 8 bits per channel, that open in a viewer.";
    };
  }

  private static String andRejected(List<Photograph> rejected) {
    return rejected.isEmpty()
        ? ""
        : " and %s files that cannot be used%s".formatted(rejected.size(), first(rejected));
  }

  private static String first(List<Photograph> rejected) {
    Photograph example = rejected.get(0);
    return " (%s: %s)".formatted(example.name(), example.reason());
  }

  /** The manifest as JSON, for {@link #fromJson}. */
  public String toJson() {
    return CanonicalJson.write(MAPPER.valueToTree(this));
  }

  /** Throws {@link IllegalArgumentException} when {@code json} is not a manifest. */
  public static Manifest fromJson(String json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      return MAPPER.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid manifest: " + e.getOriginalMessage() + ". Ingest the scene again.", e);
    }
  }
}
