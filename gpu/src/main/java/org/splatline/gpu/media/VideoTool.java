package org.splatline.gpu.media;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.splatline.gpu.io.Parsers;
import org.splatline.gpu.verdict.SceneException;
import org.splatline.gpu.verdict.Verdict;

/**
 * Takes the sharpest frames at even motion from a video that is not trusted. ffmpeg decodes it, as
 * a process with limits ({@link MediaProcess}): only its reader of MP4 and QuickTime files runs, so
 * that a playlist is never followed, only the usual decoders, and only on files, never on the
 * network. Frames are upright, as a viewer shows them.
 */
public final class VideoTool {
  private static final ObjectMapper MAPPER = new ObjectMapper(Parsers.json());
  private static final String DECODERS =
      "h264,hevc,mjpeg,mpeg4,prores,vp9,libvpx-vp9,av1,libdav1d,libaom-av1";
  private static final int MEASURED_SIDE = 480; // px of the longer side
  private static final int FASTEST = 240; // frames per second
  private static final int LEAST_SIDE = 16; // px
  private static final int JPEG_QUALITY = 2; // of 1 (best) to 31
  private static final int PROBE_BYTES = 1 << 20;
  private static final int QUARTER = 90;
  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern VERSION = Pattern.compile("ffmpeg version (\\S{1,80})");

  private final String program;
  private final String prober;
  private final VideoConfig config;

  public VideoTool(VideoConfig config) {
    this("ffmpeg", config);
  }

  /**
   * @param program ffmpeg's name on the PATH, or its path; ffprobe is beside it
   */
  VideoTool(String program, VideoConfig config) {
    this.program = program;
    this.prober = program.replaceFirst("ffmpeg$", "ffprobe");
    this.config = config;
  }

  /** {@code ffmpeg} and its version; empty: it is not installed. */
  public Optional<String> version() throws IOException, InterruptedException {
    if (!MediaProcess.isInstalled(program) || !MediaProcess.isInstalled(prober)) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("splatline-ffmpeg-");
    try {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      MediaProcess.run(
          List.of(program, "-version"),
          folder,
          VERSION_TIMEOUT,
          config.memory(),
          output -> output.transferTo(text));
      Matcher matcher = VERSION.matcher(text.toString(UTF_8));
      return matcher.lookingAt() ? Optional.of("ffmpeg " + matcher.group(1)) : Optional.empty();
    } finally {
      Files.deleteIfExists(folder);
    }
  }

  /** What a video says of itself. */
  private record Facts(int width, int height, double seconds) {}

  /**
   * Writes the chosen frames as {@code frame_000123.jpg}, by their number in the video from 0.
   *
   * @param folder an empty folder for them
   * @param maxPixels of one frame
   * @throws SceneException UNREADABLE_IMAGES; TOO_LARGE, also when it takes too long;
   *     UNSUPPORTED_INPUT without ffmpeg. The message starts with the video's name
   */
  public Video extract(Path video, Path folder, long maxPixels)
      throws IOException, InterruptedException {
    String name = video.getFileName().toString();
    String tool =
        version()
            .orElseThrow(
                () ->
                    refusal(
                        Verdict.UNSUPPORTED_INPUT,
                        "%s is a video, and this host has no ffmpeg. Install it where scenes are ingested (apt-get install ffmpeg), or send photographs",
                        name));
    if (!isMovie(video)) {
      throw refusal(
          Verdict.UNREADABLE_IMAGES,
          "%s is not an MP4 or QuickTime video, whatever its name says. Copy it again from the camera",
          name);
    }
    Facts facts = probe(video, folder);
    check(name, facts, maxPixels);
    FrameMeasures measures = measure(video, folder, facts);
    List<Integer> chosen =
        FrameChoice.of(measures.motion(), measures.sharpness(), config.frames(), config.spacing());
    if (chosen.isEmpty()) {
      throw unreadable(name, "none of its frames can be decoded");
    }
    write(video, folder, chosen);
    return new Video(
        name, facts.width, facts.height, facts.seconds, measures.count(), chosen.size(), tool);
  }

  /** Whether the first box is one that ISO base media and QuickTime files start with. */
  static boolean isMovie(Path video) throws IOException {
    try (InputStream in = Files.newInputStream(video)) {
      byte[] head = in.readNBytes(8);
      return head.length == 8
          && List.of("ftyp", "moov", "mdat", "wide", "free", "skip", "pnot")
              .contains(new String(head, 4, 4, ISO_8859_1));
    }
  }

  private void check(String name, Facts facts, long maxPixels) {
    double longest = config.longest().toMillis() / 1e3;
    if (facts.seconds > longest) {
      throw refusal(
          Verdict.TOO_LARGE,
          "%s is %.0f s long, at most %.0f are allowed. Cut it or raise input.video.longest",
          name,
          facts.seconds,
          longest);
    }
    if ((long) facts.width * facts.height > maxPixels) {
      throw refusal(
          Verdict.TOO_LARGE,
          "%s has frames of %dx%d px, more than %d pixels. Reduce it or raise limits.image-pixels",
          name,
          facts.width,
          facts.height,
          maxPixels);
    }
    if (Math.min(facts.width, facts.height) < LEAST_SIDE) {
      throw unreadable(name, "its frames have %dx%d px".formatted(facts.width, facts.height));
    }
  }

