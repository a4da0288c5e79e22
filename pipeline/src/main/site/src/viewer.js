// The live model of a scene's page: the Gaussians, COLMAP's points, and the cameras of the photographs.
import {
  BufferAttribute, BufferGeometry, Color, Group, LineBasicMaterial, LineSegments, PerspectiveCamera, Points, PointsMaterial, Scene,
  SRGBColorSpace, Vector3, WebGLRenderer,
} from "three";
import { SparkRenderer, SplatMesh } from "@sparkjsdev/spark";
import { bytes, count, data, el } from "./dom.js";
import { Controls } from "./controls.js";
import { load } from "./files.js";
import { ahead, centre, overview, pose, setLens, up } from "./lens.js";

/** With these Spark draws what the trainer draws: its defaults blur otherwise, and cut Gaussians off earlier. */
const AS_TRAINED = { preBlurAmount: 0.3, blurAmount: 0, maxStdDev: 3.33, sortRadial: false, accumExtSplats: true };

const NO_WEBGL =
  "This browser cannot show the model: it has no WebGL 2. Use a current Chrome, Edge, Firefox or Safari, and turn hardware acceleration on. "
  + "The pictures below show the model, and its files can be downloaded.";

const stage = document.getElementById("stage");
const scene = data();

/** Tells people, screen readers and tests how far the viewer is. */
function state(word, message) {
  stage.dataset.state = word;
  document.getElementById("stage-message").textContent = message;
}

async function start() {
  if (!document.createElement("canvas").getContext("webgl2")) {
    state("failed", NO_WEBGL);
    return;
  }
  try {
    await new Viewer().open();
  } catch (error) {
    state("failed", `The model cannot be shown: ${error.message}`);
    console.error(error);
  }
}

