/** The processes of a recording as a tree, in the order in which the screen lists them. */
import type { Tape } from "../app/explore/tape.ts";
import { baseNameOf } from "./draw/names.ts";

export interface ProcessLine {
  readonly process: number;
  /** 0 for one without a parent in the recording. */
  readonly depth: number;
  readonly pid: number;
  readonly program: string;
  readonly argv: readonly string[];
  readonly how: "launch" | "exec" | "fork" | undefined;
  readonly coverage: "full" | "partial" | "none" | undefined;
  readonly reasons: readonly string[];
  readonly startNanos: number;
  readonly endNanos: number | undefined;
}

/** Cycles cannot be, but a damaged recording may name them: each process is listed once. */
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
    // A program that a process goes on with by exec is no child of it.
    const next = (child: number): number =>
      landmarks.get(child)?.row?.how === "exec" ? depth : depth + 1;
    waiting.push(...below.map((child) => ({ process: child, depth: next(child) })).reverse());
  }
  return lines;
}
