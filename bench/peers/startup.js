// From the start of Node to a first prediction: node startup.js MODEL.onnx SIDE VALUE VALUE VALUE, an image of one colour.
'use strict';
const runtime = require('onnxruntime-node');

async function main([path, side, ...colour]) {
  const session = await runtime.InferenceSession.create(path, { executionProviders: ['cpu'], graphOptimizationLevel: 'all' });
  const pixels = side * side;
  const image = new Float32Array(colour.length * pixels);
  colour.forEach((value, channel) => image.fill(Number(value), channel * pixels, (channel + 1) * pixels));
  const { logits } = await session.run({ image: new runtime.Tensor('float32', image, [1, colour.length, Number(side), Number(side)]) });
  const index = logits.data.indexOf(Math.max(...logits.data));
  console.log(JSON.stringify({ index, logit: logits.data[index] }));
}

main(process.argv.slice(2));
