// Files beside the page. The page that is one file has them inside, as base64.

import { address } from "./dom.js";

/** The address of a file of the scene. */
export function source(path) {
  const inside = [...document.querySelectorAll("script[data-file]")].find((block) => block.dataset.file === path);
  return inside ? `data:${inside.dataset.type};base64,${inside.textContent}` : address(path);
}

/** The bytes of a file. `progress` gets the number of bytes that have come so far. */
export async function load(path, progress) {
  const answer = await fetch(source(path));
  if (!answer.ok) {
    throw new Error(`Cannot load ${path}: the server answered ${answer.status}. Copy the whole folder of the pages to the server.`);
  }
  const parts = [];
  let length = 0;
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    parts.push(value);
    length += value.length;
    progress(length);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
