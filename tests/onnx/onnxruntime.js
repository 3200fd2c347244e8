// Runs every model NAME.onnx of a folder in onnxruntime: inputs from NAME.in0.bin, NAME.in1.bin ..., outputs to
// NAME.out0.bin ..., all as raw bytes.
//
//   node onnxruntime.js NODE_MODULES FOLDER
'use strict';
const fs = require('fs');
const path = require('path');

const [modules, folder] = process.argv.slice(2);
const ort = require(path.resolve(modules, 'onnxruntime-web'));
const arrays = {float32: Float32Array, int8: Int8Array, uint8: Uint8Array};

async function run(base) {
  const model = new Uint8Array(fs.readFileSync(base + '.onnx'));
  const session = await ort.InferenceSession.create(model, {logSeverityLevel: 3});
  const feeds = {};
  session.inputMetadata.forEach((input, i) => {
    const bytes = new Uint8Array(fs.readFileSync(`${base}.in${i}.bin`));
    feeds[input.name] = new ort.Tensor(input.type, new arrays[input.type](bytes.buffer), input.shape);
  });
  const outputs = await session.run(feeds);
  session.outputNames.forEach((name, i) => {
    const data = outputs[name].data;
    fs.writeFileSync(`${base}.out${i}.bin`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}

async function main() {
  ort.env.wasm.numThreads = 1;
  for (const file of fs.readdirSync(folder).sort()) {
    if (file.endsWith('.onnx')) await run(path.join(folder, path.parse(file).name));
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
