// A held-out photograph and the model's picture of the same view, one over the other.
import { el, fixed, table } from "./dom.js";
import { source } from "./files.js";

/** `views`: {name, psnr, ssim, render, photograph, width, height} each. */
export function compare(views) {
  const photograph = el("img", { alt: "" });
  const render = el("img", { alt: "", class: "over" });
  const handle = el("div", { class: "handle" });
  const pictures = el("div", { class: "pictures slider" }, photograph, render, handle);
  const caption = el("figcaption", { "aria-live": "polite" });

  const slider = el("input", { type: "range", id: "slider", min: "0", max: "100", value: "50", step: "1", oninput: () => slide() });
  const slide = () => {
    render.style.clipPath = `inset(0 0 0 ${slider.value}%)`;
    handle.style.left = `${slider.value}%`;
    slider.setAttribute("aria-valuetext", `photograph on the left ${slider.value} %, model on the right`);
  };
  const mode = el("select", { id: "compare-mode", onchange: () => {
    pictures.className = `pictures ${mode.value}`;
    slider.disabled = mode.value !== "slider";
    if (mode.value === "slider") {
      slide();
    } else {
      render.style.clipPath = "none";
    }
  } },
    el("option", { value: "slider" }, "Slider"),
    el("option", { value: "difference" }, "Difference, 4 times as bright"),
    el("option", { value: "beside" }, "Side by side"));

  const chosen = el("select", { id: "view", onchange: () => show(chosen.selectedIndex) }, ...views.map((view) => el("option", {}, view.name)));
  const show = (i) => {
    const view = views[i];
    chosen.selectedIndex = i;
    photograph.src = source(view.photograph);
    render.src = source(view.render);
    photograph.alt = `Photograph ${view.name}`;
    render.alt = `The model, seen from the camera of ${view.name}`;
    for (const picture of [photograph, render]) {
      picture.width = view.width;
      picture.height = view.height;
    }
    caption.textContent = `${view.name}: PSNR ${fixed(view.psnr, 2)} dB, SSIM ${fixed(view.ssim, 4)}. Left: the photograph, which training did not see. `
      + "Right: the model.";
    rows.querySelectorAll("button").forEach((button, at) => button.setAttribute("aria-pressed", at === i));
  };

  const rows = perView(views, (i) => {
    show(i);
    pictures.scrollIntoView({ block: "nearest" });
  });
  show(worst(views));
  slide();
  return [
    el("div", { class: "tools" },
      el("label", {}, "View: ", chosen), el("label", {}, "Show: ", mode), el("label", {}, "Slider: ", slider)),
    el("figure", {}, pictures, caption),
    el("h3", {}, title(views)),
    rows,
  ];
}

/** The view that the eye should see first: the one with the lowest PSNR. */
function worst(views) {
  return views.reduce((least, view, i) => (view.psnr < views[least].psnr ? i : least), 0);
}

function title(views) {
  const low = views[worst(views)];
  const high = views.reduce((best, view) => (view.psnr > best.psnr ? view : best));
  return `PSNR per view: ${fixed(low.psnr, 1)} dB (${low.name}) to ${fixed(high.psnr, 1)} dB (${high.name})`;
}

/** The table is its own chart: each row has a bar, from 0 dB. */
function perView(views, choose) {
  const most = Math.max(...views.map((view) => view.psnr));
  return table("PSNR and SSIM per held-out view",
    [{ title: "View" }, { title: "PSNR, dB", number: true }, { title: "" }, { title: "SSIM", number: true }],
    views.map((view, i) => {
      const bar = el("div", { class: "bar", "aria-hidden": "true" });
      bar.style.width = `${(100 * view.psnr) / most}%`;
      return [el("button", { type: "button", class: "link", onclick: () => choose(i) }, view.name), fixed(view.psnr, 2), bar, fixed(view.ssim, 4)];
    }));
}
