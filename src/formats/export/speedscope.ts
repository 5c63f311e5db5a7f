/** Call stacks in speedscope's file format, sampled: by number of calls and by time in the kernel. */

import { UserError } from "../../base/errors.ts";
import { isCallCode } from "../../events/kinds.ts";
import type { Exporter, ExportOut, ExportSource, NamedFrame } from "./exporter.ts";
import { TextBlock } from "./text-block.ts";

export const speedscope: Exporter = {
  name: "speedscope",
  writes: "call stacks, by number of calls and by time, where stacks were recorded",
  isBinary: false,
  run,
};

interface Weights {
  calls: number;
  nanos: number;
}

async function run(source: ExportSource, out: ExportOut): Promise<void> {
  const stacks = weighed(source);
  if (stacks.size === 0) {
    throw new UserError(`recording ${source.recording.id} holds no call stacks`, {
      hint: "maptrail record --stacks=fp -- CMD records them.",
    });
  }
  const frames = new Frames();
  const samples = [...stacks.keys()].map((id) =>
    // Outermost first.
    [...source.stackOf(id)].reverse().map((frame) => frames.indexOf(frame)),
  );
  const weights = [...stacks.values()];
  const block = new TextBlock(out);
  block.add(
    `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"maptrail"`,
  );
  block.add(
    `,"shared":{"frames":[${frames.list.map((frame) => JSON.stringify(frame)).join(",\n")}]}`,
  );
  block.add(`,"profiles":[`);
  await profile(
    block,
    "calls",
    "none",
    samples,
    weights.map(({ calls }) => calls),
  );
  block.add(",");
  await profile(
    block,
    "time in the kernel",
    "nanoseconds",
    samples,
    weights.map(({ nanos }) => nanos),
  );
  block.add("]}\n");
  await block.flush();
}

async function profile(
  block: TextBlock,
  name: string,
  unit: "none" | "nanoseconds",
  samples: readonly (readonly number[])[],
  weights: readonly number[],
): Promise<void> {
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  const head = { type: "sampled", name, unit, startValue: 0, endValue };
  block.add(`${JSON.stringify(head).slice(0, -1)},"samples":[`);
  for (const [i, sample] of samples.entries()) {
    block.add(`${i === 0 ? "" : ","}[${sample.join(",")}]`);
    if (block.isFull) await block.flush();
  }
  block.add(`],"weights":[${weights.join(",")}]}`);
}

/** By stack; calls without one are left out. */
function weighed(source: ExportSource): Map<number, Weights> {
  const stacks = new Map<number, Weights>();
  for (const batch of source.batches()) {
    for (let row = 0; row < batch.length; row++) {
      if (!isCallCode(batch.kind[row]!)) continue;
      const id = source.stackNumberOf(batch, row);
      if (id === 0) continue;
      const weights = stacks.get(id) ?? { calls: 0, nanos: 0 };
      stacks.set(id, weights);
      weights.calls += 1;
      weights.nanos += Math.round(Math.max(0, batch.duration[row]!));
    }
  }
  return stacks;
}

/** Frames, each once. */
class Frames {
  readonly list: NamedFrame[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf({ name, file, line }: NamedFrame): number {
    const key = `${name}\n${file}\n${line}`;
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.list.push({ name, file, line }) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }
}
