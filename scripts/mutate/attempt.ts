/** One try of a test: with one mutant switched on, or with none. */
import { switchboard } from "./switchboard.ts";

export interface Outcome {
  readonly error: unknown;
  readonly ms: number;
  /** What the try takes of the machine: waiting for a disk or for other programs counts little. */
  readonly costMs: number;
  readonly ticks: number;
}

export interface Limits {
  readonly ms: number;
  readonly ticks: number;
}

/** What a test may take with a mutant, from what it takes without. */
export function limitsFrom({ ms, ticks }: Outcome): Limits {
  return { ms: 2000 + 10 * ms, ticks: 200_000 + 10 * ticks };
}

const unlimited: Limits = { ms: 600_000, ticks: Number.POSITIVE_INFINITY };

function elapsed(ms: number): { readonly gone: Promise<never>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
  });
  return { gone, stop: () => clearTimeout(timer) };
}

export async function attempt(
  body: () => unknown,
  id: number | undefined,
  limits: Limits = unlimited,
): Promise<Outcome> {
  const start = performance.now();
  const used = process.cpuUsage();
  const { gone, stop } = elapsed(limits.ms);
  let error: unknown;
  if (id === undefined) switchboard.turnOff();
  else switchboard.turnOn(id, limits.ticks);
  try {
    await Promise.race([Promise.resolve().then(body), gone]);
  } catch (thrown) {
    error = thrown ?? new Error("threw nothing");
  }
  const ticks = switchboard.ticks();
  switchboard.turnOff();
  stop();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return { error, ms, costMs: Math.max((user + system) / 1000, ms / 8), ticks };
}
