package org.splatline.pipeline.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.splatline.gpu.scene.colmap.ColmapBinaryWriter;
import org.splatline.gpu.scene.colmap.ColmapModel;
import org.splatline.gpu.verdict.Verdict;
import org.splatline.pipeline.TestPictures;
import org.splatline.pipeline.run.TinyScene;

/** The part of {@link HostileInputs} that are scenes which bring a damaged or odd model. */
final class HostileModels {
  private static final int VIEWS = 9;
  private static final int POINTS = 500;
  private static final List<String> PARTS = List.of("cameras", "images", "points3D");
  private static final String IDENTITY = "[[1,0,0,%d],[0,1,0,0],[0,0,1,0],[0,0,0,1]]";

  private final Path scenes;
  private final Map<String, HostileInputs.Input> inputs;

  HostileModels(Path scenes, Map<String, HostileInputs.Input> inputs) {
    this.scenes = scenes;
    this.inputs = inputs;
  }

  void write() throws IOException {
    damaged();
    cameras();
    images();
    points();
    binary();
    transforms();
    Path folder = scene("alignment-cut-off", "alignment.json: cut off", Verdict.UNSUPPORTED_INPUT);
    Files.writeString(folder.resolve("alignment.json"), "{\"schema_version\": 1,");
  }

  private Path scene(String name, String what, Verdict verdict) throws IOException {
    inputs.put(name, new HostileInputs.Input(what, verdict));
    Path folder = Files.createDirectories(scenes.resolve(name));
    TinyScene.write(folder);
    return folder;
  }

  private void model(String name, String what, Verdict verdict, String file, String content)
      throws IOException {
    Path folder = scene(name, what, verdict);
    Files.writeString(folder.resolve("sparse/0").resolve(file), content);
  }

  private void damaged(String name, String what, String file, String content) throws IOException {
    model(name, "COLMAP text: " + what, Verdict.UNSUPPORTED_INPUT, file, content);
  }

  private void damaged() throws IOException {
    damaged(
        "cameras-of-words",
        "a camera's width in letters",
        "cameras.txt",
        "1 PINHOLE forty 32 40 40 20 16\n");
    damaged(
        "cameras-unknown-model",
        "an unknown camera model",
        "cameras.txt",
        "1 FISHBOWL 40 32 40 40 20 16\n");
    damaged("images-cut-off", "a line cut off", "images.txt", "1 1 0 0\n");
    damaged(
        "images-without-camera",
        "an image of no camera",
        "images.txt",
        "1 1 0 0 0 0 0 4 7 view0.png\n\n");
    damaged(
        "images-lead-out",
        "an image ../../../etc/passwd",
        "images.txt",
        "1 1 0 0 0 0 0 4 1 ../../../etc/passwd\n\n");
    damaged("points-of-words", "a point in letters", "points3D.txt", "1 a b c 1 2 3 0.5\n");
    Path claims =
        scene(
                "model-claims-images",
                "COLMAP binary: 2^60 images claimed in 8 bytes",
                Verdict.UNSUPPORTED_INPUT)
            .resolve("sparse/0");
    for (String part : PARTS) {
      Files.delete(claims.resolve(part + ".txt"));
      Files.write(claims.resolve(part + ".bin"), new byte[] {0, 0, 0, 0, 0, 0, 0, 16});
    }
    Verdict unsupported = Verdict.UNSUPPORTED_INPUT;
    json("transforms-cut-off", "cut off", unsupported, "{\"frames\": [");
    json(
        "transforms-lead-out",
        "pictures ../../../etc/passwd",
        unsupported,
        "{\"camera_angle_x\": 0.7, \"frames\": [{\"file_path\": \"../../../etc/passwd\","
            + " \"transform_matrix\": [[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]]}]}");
  }

  private void camera(String name, String what, String camera) throws IOException {
    model(name, "model: " + what, Verdict.UNSUPPORTED_INPUT, "cameras.txt", "1 " + camera + "\n");
  }

