/** The processes of a recording, folded from the observations of their starts and ends. */
import { defaultPageBytes } from "../base/pages.ts";
import type { EventBatch } from "../events/batch.ts";
import { observations } from "../events/kinds.ts";
import type { Coverage, ProcessEnd, ProcessStart } from "../events/process.ts";

export interface ProcessRow extends ProcessStart {
  /** Undefined while it runs, or when nobody saw its end. */
  readonly end: ProcessEnd | undefined;
}

/**
 * The page size of the machine that was recorded, which all its processes share. A
 * journal has 0 when it does not know.
 */
export function pageBytesOf(processes: readonly Pick<ProcessRow, "pageBytes">[]): number {
  return processes[0]?.pageBytes || defaultPageBytes;
}

/** In the order of their numbers. `text` gives a blob's text, undefined when it cannot be read. */
export function foldProcesses(
  batches: Iterable<EventBatch>,
  text: (blob: number) => string | undefined,
): ProcessRow[] {
  const processes = new Map<number, ProcessRow>();
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      const code = batch.kind[row]!;
      if (code !== observations.processStarted && code !== observations.processEnded) continue;
      const value = parse(text(batch.args[0]![row]!));
      if (value === undefined) continue;
      const process = batch.process[row]!;
      if (code === observations.processStarted) {
        processes.set(process, { ...(value as ProcessStart), process, end: undefined });
      } else {
        const started = processes.get(process);
        if (started !== undefined) {
          const end = value as ProcessEnd;
          processes.set(process, { ...started, coverage: wholeCoverage(started, end), end });
        }
      }
    }
  }
  return [...processes.values()].sort((a, b) => a.process - b.process);
}

/** Mapping calls found outside libc reduce the coverage that the hook announced at the start. */
function wholeCoverage({ coverage }: ProcessStart, { outside = [] }: ProcessEnd): Coverage {
  if (outside.length === 0) return coverage;
  const reasons = new Map<string, Set<string>>();
  for (const { call, module } of outside) {
    reasons.set(module, (reasons.get(module) ?? new Set()).add(call));
  }
  return {
    ...coverage,
    status: coverage.status === "none" ? "none" : "partial",
    reasons: [
      ...coverage.reasons,
      ...[...reasons].map(
        ([module, calls]) =>
          `${[...calls].join(", ")}: made in ${module}, which the hook does not patch`,
      ),
    ],
    sites: [...coverage.sites, ...outside],
  };
}

function parse(json: string | undefined): object | undefined {
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
