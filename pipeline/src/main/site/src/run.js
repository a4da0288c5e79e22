// The page of a run: what was done, what failed and why, what got worse.
import { address, badge, bytes, count, data, duration, el, facts, fixed, plural, qualityBadge, section, table, usd, verdictBadge } from "./dom.js";

const run = data();
const scenes = run.scenes;
const failed = scenes.filter((scene) => !scene.done);
const page = (scene) => `scenes/${encodeURIComponent(scene.folder)}/index.html`;

const title = `Run ${run.run}: ${count(scenes.length - failed.length)} of ${plural(scenes.length, "scene")} done`
  + (run.comparison && run.comparison.worse > 0 ? `, ${count(run.comparison.worse)} worse than in ${run.comparison.before}` : "");
document.title = title;
document.getElementById("title").textContent = title;

document.getElementById("summary").append(
  run.stopped_because ? el("p", {}, `The run stopped early: ${run.stopped_because}`) : "",
  facts([
    ["Started", run.started_at.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")],
    ["Time", duration(run.seconds)],
    ["Median PSNR", run.psnr_median === null ? null : `${fixed(run.psnr_median, 2)} dB`],
    ["Models", run.model_bytes === null ? null : bytes(run.model_bytes)],
    ["Cost", cost()],
    ["GPUs busy", run.gpu_busy_share === null ? null : `${fixed(100 * run.gpu_busy_share, 0)} % of the time held`],
    ["Profile", run.profile],
  ]),
  words("Verdicts", tally("verdict"), (word) => (word === "OK" ? "good" : scenes.find((scene) => scene.verdict === word).done ? "fair" : "poor")),
  words("Quality", tally("quality_word"), (word) => word));

function cost() {
  if (run.cost_usd === null) {
    return "unknown: set cost.cpu-instance-type and cost.gpu-instance-type";
  }
  return run.cost_unknown === 0 ? usd(run.cost_usd) : `${usd(run.cost_usd)}, without ${plural(run.cost_unknown, "scene")} of unknown cost`;
}

/** How many scenes have each word, the most frequent first. */
function tally(key) {
  const counts = new Map();
  scenes.filter((scene) => scene[key]).forEach((scene) => counts.set(scene[key], (counts.get(scene[key]) ?? 0) + 1));
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function words(name, counts, kind) {
  return counts.length === 0 ? "" : el("p", {}, `${name}: `, ...counts.flatMap(([word, n]) => [badge(`${count(n)} ${word}`, kind(word)), " "]));
}

const details = document.getElementById("details");
if (run.comparison) {
  details.append(regressions(run.comparison));
}
if (failed.length > 0) {
  details.append(section("failed", `${plural(failed.length, "scene")} not done`,
    table("Scenes that are not done", [{ title: "Scene" }, { title: "Verdict" }, { title: "Why, and what to do" }, { title: "Who can fix it" }],
      failed.map((scene) => [link(scene), verdictBadge(scene), scene.verdict_detail, scene.who_fixes.toLowerCase()]))));
}
details.append(section("scenes", "Scenes", ...sceneTable()));

function regressions({ before, better, equal, worse, scenes: compared, only_before: gone }) {
  const changed = compared.filter((scene) => scene.outcome !== "EQUAL");
  const missing = gone.length > 0 ? ` ${plural(gone.length, "scene")} of ${before} are not in this run.` : "";
  return section("changes", `Against ${before}: ${count(worse)} worse, ${count(better)} better, ${count(equal)} equal`,
    missing ? el("p", {}, missing) : "",
    changed.length === 0 ? "" : table(`Scenes that changed since ${before}`,
      [{ title: "Scene" }, { title: "Change" }, { title: "What changed" }, { title: `PSNR in ${before}, dB`, number: true }, { title: "PSNR now, dB", number: true }],
      changed.map((scene) => [
        link(scenes.find((one) => one.scene === scene.scene)),
        badge(scene.outcome.toLowerCase(), scene.outcome === "WORSE" ? "poor" : "good"),
        scene.changes.map((change) => `${change.measure.toLowerCase()} ${change.outcome.toLowerCase()}`).join(", "),
        fixed(scene.psnr_before, 2), fixed(scene.psnr, 2)])));
}

function link(scene) {
  return el("a", { href: page(scene) }, scene.scene);
}

function sceneTable() {
  const columns = [
    { title: "Picture" },
    { title: "Scene", key: "scene" },
    { title: "Verdict", key: "verdict" },
    { title: "Quality", key: "quality_word", order: ["poor", "fair", "good"] },
    { title: "PSNR, dB", key: "psnr", number: true, text: (v) => fixed(v, 2) },
    { title: "SSIM", key: "ssim", number: true, text: (v) => fixed(v, 4) },
    { title: "Gaussians", key: "gaussians", number: true, text: count },
    { title: "Model", key: "model_bytes", number: true, text: bytes },
    { title: "Time", key: "attempt_seconds", number: true, text: duration },
    { title: "Cost, USD", key: "cost_usd", number: true, text: (v) => fixed(v, 3) },
  ];
  const rows = scenes.map((scene) => ({ scene, row: row(scene, columns) }));
  const body = el("tbody", {}, ...rows.map(({ row }) => row));
  const heads = columns.map((column) => el("th", { scope: "col", class: column.number ? "number" : "" },
    column.key ? el("button", { type: "button", onclick: () => sort(column) }, column.title) : column.title));
  let sorted = null;

  function sort(column) {
    const down = sorted?.column === column ? !sorted.down : Boolean(column.number);
    sorted = { column, down };
    const value = ({ scene }) => {
      const v = scene[column.key];
      return column.order && v ? column.order.indexOf(v) : v;
    };
    // Scenes without the figure come last in both orders.
    rows.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) {
        return (x === null) - (y === null);
      }
      return (down ? -1 : 1) * (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y);
    });
    body.append(...rows.map(({ row }) => row));
    heads.forEach((head, i) => (columns[i] === column ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
  }

  const shown = el("p", { id: "shown", "aria-live": "polite" });
  const text = el("input", { type: "search", id: "filter", oninput: () => filter() });
  const choice = (id, key) => el("select", { id, onchange: () => filter() }, el("option", { value: "" }, "all"),
    ...tally(key).map(([word]) => el("option", {}, word)));
  const verdict = choice("filter-verdict", "verdict");
  const quality = choice("filter-quality", "quality_word");
  function filter() {
    const wanted = text.value.trim().toLowerCase();
    let n = 0;
    rows.forEach(({ scene, row }) => {
      const fits = (scene.scene.toLowerCase().includes(wanted) || scene.verdict_detail.toLowerCase().includes(wanted))
        && (!verdict.value || scene.verdict === verdict.value) && (!quality.value || scene.quality_word === quality.value);
      row.hidden = !fits;
      n += fits;
    });
    shown.textContent = `${count(n)} of ${plural(scenes.length, "scene")} shown`;
  }
  filter();
  return [
    el("div", { class: "tools" }, el("label", {}, "Find: ", text), el("label", {}, "Verdict: ", verdict), el("label", {}, "Quality: ", quality)),
    shown,
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of scenes" },
      el("table", { id: "scene-table" }, el("caption", { class: "hidden" }, "Scenes. The buttons in the head sort."), el("thead", {}, el("tr", {}, ...heads)), body)),
  ];
}

function row(scene, columns) {
  const cells = columns.slice(4).map((column) => el("td", { class: "number" }, column.text(scene[column.key])));
  const picture = scene.preview ? el("img", { src: `scenes/${encodeURIComponent(scene.folder)}/${address(scene.preview)}`, alt: "", loading: "lazy", class: "thumbnail" }) : "";
  return el("tr", {}, el("td", {}, picture), el("th", { scope: "row" }, link(scene)), el("td", {}, verdictBadge(scene)),
    el("td", {}, qualityBadge(scene.quality_word) ?? ""), ...cells);
}
