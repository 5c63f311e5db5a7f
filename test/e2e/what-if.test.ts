/** What a policy would have done, foretold from a recording under another, against a real recording. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PolicyFigures } from "../../src/analyses/demand.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { type EventLine, readEvents, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";

let folder = "";
let foretold: readonly PolicyFigures[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-what-if-"));
  foretold = readAnalyses(await recorded("exact")).of("what-if")!.data.policies;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function recorded(policy: string): Promise<string> {
  const database = join(folder, `${policy}.db`);
  await record(database, [await buildProgram("what-if-buffer"), policy]);
  return database;
}

interface Real {
  readonly calls: number;
  readonly moves: number;
  readonly peakBytes: number;
}

/** Counted from the events: what the program did for its two buffers. */
function countFactor(events: readonly EventLine[]): Real {
  const growths = events.filter(({ call }) => call === "mremap");
  const moves = growths.filter(({ args, result }) => args[0] !== result).length;
  const sizes = new Map<string, number>();
  let peakBytes = 0;
  for (const { args, result } of growths) {
    sizes.delete(args[0]!);
    sizes.set(result!, Number(args[2]));
    peakBytes = Math.max(
      peakBytes,
      [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
  }
  return { calls: growths.length, moves, peakBytes };
}

function countReserve(events: readonly EventLine[]): Real {
  const reserved = events.filter(
    ({ call, args }) => call === "mmap" && Number(args[1]) === 32 * 1024 ** 2,
  );
  const starts = new Set(reserved.map(({ result }) => result));
  const usable = events.filter(({ call, args }) => call === "mprotect" && starts.has(args[0]!));
  expect(reserved).toHaveLength(2);
  const sizes = new Map(usable.map(({ args }) => [args[0]!, Number(args[1])]));
  return {
    // With the reservations, and without the first mprotect of each: the other policies are born with that.
    calls: usable.length,
    moves: 0,
    peakBytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

function error(foretoldValue: number, real: number): number {
  return real === 0 ? foretoldValue : Math.abs(foretoldValue - real) / real;
}

describe("from a recording of exact growth", () => {
  it.each([
    ["factor-1.5", "factor 1.5", countFactor],
    ["factor-2", "factor 2", countFactor],
    ["reserve", "reserve", countReserve],
  ] as const)("%s", async (policy, name, count) => {
    const real = count(await readEvents(await recorded(policy)));
    const told = foretold.find((one) => one.name === name)!;
    const errors = {
      calls: error(told.calls, real.calls),
      moves: error(told.moves, real.moves),
      peak: error(told.peakBytes, real.peakBytes),
    };
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    console.log(
      `${policy}: calls ${told.calls} foretold, ${real.calls} real (${percent(errors.calls)}); ` +
        `moves ${told.moves}, ${real.moves} (${percent(errors.moves)}); ` +
        `peak ${told.peakBytes}, ${real.peakBytes} (${percent(errors.peak)})`,
    );
    expect(errors.calls).toBeLessThan(0.05);
    // Where a mapping lands depends on what lay around it, which another policy changes.
    expect(errors.moves).toBeLessThan(0.25);
    expect(errors.peak).toBeLessThan(0.05);
  });
});
