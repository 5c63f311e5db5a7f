/** Random calls on the model and on the live kernel, side by side. */
import { describe, expect, it, onTestFinished } from "vitest";
import { fuzz, shrink } from "../helpers/kernel-fuzz.ts";
import { KernelWorker } from "../helpers/kernel-worker.ts";

export function fuzzTests(seed: number, steps: number): void {
  describe("model against kernel", () => {
    it(`agrees after every one of ${steps} random calls`, async () => {
      const worker = await KernelWorker.start();
      onTestFinished(() => worker.stop());
      const result = await fuzz(worker, { seed, steps });
      if (result.failure !== undefined && process.env["MAPTRAIL_FUZZ_STEPS"] === undefined) {
        const shrunk = await shrink(worker, result.failure.ops);
        throw new Error(`${result.failure.message}\n${JSON.stringify(shrunk, undefined, 1)}`);
      }
      expect(result.failure).toBeUndefined();
      expect(result.steps).toBe(steps);
      // Answers were foretold, not only believed, where the kernel is one that the model knows.
      if (worker.hello.features.moveSeveral) expect(result.foretold).toBeGreaterThan(steps / 2);
    });
  });
}