class Viewer {
  constructor() {
    this.canvas = el("canvas", {
      tabindex: "0",
      role: "application",
      "aria-label": "The model in 3-D. Arrow keys turn, plus and minus zoom. In fly mode W, A, S, D, Q and E move, and arrow keys turn.",
    });
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: false, powerPreference: "high-performance" });
    this.world = new Scene();
    this.world.background = new Color().setStyle(scene.background, SRGBColorSpace);
    this.view = new PerspectiveCamera();
    this.wanted = false;
    this.frames = [];
    this.world.add(new SparkRenderer({ renderer: this.renderer, onDirty: () => this.draw(), ...AS_TRAINED }));
    stage.prepend(this.canvas);
  }

  async open() {
    const model = this.loadModel();
    if (scene.cameras.length > 0) {
      this.setUp(scene.cameras, centre(scene.cameras), up(scene.cameras));
    } else {
      const sky = isOnTheEarth() ? new Vector3(0, 0, 1) : new Vector3(0, -1, 0); // COLMAP's y axis mostly points down
      const { camera, target } = overview(centres(await model), sky);
      this.setUp([camera], target, sky);
    }
    await Promise.all([model.then((mesh) => this.show(mesh)), this.addPoints()]);
  }

  setUp(cameras, target, upward) {
    const training = cameras.filter((camera) => !camera.held_out);
    this.start = cameras.find((camera) => camera.name === wantedCamera()) ?? training[Math.floor(training.length / 2)] ?? cameras[0];
    this.target = target;
    // Flying knows only a world whose y axis points up.
    this.level = new Group();
    this.level.quaternion.setFromUnitVectors(upward, this.view.up);
    this.world.add(this.level);
    const reach = Math.max(ahead(this.start, this.target), 1e-3);
    this.view.near = Math.min(0.2, reach / 20);
    this.view.far = reach * 500;
    this.addMarks(cameras, reach);
    this.lens = this.start;
    this.view.position.copy(this.levelled(pose(this.start).position));
    this.controls = new Controls(this.view, this.canvas, this.levelled(this.target), () => this.draw());
    this.stand(this.start);
    new ResizeObserver(() => this.fit()).observe(stage);
    this.fit();
    this.addButtons(cameras);
  }

  async loadModel() {
    const { path, bytes: size } = scene.model;
    const bar = document.getElementById("stage-progress");
    bar.max = size;
    bar.hidden = false;
    state("loading", `Loading the model, ${bytes(size)}`);
    const fileBytes = await load(path, (length) => (bar.value = length));
    state("unpacking", "Unpacking the model");
    const mesh = new SplatMesh({ fileBytes, fileName: path.split("/").pop(), extSplats: true });
    await mesh.initialized;
    bar.hidden = true;
    return mesh;
  }

  show(mesh) {
    this.model = mesh;
    this.level.add(mesh);
    this.draw();
    state("ready", `${count(scene.gaussians)} Gaussians`);
  }

  /** COLMAP's points: [N] of three float32, then [N] of three bytes. */
  async addPoints() {
    if (!scene.points) {
      return;
    }
    const { path, count: n } = scene.points;
    const file = await load(path, () => {});
    const colors = new Float32Array(3 * n);
    const color = new Color();
    for (let i = 0; i < n; i++) {
      const at = 12 * n + 3 * i;
      color.setRGB(file[at] / 255, file[at + 1] / 255, file[at + 2] / 255, SRGBColorSpace).toArray(colors, 3 * i);
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(new Float32Array(file.slice(0, 12 * n).buffer), 3));
    geometry.setAttribute("color", new BufferAttribute(colors, 3));
    this.points = new Points(geometry, new PointsMaterial({ size: 2.5, sizeAttenuation: false, vertexColors: true }));
    this.points.visible = document.getElementById("show-points").checked;
    this.level.add(this.points);
    this.draw();
  }

  /** A pyramid for each camera: training views in one colour, held-out views in another. */
  addMarks(cameras, reach) {
    this.marks = new Group();
    for (const [heldOut, color] of [[false, 0x3a8dde], [true, 0xe08a1e]]) {
      const lines = [];
      cameras.filter((camera) => camera.held_out === heldOut).forEach((camera) => lines.push(...pyramid(camera, reach / 25)));
      const geometry = new BufferGeometry();
      geometry.setAttribute("position", new BufferAttribute(new Float32Array(lines), 3));
      this.marks.add(new LineSegments(geometry, new LineBasicMaterial({ color })));
    }
    this.marks.visible = false;
    this.level.add(this.marks);
  }

  addButtons(cameras) {
    const box = (id, text, checked, set) => el("label", {},
      el("input", { type: "checkbox", id, checked, onchange: (event) => { set(event.target.checked); this.draw(); } }), ` ${text}`);
    const mode = el("select", { onchange: () => { mode.value === "fly" ? this.controls.useFly() : this.controls.useOrbit(); this.draw(); this.canvas.focus(); } },
      el("option", { value: "orbit" }, "Orbit"), el("option", { value: "fly" }, "Fly"));
    const from = el("select", { id: "camera", onchange: () => this.stand(cameras[from.selectedIndex]) },
      ...cameras.map((camera) => el("option", { selected: camera === this.start }, camera.held_out ? `${camera.name} (held out)` : camera.name)));
    document.getElementById("stage-tools").replaceChildren(
      el("label", {}, "Move: ", mode),
      scene.cameras.length > 0 ? el("label", {}, "Stand at: ", from) : "",
      el("button", { type: "button", id: "reset", onclick: () => { from.selectedIndex = cameras.indexOf(this.start); this.stand(this.start); } }, "Reset"),
      el("button", { type: "button", id: "full-screen", onclick: () => (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()) }, "Full screen"),
      box("show-model", "Model", true, (shown) => { if (this.model) { this.model.visible = shown; } }),
      !scene.points ? "" : box("show-points", `COLMAP's points (${count(scene.points.count)})`, false, (shown) => { if (this.points) { this.points.visible = shown; } }),
      scene.cameras.length === 0 ? "" : box("show-cameras", `Cameras (${count(cameras.length)}; held out in orange)`, false, (shown) => (this.marks.visible = shown)));
    this.speed = document.getElementById("stage-speed");
  }

  stand(camera) {
    this.lens = camera;
    const distance = ahead(camera, this.target);
    const at = pose(camera);
    const target = distance > 0 ? this.target : new Vector3(0, 0, -1).applyQuaternion(at.quaternion).add(at.position);
    this.fit();
    this.controls.stand({ position: this.levelled(at.position), quaternion: this.level.quaternion.clone().multiply(at.quaternion) }, this.levelled(target));
  }

  /** A point of the scene, in the world. */
  levelled(point) {
    return point.clone().applyQuaternion(this.level.quaternion);
  }

  fit() {
    const width = stage.clientWidth;
    const height = stage.clientHeight;
    if (width > 0 && height > 0) {
      this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
      this.renderer.setSize(width, height);
      setLens(this.view, this.lens, width, height);
      this.draw();
    }
  }

  /** Draws the next frame. Nothing is drawn while nothing changes. */
  draw() {
    if (!this.wanted) {
      this.wanted = true;
      requestAnimationFrame((now) => this.frame(now));
    }
  }

  frame(now) {
    this.wanted = false;
    const again = this.controls.update();
    this.renderer.render(this.world, this.view);
    stage.dataset.frames = this.renderer.info.render.frame;
    stage.dataset.place = JSON.stringify([this.view.position.toArray(), this.controls.orbit.target.toArray()]);
    this.measure(now);
    if (again) {
      this.draw();
    }
  }

  /** Shows the speed of the last 30 frames that came without a pause. */
  measure(now) {
    if (this.frames.length && now - this.frames[this.frames.length - 1] > 500) {
      this.frames = [];
    }
    this.frames.push(now);
    if (this.frames.length > 30 && this.speed) {
      const perSecond = (1000 * (this.frames.length - 1)) / (now - this.frames[0]);
      this.speed.textContent = `${count(perSecond)} frames per second, drawn by ${device(this.renderer)}`;
      this.frames = [now];
    }
  }
}

/** Whether the model's axes point east, north and up. */
function isOnTheEarth() {
  return scene.configuration?.export?.frame === "enu" && scene.files.some((file) => file.path === "alignment.json");
}

/** Where the Gaussians are; of many, of some that are spread evenly over them. */
function centres(mesh) {
  const found = [];
  const every = Math.ceil(scene.gaussians / 20_000);
  mesh.forEachSplat((i, position) => i % every === 0 && found.push(position.clone()));
  return found;
}

/** The camera that the address asks for: #camera=NAME. */
function wantedCamera() {
  return new URLSearchParams(location.hash.slice(1)).get("camera");
}

function device(renderer) {
  const gl = renderer.getContext();
  const more = gl.getExtension("WEBGL_debug_renderer_info");
  return gl.getParameter(more ? more.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
}

function pyramid(camera, depth) {
  const { position, quaternion } = pose(camera);
  const corner = (x, y) => new Vector3(((x - camera.cx) / camera.fx) * depth, (-(y - camera.cy) / camera.fy) * depth, -depth)
    .applyQuaternion(quaternion).add(position);
  const corners = [corner(0, 0), corner(camera.width, 0), corner(camera.width, camera.height), corner(0, camera.height)];
  const lines = corners.flatMap((c, i) => [position, c, c, corners[(i + 1) % 4]]);
  return lines.flatMap((point) => point.toArray());
}

if (scene.model) {
  start();
}
