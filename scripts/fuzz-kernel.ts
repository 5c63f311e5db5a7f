/** `npm run fuzz:kernel -- --steps N --seed S`: the model against the live kernel, call by call. */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fuzz, shrink, storeOps } from "../test/helpers/kernel-fuzz.ts";
import { describe } from "../test/helpers/kernel-model.ts";
import { KernelWorker } from "../test/helpers/kernel-worker.ts";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
  },
});
const seed = Number(values.seed);
const steps = Number(values.steps);
const worker = await KernelWorker.start();
const began = performance.now();
console.log(`seed ${seed}, ${steps} steps`);
const result = await fuzz(worker, {
  seed,
  steps,
  onProgress: (done) => process.stderr.write(`\r${done} steps`),
});
const seconds = (performance.now() - began) / 1000;
process.stderr.write("\r");
if (result.failure === undefined) {
  console.log(
    `${result.steps} steps, ${result.foretold} answers foretold, 0 divergences, ${seconds.toFixed(1)} s`,
  );
} else {
  const { failure } = result;
  console.log(`step ${failure.step}: ${failure.message}`);
  const shrunk = await shrink(worker, failure.ops);
  const ops = shrunk?.ops ?? failure.ops;
  console.log(shrunk === undefined ? "it does not happen again alone" : shrunk.message);
  for (const op of ops) console.log(`  ${describe(op)}`);
  mkdirSync("fixtures/space", { recursive: true });
  const path = `fixtures/space/fuzz-${seed}.json`;
  const stored = storeOps(ops, worker.hello).map((op) => JSON.stringify(op));
  writeFileSync(path, `[\n  ${stored.join(",\n  ")}\n]\n`);
  console.log(`kept as ${path}`);
  process.exitCode = 1;
}
worker.stop();
