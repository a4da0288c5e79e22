package org.splatline.pipeline.table;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.splatline.gpu.PlainText;
import org.splatline.gpu.metric.SceneMetrics;
import org.splatline.gpu.verdict.Verdict;

/**
 * One attempt at a scene. JSON and the table show the groups' components in their place.
 *
 * @param photographs null if the scene wasn't ingested
 * @param cameras null if the scene wasn't reconstructed, or brought its cameras
 * @param alignment null if the model isn't aligned to the earth
 * @param cost null in a row of a version that didn't compute it, and before the attempt's end
 * @param tasks its components are null in a row of a version that didn't record them; null before
 *     the attempt's end
 */
@JsonDeserialize(using = FlatRecordReader.class)
public record SceneRunRow(
    @JsonUnwrapped AttemptKey key,
    @JsonUnwrapped Answer answer,
    @JsonUnwrapped Places places,
    @JsonUnwrapped Settings settings,
    @JsonUnwrapped Times times,
    PhotographCounts photographs,
    CameraCounts cameras,
    Alignment alignment,
    @JsonUnwrapped Model model,
    Cost cost,
    @JsonUnwrapped Tasks tasks)
    implements AttemptRow, Serializable {

  /**
   * How the attempt ended.
   *
   * @param published whether this is the scene's final answer in the run
   * @param verdictDetail one sentence; empty when OK
   * @param stage the last stage that started: {@code ingest}, {@code sfm}, {@code train}, {@code
   *     evaluate} or {@code publish}
   */
  public record Answer(boolean published, Verdict verdict, String verdictDetail, String stage)
      implements Serializable {
    public Answer {
      verdictDetail = PlainText.line(verdictDetail);
    }
  }

  /**
   * Where the attempt's input and output are.
   *
   * @param sourceUri the scene's folder
   * @param resultUri the attempt's files
   */
  public record Places(String sourceUri, String resultUri) implements Serializable {
    public Places {
      sourceUri = PlainText.line(sourceUri);
    }
  }

  /** The configuration of the run. */
  public record Settings(String profile, String configHash) implements Serializable {}

  /**
   * When the attempt ran.
   *
   * @param reused stages whose result was already in the store
   */
  public record Times(Instant startedAt, Instant endedAt, StageSeconds seconds, List<String> reused)
      implements Serializable {
    public Times {
      reused = List.copyOf(reused);
    }
  }

  /**
   * The trained model.
   *
   * @param metrics null if the scene wasn't trained
   * @param modelBytes size of all exported files; null if the scene wasn't trained
   */
  public record Model(SceneMetrics metrics, Long modelBytes) implements Serializable {
    public static final Model NONE = new Model(null, null);
  }

  /**
   * How the attempt's tasks ran.
   *
   * @param applicationId Spark's application
   * @param queueSeconds time that tasks waited for a place to run, with the time of tasks that were
   *     lost and repeated
   * @param resumes how often training continued from a checkpoint, in earlier attempts too; null if
   *     the scene wasn't trained in this attempt
   * @param cudaDriver the newest CUDA that the driver of the GPU supports; null if no GPU was used
   */
  public record Tasks(String applicationId, Double queueSeconds, Integer resumes, String cudaDriver)
      implements Serializable {}

  public boolean published() {
    return answer.published();
  }

  public Verdict verdict() {
    return answer.verdict();
  }

  public String verdictDetail() {
    return answer.verdictDetail();
  }

  public String stage() {
    return answer.stage();
  }

  public StageSeconds seconds() {
    return times.seconds();
  }

  public SceneMetrics metrics() {
    return model.metrics();
  }

  /** The same row as the scene's final answer. */
  public SceneRunRow asPublished() {
    Answer published = new Answer(true, verdict(), verdictDetail(), stage());
    return new SceneRunRow(
        key,
        published,
        places,
        settings,
        times,
        photographs,
        cameras,
        alignment,
        model,
        cost,
        tasks);
  }

  /**
   * Seconds in each stage. A stage whose result was reused takes little time.
   *
   * @param ingest null if the stage didn't start, as for {@code sfm} and {@code train}
   */
  public record StageSeconds(Double ingest, Double sfm, Double train, double attempt)
      implements Serializable {}

  /**
   * What was found in the scene's folder.
   *
   * @param fingerprint sha256 of names and contents
   * @param used readable photographs
   * @param rejected files that were left out
   * @param camera the most frequent make and model; null if no photograph names one
   * @param bytes size of all files, used or not; null in a row of version 2
   * @param place where they were taken; null if no photograph has a position, or in a row of
   *     version 2
   */
  public record PhotographCounts(
      String fingerprint, int used, int rejected, String camera, Long bytes, Place place)
      implements Serializable {}

  /** The bounding box of the photographs' positions, degrees. */
  public record Place(double south, double north, double west, double east)
      implements Serializable {}

  /**
   * What COLMAP found.
   *
   * @param registered photographs with a camera
   * @param points 3-D points
   * @param meanErrorPx mean reprojection error, px
   */
  public record CameraCounts(int registered, int points, double meanErrorPx)
      implements Serializable {}

  /**
   * How well GPS agrees with the model.
   *
   * @param images photographs whose position agrees
   * @param horizontalRms m
   * @param verticalRms m
   */
  public record Alignment(int images, double horizontalRms, double verticalRms)
      implements Serializable {}

  /**
   * The machines that the attempt's tasks used, and their cost. Tasks that were lost don't count.
   *
   * @param cpu cores, for ingest, structure from motion, publishing, and training without a GPU
   * @param gpu GPUs, for training
   */
  public record Cost(Share cpu, Share gpu) implements Serializable {
    /** The sum of both; null where either isn't known. */
    public Double usd() {
      return cpu.usd() == null || gpu.usd() == null ? null : cpu.usd() + gpu.usd();
    }
  }

  /**
   * Use of one kind of machine.
   *
   * @param seconds core seconds, or GPU seconds
   * @param instanceType its name in the price list; null if it is unknown or nothing was used
   * @param purchaseOption {@code on-demand} or {@code spot}; null where {@code instanceType} is
   * @param usd null if the machine or its price is unknown; 0 if nothing was used
   */
  public record Share(double seconds, String instanceType, String purchaseOption, Double usd)
      implements Serializable {
    /** No machine was used. */
    public static final Share NONE = new Share(0, null, null, 0.0);
  }
}
