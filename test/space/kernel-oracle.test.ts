/** The model against the live kernel: random calls, and every sequence that ever told them apart. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fuzz, loadOps, replay, type StoredOp } from "../helpers/kernel-fuzz.ts";
import { OpGenerator, randomSource } from "../helpers/kernel-generator.ts";
import { KernelModel } from "../helpers/kernel-model.ts";
import { clearOp, forkOp, KernelWorker } from "../helpers/kernel-worker.ts";
import { fuzzTests } from "./kernel-oracle-tests.ts";

// `npm run mutate` asks for a shorter run, which it repeats for each mutant.
const steps = Number(process.env["MAPTRAIL_FUZZ_STEPS"] ?? 20_000);
const fixtures = join(import.meta.dirname, "../../fixtures/space");

fuzzTests(20_240_608, steps);

let worker: KernelWorker;

beforeAll(async () => {
  worker = await KernelWorker.start();
});

afterAll(() => worker.stop());

describe("model against kernel", () => {
  it("agrees when the maps come from text as well", async () => {
    const second = await KernelWorker.start({ KERNEL_WORKER_TEXT: "1" });
    const result = await fuzz(second, { seed: 7, steps: 5_000 });
    second.stop();
    expect(result.failure).toBeUndefined();
    expect(result.steps).toBe(5_000);
  });

  it.each(readdirSync(fixtures).filter((name) => name.startsWith("fuzz-")))(
    "agrees on %s",
    async (name) => {
      const stored = JSON.parse(readFileSync(join(fixtures, name), "utf8")) as StoredOp[];
      expect(stored.length).toBeGreaterThan(0);
      expect(await replay(worker, loadOps(stored, worker.hello))).toBeUndefined();
    },
  );

  it.each([false, true])(
    "gives a forked child what the kernel gives it, touched: %s",
    async (touches) => {
      const random = randomSource(touches ? 31 : 30);
      let held = 0;
      for (let episode = 0; episode < 40; episode += 1) {
        await worker.run([{ kind: clearOp, args: [] }]);
        const model = new KernelModel(worker.hello);
        const generator = new OpGenerator(random, worker.hello, model.space, touches);
        for (let round = 0; round < 12; round += 1) {
          const ops = Array.from({ length: 12 }, () => generator.next());
          const answers = await worker.run([...ops, { kind: forkOp, args: [] }]);
          ops.forEach((op, i) => {
            expect(model.step(op, answers[i]!)).toBeUndefined();
          });
          const child = answers[ops.length]!.vmas;
          expect(model.compareChild(child)).toBeUndefined();
          held += answers[ops.length - 1]!.vmas.length - child.length;
        }
      }
      // MADV_DONTFORK has held back something.
      expect(held).toBeGreaterThan(100);
    },
  );

  it("tells when an answer or a range is wrong", async () => {
    const ops = loadOps(
      [
        [1, "end-65536", "8192", "3", "50", "-1", "0"],
        [2, "end-65536", "4096"],
      ],
      worker.hello,
    );
    await worker.run([{ kind: clearOp, args: [] }]);
    const answers = await worker.run(ops);
    const honest = new KernelModel(worker.hello);
    expect(honest.step(ops[0]!, answers[0]!)).toBeUndefined();
    expect(honest.step(ops[1]!, answers[1]!)).toBeUndefined();
    const wrongAnswer = new KernelModel(worker.hello);
    wrongAnswer.step(ops[0]!, answers[0]!);
    expect(wrongAnswer.step(ops[1]!, { result: -22, vmas: answers[1]!.vmas })).toEqual(
      expect.any(String),
    );
    const wrongRange = new KernelModel(worker.hello);
    wrongRange.step(ops[0]!, answers[0]!);
    expect(wrongRange.step(ops[1]!, { result: 0, vmas: answers[0]!.vmas })).toEqual(
      expect.any(String),
    );
  });

  it("knows which kernel it runs on", () => {
    const [major = 0, minor = 0] = readFileSync("/proc/sys/kernel/osrelease", "utf8")
      .split(".")
      .map(Number);
    const version = major * 1000 + minor;
    expect(worker.hello.features.moveSeveral).toBe(version >= 6017);
  });
});