  private Facts probe(Path video, Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(prober, "-v", "error"));
    command.addAll(input(video));
    command.addAll(
        List.of(
            "-select_streams",
            "v:0",
            "-show_entries",
            "stream=width,height,duration:stream_side_data=rotation:stream_tags=rotate:format=duration",
            "-of",
            "json"));
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    MediaProcess.Ended ended =
        run(video, command, folder, output -> json.write(output.readNBytes(PROBE_BYTES)));
    String name = video.getFileName().toString();
    if (ended.exitCode() != 0) {
      throw unreadable(name, said(ended, video));
    }
    JsonNode answer = MAPPER.readTree(json.toByteArray());
    JsonNode stream = answer.path("streams").path(0);
    int width = stream.path("width").asInt();
    int height = stream.path("height").asInt();
    double seconds =
        Math.max(
            stream.path("duration").asDouble(), answer.path("format").path("duration").asDouble());
    if (width <= 0 || height <= 0) {
      throw unreadable(name, "it holds no pictures");
    }
    return isTurned(stream) ? new Facts(height, width, seconds) : new Facts(width, height, seconds);
  }

  private static boolean isTurned(JsonNode stream) {
    int turn = stream.path("tags").path("rotate").asInt();
    for (JsonNode data : stream.path("side_data_list")) {
      turn = data.path("rotation").asInt(turn);
    }
    return turn / QUARTER % 2 != 0;
  }

  private FrameMeasures measure(Path video, Path folder, Facts facts)
      throws IOException, InterruptedException {
    double scale = Math.min(1, (double) MEASURED_SIDE / Math.max(facts.width, facts.height));
    int width = Math.max(3, (int) Math.round(facts.width * scale));
    int height = Math.max(3, (int) Math.round(facts.height * scale));
    long most = FASTEST * Math.max(1, config.longest().toSeconds());
    FrameMeasures measures = new FrameMeasures(width, height);
    List<String> command = decoder(video);
    command.addAll(
        output("scale=%d:%d:flags=area,format=gray".formatted(width, height), "rawvideo"));
    command.add("pipe:1");
    String name = video.getFileName().toString();
    MediaProcess.Ended ended =
        run(
            video,
            command,
            folder,
            output -> {
              byte[] frame = new byte[width * height];
              while (output.readNBytes(frame, 0, frame.length) == frame.length) {
                if (measures.count() == most) {
                  throw refusal(
                      Verdict.TOO_LARGE,
                      "%s has more than %d frames. Cut it or raise input.video.longest",
                      name,
                      most);
                }
                measures.add(frame);
              }
            });
    if (ended.exitCode() != 0) {
      throw unreadable(name, said(ended, video));
    }
    return measures;
  }

  private void write(Path video, Path folder, List<Integer> chosen)
      throws IOException, InterruptedException {
    String select =
        chosen.stream()
            .map("eq(n\\,%d)"::formatted)
            .collect(Collectors.joining("+", "select=", ""));
    List<String> command = decoder(video);
    command.addAll(output(select, "image2"));
    command.addAll(
        List.of(
            "-c:v",
            "mjpeg",
            "-pix_fmt",
            "yuvj420p",
            "-q:v",
            Integer.toString(JPEG_QUALITY),
            "-frames:v",
            Integer.toString(chosen.size()),
            "-start_number",
            "0",
            "kept-%d.jpg"));
    String name = video.getFileName().toString();
    MediaProcess.Ended ended = run(video, command, folder, InputStream::readAllBytes);
    if (ended.exitCode() != 0) {
      throw unreadable(name, said(ended, video));
    }
    for (int i = 0; i < chosen.size(); i++) {
      Path kept = folder.resolve("kept-%d.jpg".formatted(i));
      if (!Files.exists(kept)) {
        throw unreadable(
            name, "only %d of %d chosen frames can be decoded".formatted(i, chosen.size()));
      }
      Files.move(kept, folder.resolve("frame_%06d.jpg".formatted(chosen.get(i))));
    }
  }

  private List<String> decoder(Path video) {
    List<String> command =
        new ArrayList<>(
            List.of(program, "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "4"));
    command.addAll(input(video));
    command.addAll(List.of("-map", "0:v:0", "-an", "-sn", "-dn"));
    return command;
  }

  /** No format is guessed and no file that the video names is opened. */
  private static List<String> input(Path video) {
    return List.of(
        "-protocol_whitelist",
        "file,pipe",
        "-codec_whitelist",
        DECODERS,
        "-f",
        "mov",
        "-enable_drefs",
        "0",
        "-i",
        "file:" + video.toAbsolutePath());
  }

  /** One frame of output for each frame of the filter: each gets the next time at a fixed rate. */
  private static List<String> output(String filter, String format) {
    return List.of("-vf", filter + ",settb=1/25,setpts=N", "-r", "25", "-f", format);
  }

  /** The time that a video takes is its own, so nobody else's fault. */
  private MediaProcess.Ended run(
      Path video, List<String> command, Path folder, MediaProcess.OutputReader reader)
      throws IOException, InterruptedException {
    try {
      return MediaProcess.run(command, folder, config.timeout(), config.memory(), reader);
    } catch (SceneException e) {
      if (e.verdict() != Verdict.TIMEOUT) {
        throw e;
      }
      throw new SceneException(
          Verdict.TOO_LARGE,
          "%s takes ffmpeg longer than %d s. Cut it or raise input.video.timeout"
              .formatted(video.getFileName(), config.timeout().toSeconds()),
          e);
    }
  }

  /** What ffmpeg said, without the place of the file. */
  private static String said(MediaProcess.Ended ended, Path video) {
    String errors =
        ended.errors().replace(video.toAbsolutePath().toString(), video.getFileName().toString());
    return "ffmpeg ended with %d (%s)".formatted(ended.exitCode(), errors);
  }

  private static SceneException unreadable(String name, String why) {
    return refusal(
        Verdict.UNREADABLE_IMAGES,
        "%s cannot be read as a video: %s. Copy it again from the camera",
        name,
        why);
  }

  private static SceneException refusal(Verdict verdict, String format, Object... values) {
    return new SceneException(verdict, String.format(Locale.ROOT, format, values));
  }
}