  private void cameras() throws IOException {
    camera("focal-tiny", "a focal length of 1e-300 px", "PINHOLE 40 32 1e-300 1e-300 20 16");
    camera("focal-huge", "a focal length of 1e300 px", "PINHOLE 40 32 1e300 1e300 20 16");
    camera("focal-infinite", "an infinite focal length", "PINHOLE 40 32 Infinity 40 20 16");
    camera("focal-zero", "a focal length of 0", "PINHOLE 40 32 0 0 20 16");
    camera("focal-negative", "a negative focal length", "PINHOLE 40 32 -40 -40 20 16");
    camera("principal-far", "a principal point 1e300 px away", "PINHOLE 40 32 40 40 1e300 16");
    camera("k1-huge", "a distortion k1 of 1e300", "OPENCV 40 32 40 40 20 16 1e300 0 0 0");
    camera("k1-large", "a distortion k1 of -1e6", "SIMPLE_RADIAL 40 32 40 20 16 -1e6");
    camera("omega-huge", "a field of view of 1e300", "FOV 40 32 40 40 20 16 1e300");
    camera(
        "size-other", "a camera of another shape than the picture", "PINHOLE 400 32 40 40 20 16");
    camera(
        "size-huge",
        "a camera of 2e9 x 1.6e9 px with a focal length of 1e-300 px",
        "PINHOLE 2000000000 1600000000 1e-300 1e-300 20 16");
    camera(
        "cameras-of-one-id",
        "two cameras of one id",
        "PINHOLE 40 32 40 40 20 16\n" + "1 PINHOLE 40 32 40 40 20 16");
  }

  private void images(String name, String what, Verdict verdict, IntFunction<String> line)
      throws IOException {
    model(
        name,
        "model: " + what,
        verdict,
        "images.txt",
        IntStream.range(0, VIEWS).mapToObj(line).collect(Collectors.joining("\n\n", "", "\n\n")));
  }

  private void images() throws IOException {
    Verdict unsupported = Verdict.UNSUPPORTED_INPUT;
    images(
        "cameras-in-one-place",
        "all cameras in one place",
        Verdict.NO_MODEL,
        i -> "%d 1 0 0 0 0.5 0 4 1 view%d.png".formatted(i + 1, i));
    images(
        "cameras-turn",
        "cameras that only turn",
        Verdict.NO_MODEL,
        i -> "%d 1 0 %s 0 0 0 0 1 view%d.png".formatted(i + 1, 0.1 * i, i));
    images(
        "cameras-hardly-move",
        "cameras 1e-9 apart, before points at a distance of 4",
        Verdict.NO_MODEL,
        i -> "%d 1 0 0 0 %se-9 0 4 1 view%d.png".formatted(i + 1, i, i));
    images(
        "cameras-far",
        "cameras 1e300 away",
        unsupported,
        i -> "%d 1 0 0 0 %se300 0 4 1 view%d.png".formatted(i + 1, i, i));
    images(
        "quaternion-zero",
        "rotations of length 0",
        unsupported,
        i -> "%d 0 0 0 0 %s 0 4 1 view%d.png".formatted(i + 1, i, i));
    images(
        "quaternion-tiny",
        "rotations of length 1e-200",
        unsupported,
        i -> "%d 1e-200 0 0 0 %s 0 4 1 view%d.png".formatted(i + 1, i, i));
    images(
        "quaternion-huge",
        "rotations of length 1e200",
        unsupported,
        i -> "%d 1e200 0 0 0 %s 0 4 1 view%d.png".formatted(i + 1, i, i));
    images(
        "quaternion-nan",
        "rotations of NaN",
        unsupported,
        i -> "%d NaN 0 0 0 %s 0 4 1 view%d.png".formatted(i + 1, i, i));
    images(
        "images-of-one-id",
        "images of one id",
        unsupported,
        i -> "7 1 0 0 0 %s 0 4 1 view%d.png".formatted(i, i));
    images(
        "images-of-one-name",
        "a name twice",
        unsupported,
        i -> "%d 1 0 0 0 %s 0 4 1 view%d.png".formatted(i + 1, i, Math.max(1, i)));
    images(
        "images-absolute",
        "an image /etc/passwd",
        unsupported,
        i -> "%d 1 0 0 0 %s 0 4 1 /etc/passwd".formatted(i + 1, i));
    images(
        "images-absent",
        "images that are absent",
        Verdict.FEW_IMAGES,
        i -> "%d 1 0 0 0 %s 0 4 1 other%d.png".formatted(i + 1, i, i));
    model(
        "images-of-one-line",
        "model: a file of 20 MB where 8 MB are allowed",
        Verdict.TOO_LARGE,
        "images.txt",
        "1 1 0 0 0 0 0 4 1 view0.png\n" + "1 1 7 ".repeat(20_000_000 / 6));
  }

  private void points(String name, String what, Verdict verdict, int points, String values)
      throws IOException {
    model(
        name,
        "model: " + what,
        verdict,
        "points3D.txt",
        IntStream.range(0, points)
            .mapToObj(i -> "%d %s\n".formatted(i + 1, values.replace("$i", "" + i)))
            .collect(Collectors.joining()));
  }

