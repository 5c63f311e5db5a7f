/** Recorded answers of a kernel, rule by rule: what the table tests of the model hold it against. */
import { readFileSync } from "node:fs";
import { type MemoryCall, memoryCalls } from "../../src/events/kinds.ts";
import type { KernelFeatures } from "../../src/space/state/features.ts";
import type { KernelWorker } from "./kernel-worker.ts";

export interface TableStep {
  readonly call: MemoryCall;
  /** Hexadecimal, as in the registers. */
  readonly args: readonly string[];
  /** What the event carries besides: the number of the file, or the size of the segment. */
  readonly file?: number;
  readonly shmBytes?: number;
  readonly result: string;
  /** Lines of /proc/PID/maps after the call, where it changed them. */
  readonly after?: readonly string[];
}

export interface TableCase {
  readonly rule: string;
  readonly name: string;
  readonly before: readonly string[];
  readonly steps: readonly TableStep[];
}

export interface Tables {
  readonly kernel: string;
  readonly features: KernelFeatures;
  readonly files: readonly {
    readonly dev: number;
    readonly inode: string;
    readonly readOnly: boolean;
  }[];
  readonly cases: readonly TableCase[];
}

export interface PlannedStep {
  readonly call: MemoryCall;
  readonly args: readonly number[];
  readonly file?: number;
}

export interface PlannedCase {
  readonly rule: string;
  readonly name: string;
  /** Made anew for each run: `last` is the last result. */
  readonly steps: readonly ((last: number) => PlannedStep)[];
}

const segmentBytes = 8 * 4096;

function hex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** Lines of the worker's maps in the arena, and its heap. */
function lines(worker: KernelWorker): string[] {
  const { arenaStart, arenaEnd } = worker.hello;
  const text = readFileSync(`/proc/${worker.pid}/maps`, "utf8");
  return text.split("\n").filter((line) => {
    const start = Number.parseInt(line, 16);
    return (start >= arenaStart && start < arenaEnd) || line.endsWith("[heap]");
  });
}

/** Executes the planned calls, each case in an empty arena, and keeps what the kernel said. */
export async function recordCase(worker: KernelWorker, planned: PlannedCase): Promise<TableCase> {
  await worker.run([{ kind: -2, args: [] }]);
  const before = lines(worker);
  const steps: TableStep[] = [];
  let last = 0;
  let known = before;
  for (const plan of planned.steps) {
    const { call, args, file } = plan(last);
    const [answer] = await worker.run([{ kind: memoryCalls[call], args }]);
    last = answer!.result;
    const after = lines(worker);
    const changed = after.join() !== known.join();
    known = after;
    steps.push({
      call,
      args: args.map(hex),
      ...(file !== undefined && { file }),
      ...(call === "shmat" && { shmBytes: segmentBytes }),
      result: hex(last),
      ...(changed && { after }),
    });
  }
  return { rule: planned.rule, name: planned.name, before, steps };
}
