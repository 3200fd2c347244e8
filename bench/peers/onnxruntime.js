// ONNX Runtime as an engine, with the protocol of turns.h:
//
//   node onnxruntime.js NODE_MODULES [--exact] FOLDER OUTPUT THREADS
//
// Without VNNI, sums of 8-bit products may saturate unless they are to be exact.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [modules, ...rest] = process.argv.slice(2);
const exact = rest[0] === '--exact';
const [folder, output, threads] = rest.slice(exact ? 1 : 0);
const ort = require(path.resolve(modules, 'onnxruntime-node'));
const arrays = {float32: Float32Array, int8: Int8Array, uint8: Uint8Array};

const now = () => Number(process.hrtime.bigint()) * 1e-9;

// Maps are NCHW here and NHWC in every other engine.
function toNchw(values, [, h, w, c]) {
  const moved = new values.constructor(values.length);
  for (let pixel = 0; pixel < h * w; ++pixel)
    for (let k = 0; k < c; ++k) moved[k * h * w + pixel] = values[pixel * c + k];
  return moved;
}

function toNhwc(values, [, c, h, w]) {
  return toNchw(values, [1, c, 1, h * w]);
}

function readInput({type, shape: [n, c, h, w]}) {
  const bytes = new Uint8Array(fs.readFileSync(path.join(folder, 'input.bin')));
  return new ort.Tensor(type, toNchw(new arrays[type](bytes.buffer), [n, h, w, c]), [n, c, h, w]);
}

function writeOutputs(names, outputs) {
  const parts = names.map((name) => {
    const {data, dims} = outputs[name];
    const values = dims.length === 4 ? toNhwc(data, dims) : data;
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  });
  fs.writeFileSync(output, Buffer.concat(parts));
}

async function takeTurn(seconds, run) {
  const leastRuns = 2;
  await run();
  const times = [];
  const end = now() + seconds;
  while (times.length < leastRuns || now() < end) {
    const begin = now();
    await run();
    times.push((now() - begin).toFixed(9));
  }
  console.log(times.join(' '));
}

async function main() {
  const began = now();
  const session = await ort.InferenceSession.create(path.join(folder, 'net.onnx'), {
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    extra: exact ? {session: {x64quantprecision: '1'}} : {},
  });
  const input = session.inputMetadata[0];
  const feeds = {[input.name]: readInput(input)};
  const run = () => session.run(feeds);
  const prepared = now();
  const outputs = await run();
  const first = now() - prepared;
  writeOutputs(session.outputNames, outputs);
  console.log('ready ' + JSON.stringify({arena: -1, prepare: prepared - began, first}));
  for await (const line of readline.createInterface({input: process.stdin})) {
    await takeTurn(Number(line.split(' ')[1]), run);
  }
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