  private void points() throws IOException {
    points("one-point", "one point", Verdict.NO_MODEL, 1, "0 0 0 1 2 3 0.5");
    points("points-nan", "points of NaN", Verdict.UNSUPPORTED_INPUT, POINTS, "NaN 0 0 1 2 3 0.5");
    points(
        "points-far",
        "points 1e300 away",
        Verdict.UNSUPPORTED_INPUT,
        POINTS,
        "0 1e300 0 1 2 3 0.5");
    points(
        "points-off",
        "errors of 1e300 px",
        Verdict.HIGH_REPROJECTION,
        POINTS,
        "0 $i 0 1 2 3 1e300");
    points(
        "points-seen-once",
        "points that one image shows",
        Verdict.NO_MODEL,
        POINTS,
        "0 $i 0 1 2 3 0.5 1 $i");
    model(
        "points-of-one-line",
        "model: a point with a track of 4 MB",
        Verdict.UNSUPPORTED_INPUT,
        "points3D.txt",
        "1 0 0 0 1 2 3 0.5 " + "1 7 ".repeat(1_000_000));
  }

  private void binary() throws IOException {
    claim("points-claimed", "2^63 - 1 points", "points3D.bin", Long.MAX_VALUE, 0);
    claim("points-negative", "-1 points", "points3D.bin", -1, 0);
    claim(
        "tracks-claimed",
        "2^63 - 1 images of a point",
        "points3D.bin",
        Long.MAX_VALUE,
        8 + 8 + 24 + 3 + 8);
    claim("cameras-claimed", "2^63 - 1 cameras", "cameras.bin", Long.MAX_VALUE, 0);
  }

  /** A model in COLMAP's binary files, one number overwritten. */
  private void claim(String name, String what, String file, long value, int offset)
      throws IOException {
    Path folder =
        scene(name, "model, binary: %s claimed".formatted(what), Verdict.UNSUPPORTED_INPUT)
            .resolve("sparse/0");
    ColmapBinaryWriter.write(ColmapModel.read(folder), folder);
    for (String part : PARTS) {
      Files.delete(folder.resolve(part + ".txt"));
    }
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, value);
    Files.write(folder.resolve(file), bytes);
  }

  private void transforms() throws IOException {
    Verdict unsupported = Verdict.UNSUPPORTED_INPUT;
    json("json-deep", "200 000 [", unsupported, "[".repeat(200_000));
    frames(
        "json-nan", "a matrix of NaN", unsupported, "images/%d.jpg", IDENTITY.replace("1", "NaN"));
    frames(
        "json-huge",
        "a matrix of 1e999",
        unsupported,
        "images/%d.jpg",
        IDENTITY.replace("1", "1e999"));
    frames(
        "json-singular",
        "a singular matrix",
        unsupported,
        "images/%d.jpg",
        IDENTITY.replace("[0,0,1,0]", "[1,0,0,0]"));
    frames(
        "json-zero-scale",
        "a matrix of scale 0",
        unsupported,
        "images/%d.jpg",
        "[[0,0,0,%d],[0,0,0,0],[0,0,0,0]]");
    frames(
        "json-far",
        "cameras 1e300 away",
        unsupported,
        "images/%d.jpg",
        IDENTITY.replace("%d", "%de300"));
    frames(
        "json-in-one-place",
        "all cameras in one place",
        Verdict.NO_MODEL,
        "images/%d.jpg",
        IDENTITY.replace("%d", "3"));
    frames("json-file-twice", "a picture twice", unsupported, "images/1.jpg", IDENTITY);
    frames(
        "json-of-web",
        "pictures http://example.org/0.jpg",
        Verdict.FEW_IMAGES,
        "http://example.org/%d.jpg",
        IDENTITY);
    frames(
        "json-of-files",
        "pictures file:///etc/passwd",
        Verdict.FEW_IMAGES,
        "file:///etc/passwd",
        IDENTITY);
  }

  private void frames(String name, String what, Verdict verdict, String file, String matrix)
      throws IOException {
    json(
        name,
        what,
        verdict,
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    "{\"file_path\": \"%s\", \"transform_matrix\": %s}"
                        .formatted(file, matrix)
                        .replace("%d", "" + i))
            .collect(Collectors.joining(",", "{\"camera_angle_x\": 0.7, \"frames\": [", "]}")));
  }

  private void json(String name, String what, Verdict verdict, String content) throws IOException {
    inputs.put(name, new HostileInputs.Input("transforms.json: " + what, verdict));
    Path folder = scenes.resolve(name);
    Files.createDirectories(folder.resolve("images"));
    for (int i = 0; i < 4; i++) {
      TestPictures.jpeg(folder.resolve("images/%d.jpg".formatted(i)), 64, 48, i);
    }
    Files.writeString(folder.resolve("transforms.json"), content);
  }
}
