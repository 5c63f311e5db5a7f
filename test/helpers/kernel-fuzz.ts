/** Drives kernel and model through random calls, and makes what fails as short as it gets. */
import { OpGenerator, randomSource } from "./kernel-generator.ts";
import { KernelModel } from "./kernel-model.ts";
import { clearOp, type KernelHello, type KernelOp, type KernelWorker } from "./kernel-worker.ts";

const episodeSteps = 512;
const batchSteps = 64;

export interface FuzzFailure {
  readonly seed: number;
  readonly step: number;
  readonly message: string;
  /** From an empty arena on; the last one fails. */
  readonly ops: readonly KernelOp[];
}

export interface FuzzResult {
  readonly steps: number;
  readonly foretold: number;
  readonly failure?: FuzzFailure;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly steps: number;
  readonly onProgress?: (steps: number) => void;
}

/** Runs until the first divergence. Of four episodes one touches pages. */
export async function fuzz(worker: KernelWorker, options: FuzzOptions): Promise<FuzzResult> {
  const random = randomSource(options.seed);
  let steps = 0;
  let foretold = 0;
  for (let episode = 0; steps < options.steps; episode += 1) {
    await worker.run([{ kind: clearOp, args: [] }]);
    const model = new KernelModel(worker.hello);
    const generator = new OpGenerator(random, worker.hello, model.space, episode % 4 === 3);
    const done: KernelOp[] = [];
    while (done.length < episodeSteps && steps < options.steps) {
      const count = Math.min(batchSteps, options.steps - steps);
      const ops = Array.from({ length: count }, () => generator.next());
      const answers = await worker.run(ops);
      for (let i = 0; i < ops.length; i += 1) {
        done.push(ops[i]!);
        steps += 1;
        const message = model.step(ops[i]!, answers[i]!);
        if (message === undefined) continue;
        const failure = { seed: options.seed, step: steps, message, ops: done };
        return { steps, foretold: foretold + model.foretold, failure };
      }
    }
    foretold += model.foretold;
    if (episode % 64 === 0) options.onProgress?.(steps);
  }
  return { steps, foretold };
}

/** Runs the calls from an empty arena; what differs first, and where. */
export async function replay(
  worker: KernelWorker,
  ops: readonly KernelOp[],
): Promise<{ message: string; index: number } | undefined> {
  await worker.run([{ kind: clearOp, args: [] }]);
  const model = new KernelModel(worker.hello);
  const answers = await worker.run(ops);
  for (let i = 0; i < ops.length; i += 1) {
    const message = model.step(ops[i]!, answers[i]!);
    if (message !== undefined) return { message, index: i };
  }
  return undefined;
}

/** Leaves out calls as long as something still differs: delta debugging. */
export async function shrink(
  worker: KernelWorker,
  failing: readonly KernelOp[],
): Promise<{ ops: readonly KernelOp[]; message: string } | undefined> {
  const first = await replay(worker, failing);
  if (first === undefined) return undefined;
  let ops = failing.slice(0, first.index + 1);
  let { message } = first;
  for (let size = ops.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < ops.length; ) {
      const fewer = [...ops.slice(0, at), ...ops.slice(at + size)];
      const found = fewer.length > 0 ? await replay(worker, fewer) : undefined;
      if (found === undefined) at += size;
      else {
        ops = fewer.slice(0, found.index + 1);
        message = found.message;
      }
    }
  }
  return { ops, message };
}

/** A call in a fixture: addresses from the arena's end, descriptors and the segment by name. */
export type StoredOp = readonly [kind: number, ...args: string[]];

const nearBytes = 64 * 1024 * 1024;

export function storeOps(ops: readonly KernelOp[], hello: KernelHello): StoredOp[] {
  return ops.map(({ kind, args }) => [
    kind,
    ...args.map((value, n) => {
      if (kind === 1 && n === 4 && value >= 0) return `fd${hello.fds.indexOf(value)}`;
      if (kind === 8 && n === 0) return "shm";
      const below = hello.arenaEnd - value;
      return below >= 0 && below <= nearBytes ? `end-${below}` : String(value);
    }),
  ]);
}

export function loadOps(stored: readonly StoredOp[], hello: KernelHello): KernelOp[] {
  return stored.map(([kind, ...args]) => ({
    kind,
    args: args.map((text) => {
      if (text === "shm") return hello.shmId;
      if (text.startsWith("fd")) return hello.fds[Number(text.slice(2))] ?? -1;
      return text.startsWith("end-") ? hello.arenaEnd - Number(text.slice(4)) : Number(text);
    }),
  }));
}
