// The page of one scene, but for its viewer.
import { compare } from "./compare.js";
import { curves } from "./curves.js";
import { address, bytes, count, data, duration, el, facts, fixed, plural, qualityBadge, section, table, usd, verdictBadge } from "./dom.js";

const scene = data();

const title = scene.psnr === null ? `${scene.scene}: ${scene.verdict}`
  : `${scene.scene}: ${scene.quality_word ? `${scene.quality_word}, ` : ""}${fixed(scene.psnr, 1)} dB on ${plural(scene.views_test, "held-out view")}`;
document.title = title;
document.getElementById("title").textContent = title;
if (!scene.on_its_own) {
  document.querySelector("header").prepend(el("nav", {}, el("a", { id: "up", href: "../../index.html" }, `Run ${scene.run}`)));
}

document.getElementById("summary").append(
  el("p", {}, verdictBadge(scene), " ", qualityBadge(scene.quality_word)),
  scene.verdict_detail ? el("p", {}, scene.verdict_detail) : "",
  scene.quality_detail ? el("p", { id: "advice" }, scene.quality_detail) : "",
  facts([
    ["PSNR, held out", scene.psnr === null ? null : `${fixed(scene.psnr, 2)} dB`],
    ["SSIM, held out", scene.ssim === null ? null : fixed(scene.ssim, 4)],
    ["Gaussians", scene.gaussians === null ? null : count(scene.gaussians)],
    ["Photographs", photographs()],
    ["Training", scene.train_seconds === null ? null : duration(scene.train_seconds)],
    ["Whole attempt", duration(scene.attempt_seconds)],
    ["Cost", scene.cost_usd === null ? null : usd(scene.cost_usd)],
  ]));

function photographs() {
  if (scene.images_used === null) {
    return null;
  }
  const registered = scene.images_registered === null ? "" : `, ${count(scene.images_registered)} with a camera`;
  return `${count(scene.images_used)}${registered}`;
}

const stage = document.getElementById("viewer");
if (!scene.model) {
  stage.remove();
} else {
  if (scene.cameras.length === 0) {
    document.getElementById("summary").append(el("p", { id: "replaced" },
      "There are no photographs and no cameras here: a later run has replaced the results of this scene, and the store keeps only this attempt's model and figures. "
      + "The viewer looks at the model from its side."));
  }
  // The canvas has the shape of the photographs.
  const { width, height } = scene.cameras[0] ?? { width: 4, height: 3 };
  document.getElementById("stage").style.aspectRatio = `${width} / ${height}`;
  if (location.protocol === "file:" && !scene.single_file) {
    document.getElementById("stage-message").textContent =
      "Browsers do not load a 3-D model from a folder on disk. Open these pages with: bin/splatline serve DIR. "
      + "A page that opens from disk: bin/splatline report --single-file.";
  }
}

const details = document.getElementById("details");
if (scene.views.length > 0) {
  details.append(section("views", viewsTitle(), ...compare(scene.views)));
}
if (scene.curve.length > 0) {
  details.append(section("training", `Training: ${count(scene.steps)} steps in ${duration(scene.train_seconds)}`,
    el("div", { class: "charts" }, ...curves(scene.curve))));
}
if (scene.files.length > 0) {
  const total = scene.files.reduce((sum, file) => sum + file.bytes, 0);
  details.append(section("files", `${plural(scene.files.length, "file")}, ${bytes(total)}`,
    table("Files of the scene", [{ title: "File" }, { title: "Size", number: true }],
      scene.files.map((file) => [scene.single_file ? file.path : el("a", { href: address(file.path), download: "" }, file.path), bytes(file.bytes)]))));
}
details.append(section("about", "Configuration and versions",
  facts([
    ["Run", scene.run], ["Attempt", count(scene.attempt)], ["Profile", scene.profile], ["Backend", scene.backend], ["Device", scene.device],
    ["Seed", scene.seed === null ? null : String(scene.seed)], ["Stopped by", scene.stopped_by],
    ["Splatline", scene.versions.splatline], ["Commit", scene.versions.commit], ["Spark", scene.versions.spark], ["COLMAP", scene.versions.colmap || null],
    ["Configuration's hash", scene.config_hash],
  ]),
  scene.configuration === null ? "" : el("details", {}, el("summary", {}, "The whole configuration"), el("pre", { tabindex: "0" }, JSON.stringify(scene.configuration, null, 2)))));

function viewsTitle() {
  return `${plural(scene.views.length, "photograph")} that training did not see, beside the model`;
}
