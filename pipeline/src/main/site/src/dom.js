// Building blocks of the pages. Names and sentences of scenes only ever become text nodes, never markup.

/** The page's data, which stands in the page as JSON. */
export function data() {
  return JSON.parse(document.getElementById("data").textContent);
}

/** An element with properties, and with texts or elements below it. A null child is left out. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") {
      element.className = value;
    } else if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A section with a heading. */
export function section(id, title, ...children) {
  return el("section", { id, "aria-labelledby": `${id}-title` }, el("h2", { id: `${id}-title` }, title), ...children);
}

/** A table. `columns`: {title, number} each; cells are texts or elements. */
export function table(caption, columns, rows) {
  const side = (column) => (column.number ? "number" : "");
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("caption", { class: "hidden" }, caption),
      el("thead", {}, el("tr", {}, ...columns.map((c) => el("th", { scope: "col", class: side(c) }, c.title)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell, i) =>
        i === 0 ? el("th", { scope: "row", class: side(columns[i]) }, cell) : el("td", { class: side(columns[i]) }, cell)))))));
}

/** Pairs of a name and a value. A null value is left out. */
export function facts(pairs) {
  return el("dl", { class: "facts" },
    ...pairs.filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** A word such as OK or poor, with a colour that only repeats what the word says. */
export function badge(word, kind) {
  return el("span", { class: `badge ${kind}` }, word);
}

export function verdictBadge(scene) {
  return badge(scene.verdict, scene.done ? (scene.verdict === "OK" ? "good" : "fair") : "poor");
}

export function qualityBadge(word) {
  return word ? badge(word, word) : null;
}

/** A path as an address: each part may hold any character. */
export function address(path) {
  return path.split("/").map(encodeURIComponent).join("/");
}

const absent = (value) => value === null || value === undefined;

/** A number with a fixed count of digits after the point; empty for null. */
export function fixed(value, digits) {
  return absent(value) ? "" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function count(value) {
  return absent(value) ? "" : Math.round(value).toLocaleString("en");
}

export function bytes(value) {
  if (absent(value)) {
    return "";
  }
  const units = ["B", "kB", "MB", "GB", "TB"];
  let i = 0;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1000;
    i++;
  }
  return `${fixed(value, i === 0 || value >= 100 ? 0 : 1)} ${units[i]}`;
}

export function duration(seconds) {
  if (absent(seconds)) {
    return "";
  }
  if (seconds < 100) {
    return `${fixed(seconds, 1)} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function usd(value) {
  return absent(value) ? "" : `${fixed(value, value < 1 ? 3 : 2)} USD`;
}

export function plural(n, word) {
  return `${count(n)} ${word}${n === 1 ? "" : "s"}`;
}
