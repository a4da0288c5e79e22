// Cameras of COLMAP (x right, y down, z forward; world to camera) as cameras of three.js (x right, y up, z back).
import { Matrix4, Quaternion, Vector3 } from "three";

/** Turns OpenCV's axes into OpenGL's: half a turn about x. */
const FLIP = new Quaternion(1, 0, 0, 0);

/** World from camera, with the axes of three.js. */
export function pose(camera) {
  const [w, x, y, z] = camera.rotation;
  const inverse = new Quaternion(x, y, z, w).normalize().invert();
  const position = new Vector3(...camera.translation).applyQuaternion(inverse).negate();
  return { position, quaternion: inverse.multiply(FLIP) };
}

/**
 * Gives `view` the lens of a photograph. The whole photograph is visible on a canvas of any shape, and on a canvas of its own shape each
 * pixel is where the trainer draws it.
 */
export function setLens(view, camera, width, height) {
  const scale = Math.min(width / camera.width, height / camera.height);
  const fx = camera.fx * scale;
  const fy = camera.fy * scale;
  const cx = width / 2 + (camera.cx - camera.width / 2) * scale;
  const cy = height / 2 + (camera.cy - camera.height / 2) * scale;
  const { near, far } = view;
  view.projectionMatrix = new Matrix4().set(
    (2 * fx) / width, 0, 1 - (2 * cx) / width, 0,
    0, (2 * fy) / height, (2 * cy) / height - 1, 0,
    0, 0, -(far + near) / (far - near), (-2 * far * near) / (far - near),
    0, 0, -1, 0);
  view.projectionMatrixInverse.copy(view.projectionMatrix).invert();
  view.fov = (2 * Math.atan(height / 2 / fy) * 180) / Math.PI; // OrbitControls pans by it
  view.aspect = width / height;
}

/** The mean of the cameras' upward directions. */
export function up(cameras) {
  const sum = new Vector3();
  cameras.forEach((camera) => sum.add(new Vector3(0, 1, 0).applyQuaternion(pose(camera).quaternion)));
  return sum.length() < 1e-3 * cameras.length ? new Vector3(0, 1, 0) : sum.normalize();
}

/** The point nearest to all optical axes, or a point before the first camera where the axes are parallel. */
export function centre(cameras) {
  const sum = new Matrix4().set(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
  const right = new Vector3();
  const m = sum.elements;
  for (const camera of cameras) {
    const { position, quaternion } = pose(camera);
    const d = new Vector3(0, 0, -1).applyQuaternion(quaternion);
    const rows = [[1 - d.x * d.x, -d.x * d.y, -d.x * d.z], [-d.y * d.x, 1 - d.y * d.y, -d.y * d.z], [-d.z * d.x, -d.z * d.y, 1 - d.z * d.z]];
    rows.forEach((row, i) => row.forEach((value, j) => (m[4 * j + i] += value)));
    right.add(new Vector3(...rows.map((row) => row[0] * position.x + row[1] * position.y + row[2] * position.z)));
  }
  const n = cameras.length;
  if (Math.abs(sum.determinant()) > 1e-6 * n * n * n) {
    const point = right.applyMatrix4(sum.invert());
    if (cameras.every((camera) => ahead(camera, point) > 0)) {
      return point;
    }
  }
  const first = pose(cameras[0]);
  const distance = Math.max(...cameras.map((camera) => pose(camera).position.distanceTo(first.position)), 1);
  return new Vector3(0, 0, -distance).applyQuaternion(first.quaternion).add(first.position);
}

/** How far a point is in front of a camera. */
export function ahead(camera, point) {
  const { position, quaternion } = pose(camera);
  return new Vector3(0, 0, -1).applyQuaternion(quaternion).dot(point.clone().sub(position));
}

/** A camera that shows points from the side and a little from above, and the point that it looks at. */
export function overview(points, sky) {
  const quantile = (values, share) => values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
  const target = new Vector3(...["x", "y", "z"].map((axis) => quantile(points.map((point) => point[axis]), 0.5)));
  const reach = quantile(points.map((point) => point.distanceTo(target)), 0.8) || 1; // not the few far away
  const level = Math.abs(sky.z) > 0.5 ? new Vector3(0, 1, 0) : new Vector3(0, 0, 1);
  const forward = level.addScaledVector(sky, -0.4).normalize();
  const right = forward.clone().cross(sky).normalize();
  const down = forward.clone().cross(right);
  const position = target.clone().addScaledVector(forward, -2.7 * reach);
  const turn = new Quaternion().setFromRotationMatrix(new Matrix4().makeBasis(right, down, forward)).invert();
  const camera = {
    name: "", held_out: false, width: 640, height: 480, fx: 640, fy: 640, cx: 320, cy: 240,
    rotation: [turn.w, turn.x, turn.y, turn.z],
    translation: position.applyQuaternion(turn).negate().toArray(),
  };
  return { camera, target };
}
