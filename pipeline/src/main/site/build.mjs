// build.mjs OUT TEST: bundles the scripts and styles of the pages into OUT, with the licences of the packages that are in them. Puts what
// only tests need into TEST.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [out, test] = process.argv.slice(2);
mkdirSync(test, { recursive: true });
const options = { bundle: true, minify: true, metafile: true, legalComments: "none", target: "es2022", charset: "utf8", logLevel: "warning" };
const scripts = await build({ ...options, entryPoints: ["src/run.js", "src/scene.js"], format: "iife", outdir: out });
const viewer = await build({ ...options, entryPoints: ["src/viewer.js"], format: "esm", outdir: out });
const styles = await build({ ...options, entryPoints: ["src/page.css"], outdir: out });
["page.html", "run.html", "scene.html"].forEach((page) => copyFileSync(`src/${page}`, `${out}/${page}`));

const packages = new Set();
for (const { metafile } of [scripts, viewer, styles]) {
  Object.keys(metafile.inputs).forEach((file) => {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (name) {
      packages.add(name[1]);
    }
  });
}
writeFileSync(`${out}/licences.txt`, [...packages].sort().map((name) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const licence = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((file) => `node_modules/${name}/${file}`).find(existsSync);
  if (!licence) {
    throw new Error(`Cannot show the licence of ${name}: its package has no file LICENSE`);
  }
  return `${name} ${version}\n\n${readFileSync(licence, "utf8").trim()}\n`;
}).join("\n----\n\n"));
copyFileSync("node_modules/axe-core/axe.min.js", `${test}/axe.min.js`);
