/** The processes of a recording as a tree, in the order in which they are listed. */
import type { Tape } from "../../app/explore/tape.ts";
import { baseNameOf } from "../draw/names.ts";
import type { ProcessLine } from "../draw/processes.ts";

/** Parents of a damaged recording may form a cycle: each process is listed at most once. */
export function processLines({ landmarks }: Tape): ProcessLine[] {
  const children = new Map<number, number[]>();
  const roots: number[] = [];
  for (const { process, row } of landmarks.values()) {
    const parent = row?.parent;
    if (parent === undefined || !landmarks.has(parent) || parent === process) roots.push(process);
    else children.set(parent, [...(children.get(parent) ?? []), process]);
  }
  const lines: ProcessLine[] = [];
  const seen = new Set<number>();
  const waiting = roots.map((process) => ({ process, depth: 0 })).reverse();
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const { process, depth } = one;
    if (seen.has(process)) continue;
    seen.add(process);
    const row = landmarks.get(process)?.row;
    lines.push({
      process,
      depth,
      pid: row?.pid ?? 0,
      program: baseNameOf(row?.exe || row?.argv[0] || "unknown program"),
      argv: row?.argv ?? [],
      how: row?.how,
      coverage: row?.coverage.status,
      reasons: row?.coverage.reasons ?? [],
      startNanos: row?.atNanos ?? 0,
      endNanos: row?.end?.atNanos,
    });
    const below = children.get(process) ?? [];
    // exec replaces the program of the same process: what it starts is no child.
    const next = (child: number): number =>
      landmarks.get(child)?.row?.how === "exec" ? depth : depth + 1;
    waiting.push(...below.map((child) => ({ process: child, depth: next(child) })).reverse());
  }
  return lines;
}
