// Moving through a scene: orbit around a point (mouse, touch, keys) or fly (keys, mouse, touch).
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { SparkControls } from "@sparkjsdev/spark";
import { Vector3 } from "three";

const KEY_TURN = 0.06; // radians per key press
const KEY_ZOOM = 0.92;
const LOOK = 0.5; // of the speed of a gamepad

export class Controls {
  /** `changed` is called when the view has moved. */
  constructor(view, canvas, target, changed) {
    this.view = view;
    this.canvas = canvas;
    this.changed = changed;
    this.orbit = new OrbitControls(view, canvas);
    this.orbit.target.copy(target);
    this.orbit.addEventListener("change", changed);
    this.orbit.zoomToCursor = false;
    this.fly = new SparkControls({ canvas });
    this.fly.fpsMovement.moveSpeed = target.distanceTo(view.position) / 3; // per second
    // Arrows look, as in games; W, A, S, D, Q and E move.
    for (const key of Object.keys(this.fly.fpsMovement.keycodeMoveMapping)) {
      if (!key.startsWith("Key")) {
        delete this.fly.fpsMovement.keycodeMoveMapping[key];
      }
    }
    this.fly.fpsMovement.keycodeRotateMapping = {
      ArrowLeft: new Vector3(-LOOK, 0, 0), ArrowRight: new Vector3(LOOK, 0, 0), ArrowUp: new Vector3(0, -LOOK, 0), ArrowDown: new Vector3(0, LOOK, 0),
    };
    this.flies = false;
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    this.useOrbit();
  }

  useOrbit() {
    this.flies = false;
    this.fly.fpsMovement.enable = false;
    this.fly.pointerControls.enable = false;
    this.orbit.enabled = true;
    // The next orbit is around what the view shows.
    const ahead = new Vector3(0, 0, -1).applyQuaternion(this.view.quaternion);
    const distance = Math.max(ahead.dot(this.orbit.target.clone().sub(this.view.position)), this.view.near * 4);
    this.orbit.target.copy(this.view.position).addScaledVector(ahead, distance);
  }

  useFly() {
    this.flies = true;
    this.orbit.enabled = false;
    this.fly.fpsMovement.enable = true;
    this.fly.pointerControls.enable = true;
    this.fly.pointerControls.scroll.set(0, 0, 0); // it has counted the wheel all the time
  }

  /** Puts the view at a camera. */
  stand({ position, quaternion }, target) {
    this.view.position.copy(position);
    this.view.quaternion.copy(quaternion);
    this.orbit.target.copy(target);
    this.moved = false;
    if (!this.flies) {
      this.useOrbit();
    }
    this.changed();
  }

  /** Once a frame. Returns whether the next frame is needed, too. */
  update() {
    if (!this.flies) {
      return false;
    }
    // Keys fly only where the canvas has the focus: elsewhere they are the page's.
    this.fly.fpsMovement.enable = document.activeElement === this.canvas;
    const before = this.view.matrixWorld.clone();
    this.fly.update(this.view);
    this.view.updateMatrixWorld();
    if (!before.equals(this.view.matrixWorld)) {
      this.changed();
    }
    return true;
  }

  onKey(event) {
    if (this.flies || event.ctrlKey || event.altKey || event.metaKey) {
      if (event.key.startsWith("Arrow")) {
        event.preventDefault();
      }
      return;
    }
    const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const zoom = { "+": KEY_ZOOM, "=": KEY_ZOOM, "-": 1 / KEY_ZOOM }[event.key];
    if (!turn && !zoom) {
      return;
    }
    event.preventDefault();
    const { target } = this.orbit;
    const arm = this.view.position.clone().sub(target);
    if (zoom) {
      arm.multiplyScalar(zoom);
    } else {
      const side = this.view.up.clone().cross(arm).normalize();
      arm.applyAxisAngle(this.view.up, turn[0] * KEY_TURN);
      const tilted = arm.clone().applyAxisAngle(side, turn[1] * KEY_TURN);
      if (Math.abs(tilted.clone().normalize().dot(this.view.up)) < 0.99) {
        arm.copy(tilted);
      }
    }
    this.view.position.copy(target).add(arm);
    this.view.lookAt(target);
    this.changed();
  }
}
