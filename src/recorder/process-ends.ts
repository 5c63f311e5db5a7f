/** How a process ended, from its journal and its parent, and what of its journal could not be read. */
import type { ProcessEnd } from "../events/process.ts";
import { startTicks } from "./journal-file.ts";
import type { ProcessSource } from "./process-source.ts";

/** The end of the program itself, which the recorder sees as its parent. */
export interface RootEnd {
  readonly pid: number;
  readonly code?: number;
  readonly signal?: number;
}

/** `otherwise` is used when neither the parent nor the process's last call shows how it ended. */
export function endOfSource(
  { file, exitStatus }: ProcessSource,
  root: RootEnd | undefined,
  otherwise: ProcessEnd["how"],
): Omit<ProcessEnd, "process" | "atNanos"> {
  const isRoot = root !== undefined && root.pid === file.header.pid;
  if (isRoot && root.signal !== undefined) return { how: "killed", signal: root.signal };
  if (exitStatus !== undefined) return { how: "exit", status: exitStatus };
  return { how: otherwise === "running" && !file.isAlive ? "killed" : otherwise };
}

/** For a process without a journal: only the program's own end is seen, and whether others still run. */
export function endOfUncovered(
  pid: number,
  atNanos: number,
  root: RootEnd | undefined,
  how: ProcessEnd["how"],
): Omit<ProcessEnd, "process"> | undefined {
  if (root?.pid === pid) {
    return root.signal === undefined
      ? { how: "exit", status: root.code ?? 0, atNanos }
      : { how: "killed", signal: root.signal, atNanos };
  }
  return how === "running" && startTicks(pid) !== undefined ? { how, atNanos } : undefined;
}

/** Sentences about what could not be read of its journal. */
export function damageOf({ reader, facts }: ProcessSource): string[] {
  const said = reader.damage.entries.map(
    ({ slot, reason }) => `process ${facts.number}, slot ${slot}: ${reason}`,
  );
  const { unknownKinds } = reader;
  if (unknownKinds > 0) {
    said.push(
      `process ${facts.number}: ${unknownKinds} records of kinds that this version does not know`,
    );
  }
  return said;
}
