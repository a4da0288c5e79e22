// How training went: one small chart per figure, each with its table.
import uPlot from "uplot";
import { bytes, count, el, fixed, plural, table } from "./dom.js";

const ROWS = 40; // of a table: more are thinned out

/** `curve`: {step, loss, psnr, gaussians, width, height, device_bytes} each. */
export function curves(curve) {
  if (curve.length < 2) {
    return [el("p", {}, "Training was too short for a curve.")];
  }
  const first = curve[0];
  const last = curve[curve.length - 1];
  const most = (key) => Math.max(...curve.map((point) => point[key]));
  const charts = [
    chart(curve, "psnr", "Training PSNR, dB", 1, (v) => fixed(v, 2),
      `Training PSNR: ${fixed(first.psnr, 1)} dB at step ${count(first.step)}, ${fixed(last.psnr, 1)} dB at the end`),
    chart(curve, "loss", "Loss", 1, (v) => fixed(v, 4), `Loss: ${fixed(first.loss, 3)} at the start, ${fixed(last.loss, 3)} at the end`),
    chart(curve, "gaussians", "Gaussians, thousands", 1000, count,
      `Gaussians: ${count(first.gaussians)} at the start, ${count(most("gaussians"))} at most, ${count(last.gaussians)} at the end`),
    chart(curve, "width", "Width of the pictures, px", 1, count,
      first.width === last.width ? `Resolution: ${last.width} x ${last.height} px throughout`
        : `Resolution: from ${first.width} x ${first.height} px to ${last.width} x ${last.height} px`),
  ];
  if (last.device_bytes) {
    charts.push(chart(curve, "device_bytes", "Device memory, MB", 1e6, bytes, `Device memory: ${bytes(most("device_bytes"))} at most`));
  }
  return charts;
}

function chart(curve, key, axis, unit, text, title) {
  const plot = el("div", { class: "plot", "aria-hidden": "true" });
  const every = Math.ceil(curve.length / ROWS);
  const kept = curve.filter((point, i) => i % every === 0 || i === curve.length - 1);
  draw(plot, curve, key, axis, unit);
  return el("div", { class: "chart" },
    el("h3", {}, title),
    plot,
    el("details", {}, el("summary", {}, `${plural(kept.length, "point")} as a table`),
      table(title, [{ title: "Step", number: true }, { title: axis.replace(/, (thousands|MB)$/, ""), number: true }],
        kept.map((point) => [count(point.step), text(point[key])]))));
}

/** Draws again when the width or the colours change. */
function draw(plot, curve, key, axis, unit) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chart = null;
  const size = () => ({ width: plot.clientWidth, height: 220 });
  const make = () => {
    chart?.destroy();
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(name).trim();
    const side = (label, width) => ({
      label, size: width, stroke: color("--text"), grid: { stroke: color("--line") }, ticks: { stroke: color("--line") },
    });
    chart = new uPlot({
      ...size(),
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false } },
      axes: [side("Step", 44), side(axis, 66)],
      series: [{}, { stroke: color("--accent"), width: 2 }],
    }, [curve.map((point) => point.step), curve.map((point) => point[key] / unit)], plot);
  };
  new ResizeObserver(() => {
    if (plot.clientWidth > 0) {
      chart ? chart.setSize(size()) : make();
    }
  }).observe(plot);
  dark.addEventListener("change", make);
}
