/**
 * The lab's child process: `node child.js ACT [ARGUMENT]`. Each act may crash it, which is the
 * experiment; it writes no core file, and the kernel ends it first when memory runs out.
 */

import { writeFileSync, writeSync } from "node:fs";
import { mremapFlags } from "../events/flags.ts";
import { control, touch } from "../ffi/own-memory.ts";
import { Arena, pageBytes } from "./arena.ts";
import { measureCurve } from "./measure.ts";
import { doReallocSteps } from "./realloc-steps.ts";

const notDumpable = 4; // PR_SET_DUMPABLE

const acts: Readonly<Record<string, (argument: string) => void>> = {
  "touch-shrunk-tail": () => {
    const arena = new Arena(64);
    const at = arena.map(0, 8, { mark: 1 });
    arena.remap(at, 8 * pageBytes, 4 * pageBytes, 0);
    touch(at + 4 * pageBytes);
  },
  "touch-saved-pointer": () => {
    const arena = new Arena(64);
    const saved = arena.map(0, 4, { mark: 1 });
    arena.map(4, 1);
    arena.remap(saved, 4 * pageBytes, 8 * pageBytes, mremapFlags.mayMove);
    touch(saved);
  },
  realloc: (file) => writeFileSync(file, JSON.stringify(doReallocSteps())),
  curve: (upTo) => {
    dieFirst();
    measureCurve(Number(upTo), (line) => writeSync(1, `${JSON.stringify(line)}\n`));
  },
};

/** Best effort: where /proc is read-only, the kernel chooses by size, which is this process too. */
function dieFirst(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    return;
  }
}

const [name = "", argument = ""] = process.argv.slice(2);
const act = acts[name];
if (act === undefined) throw new Error(`the lab's child knows no act "${name}"`);
if (name !== "realloc") control(notDumpable, 0); // the recorder reads /proc of the one it records
act(argument);
