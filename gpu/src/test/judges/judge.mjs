// Runs public tools on model files: node judge.mjs TASKS.json, where tasks are [tool, in, out, option…]. The first failure ends it.
import { readFile, writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

// PlayCanvas' command, in a thread of its own instead of a process: a fifth of the time.
const splatTransform = (input, output, ...options) =>
  new Promise((resolve, reject) => {
    const command = new URL('node_modules/@playcanvas/splat-transform/bin/cli.mjs', import.meta.url);
    new Worker(command, { argv: ['-q', '-w', '-g', 'cpu', ...options, input, output] })
      .on('error', reject)
      .on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}`))));
  });

// The viewer Spark: reads any format, writes .spz version 2.
const spark = async (input, output) => {
  const { PagedSplats, transcodeSpz } = await import('@sparkjsdev/spark');
  const bytes = new Uint8Array(await readFile(input));
  await new PagedSplats({ fileBytes: bytes }).getRadMeta().catch(() => {}); // fails, but not before its WebAssembly is ready
  const { fileBytes } = await transcodeSpz({ inputs: [{ fileBytes: bytes, pathOrUrl: input }], fractionalBits: 16 });
  await writeFile(output, fileBytes);
};

// The viewer gsplat.js: reads a .ply, writes .splat.
const gsplat = async (input, output) => {
  const { PLYLoader, Scene } = await import('gsplat');
  const { buffer, byteOffset, length } = await readFile(input);
  const splat = PLYLoader.LoadFromArrayBuffer(buffer.slice(byteOffset, byteOffset + length), new Scene());
  await writeFile(output, splat.data.serialize());
};

// Khronos' validator, and the values of each attribute as glTF Transform reads them.
const gltf = async (input, output) => {
  const { default: validator } = await import('gltf-validator');
  const { NodeIO } = await import('@gltf-transform/core');
  const bytes = new Uint8Array(await readFile(input));
  const { issues } = await validator.validateBytes(bytes);
  const node = (await new NodeIO().readBinary(bytes)).getRoot().listNodes()[0];
  const [primitive] = node.getMesh().listPrimitives();
  const attributes = {};
  for (const name of primitive.listSemantics()) {
    const accessor = primitive.getAttribute(name);
    const row = new Array(accessor.getElementSize());
    attributes[name] = Array.from({ length: accessor.getCount() }, (_, i) => [...accessor.getElement(i, row)]);
  }
  await writeFile(output, JSON.stringify({ issues, matrix: node.getWorldMatrix(), attributes }));
};

const tools = { 'splat-transform': splatTransform, spark, gsplat, gltf };
for (const [tool, ...task] of JSON.parse(await readFile(process.argv[2], 'utf8'))) {
  try {
    await tools[tool](...task);
  } catch (error) {
    console.error(`${tool} failed on ${task.join(' ')}: ${error.stack ?? error}`);
    process.exit(1);
  }
}
