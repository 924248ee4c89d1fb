// ONNX Runtime as an engine: node ort_worker.js serve ASSIGNMENT, orders on standard input.
'use strict';
const fs = require('fs');
const readline = require('readline');
const runtime = require('onnxruntime-node');

const answer = document => process.stdout.write(JSON.stringify(document) + '\n');

function readBatches(path, length) {
  const file = fs.openSync(path);
  const count = fs.fstatSync(file).size / 4 / length;
  const batches = Array.from({ length: count }, () => new Float32Array(length));
  for (const batch of batches) fs.readSync(file, batch);
  fs.closeSync(file);
  return batches;
}

async function serve(assignment) {
  const session = await runtime.InferenceSession.create(assignment.onnx, {
    executionProviders: ['cpu'], graphOptimizationLevel: 'all', executionMode: 'sequential',
    intraOpNumThreads: assignment.threads, interOpNumThreads: 1,
  });
  const shape = [assignment.batch, ...assignment.size];
  const batches = readBatches(assignment.images, shape.reduce((a, b) => a * b));
  let next = 0;

  // The tensor takes the array as it is, without a copy.
  async function run() {
    const batch = batches[next];
    next = (next + 1) % batches.length;
    const outputs = await session.run({ image: new runtime.Tensor('float32', batch, shape) });
    return outputs.logits.data;
  }

  // The first run, which finds caches and pages as others left them, is not timed.
  async function runFor(seconds) {
    await run();
    const times = [];
    const start = performance.now();
    do {
      const before = performance.now();
      await run();
      times.push(performance.now() - before);
    } while (performance.now() - start < seconds * 1000);
    return times;
  }

  answer({ engine: `ONNX Runtime ${require('onnxruntime-node/package.json').version}`, runtime: `Node ${process.version}` });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [order, argument] = line.split(' ');
    if (order === 'run') answer({ milliseconds: await runFor(Number(argument)) });
    else if (order === 'check') {
      next = 0;
      answer({ outputs: Array.from(await run()) });
    } else throw new Error(`there is no order '${line}'`);
  }
}

serve(JSON.parse(process.argv[3]));
