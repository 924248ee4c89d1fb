// ONNX Runtime's answer: node run.js MODEL.onnx IMAGE OUTPUT CxHxW, float32 numbers of one image in and of the first output out. The
// folder with node_modules/onnxruntime-node is the working folder.
'use strict';
const fs = require('fs');
const path = require('path');
const runtime = require(path.join(process.cwd(), 'node_modules', 'onnxruntime-node'));

async function main([model, image, output, size]) {
  // What the file says, as it says it: of the runtime's own rewriting one changes numbers where a padding with zeros stands before a pooling.
  const session = await runtime.InferenceSession.create(model, { executionProviders: ['cpu'], graphOptimizationLevel: 'disabled' });
  const bytes = fs.readFileSync(image);
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const tensor = new runtime.Tensor('float32', numbers, [1, ...size.split('x').map(Number)]);
  const outputs = await session.run({ [session.inputNames[0]]: tensor });
  const { data } = outputs[session.outputNames[0]];
  fs.writeFileSync(output, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}

main(process.argv.slice(2)).catch(error => { console.error(String(error)); process.exit(1); });
