/** The ledger of each program that grows in a known way, to the last page. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GrowthOutcome } from "../../src/analyses/recorders/growth.ts";
import { type EventLine, readEvents, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { readStats } from "../helpers/recorded.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { readVerdict } from "../helpers/verified.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-growth-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = 4096;

type Ledger = Partial<Record<GrowthOutcome, readonly [count: number, pages: number]>>;

/** Of mremap alone; as the first comment of each program says. */
const ledgers: readonly (readonly [program: string, ledger: Ledger])[] = [
  ["growth-fallback", { inPlace: [2, 8 + 16], refused: [1, 32], moved: [1, 32] }],
  ["growth-fixed", { relocated: [3, 0 + 0 + 8] }],
  // 1 to 2, 4, 8, 16 and 32 MiB, and back to 16: whatever the allocator adds, the differences are even.
  ["growth-realloc", { moved: [5, 31 * 256], shrunk: [1, 16 * 256] }],
  ["growth-shrink", { shrunk: [2, 32 + 24], unchanged: [1, 0], inPlace: [1, 16] }],
  ["growth-buffer", { inPlace: [6, 63], moved: [4, 64 + 128 + 256 + 512] }],
  ["growth-stale", { moved: [1, 24] }],
  ["growth-refused", { refused: [6, 8 + 120 * 2 ** 28 + 16 + 4 + 2 + 0] }],
];

/** What the break did, from the kernel's answers alone; glibc's first malloc makes a heap. */
function breakGrowths(events: readonly EventLine[]): { count: number; bytes: number } {
  const breaks = events.filter(({ call }) => call === "brk").map(({ result }) => Number(result));
  const steps = breaks.slice(1).map((address, i) => address - (breaks[i] ?? 0));
  const growths = steps.filter((bytes) => bytes > 0);
  return { count: growths.length, bytes: growths.reduce((sum, bytes) => sum + bytes, 0) };
}

function withBreak(ledger: Ledger, heap: { count: number; bytes: number }) {
  const figures = Object.entries(ledger).map(([outcome, [count, pages]]) => [
    outcome,
    { count, bytes: pages * page },
  ]);
  const all: Partial<Record<string, { count: number; bytes: number }>> =
    Object.fromEntries(figures);
  const { count, bytes } = all["inPlace"] ?? { count: 0, bytes: 0 };
  return { ...all, inPlace: { count: count + heap.count, bytes: bytes + heap.bytes } };
}

export function growthFixtureTests(libc: "glibc" | "musl"): void {
  describe(`with ${libc}`, () => {
    const reason = missingReason(libc === "musl" ? ["musl-gcc"] : []);
    it.skipIf(reason !== undefined).each(ledgers)(titled("%s", reason), async (program, ledger) => {
      const database = join(folder, `${libc}-${program}.db`);
      const run = await record(database, [await buildProgram(program, { libc })]);
      expect([run.status, run.stderr]).toEqual([0, ""]);
      const { growth, coverage } = readStats(database);
      const shown = Object.entries(growth)
        .filter(([outcome, { count }]) => count > 0 || outcome === "inPlace")
        .map(([outcome, { count, bytes }]) => [outcome, { count, bytes }]);
      const heap = breakGrowths(await readEvents(database));
      expect(Object.fromEntries(shown)).toEqual(withBreak(ledger, heap));
      expect(coverage.status).toBe("full");
      const killed = program === "growth-stale" ? ["unverifiable"] : []; // its child, by SIGSEGV
      expect(readVerdict(database).processes.map(({ status }) => status)).toEqual([
        "exact",
        ...killed,
      ]);
    });
  });
}
