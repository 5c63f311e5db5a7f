/** A recording goes out as a log of strace and comes back as the same events; a log of strace itself replays alike. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rangesOf, recordBoth, replayedAt, sameCalls } from "../helpers/both-replays.ts";
import { fixtureCases } from "../helpers/fixture-cases.ts";
import { callsByProcess, eventsOf, exported, importTexts } from "../helpers/formats.ts";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { oracleEnvironment, oraclePrograms } from "../helpers/oracle-programs.ts";
import { buildProgram } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { ofTier, type Tier } from "../helpers/tiers.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { readVerdict } from "../helpers/verified.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-formats-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function maptrail(...args: string[]) {
  const result = await run(maptrailCommand(...args));
  expect(result.stderr).toBe("");
  expect(result.status).toBe(0);
  return result;
}

async function expectRoundTrip(database: string) {
  const back = await importTexts({ log: await exported(database, "strace") });
  expect(back.told).toBe("");
  const before = callsByProcess(eventsOf(database));
  const after = callsByProcess(eventsOf(back.database));
  await rm(back.folder, { recursive: true });
  expect(before.length).toBeGreaterThan(0);
  expect(after).toEqual(before);
}

/** One fixture for each way in which mappings change. */
const seenByBoth = new Set([
  "realloc-growth",
  "map-shapes",
  "mremap-variants",
  "brk-steps",
  "dlopen-loop",
  "file-maps",
]);

export function formatsStraceTests(tier: Tier): void {
  describe("export strace, import it again: the same events", () => {
    for (const item of ofTier(tier, fixtureCases)) {
      const reason = missingReason(item.needs ?? []);
      it.skipIf(reason !== undefined)(titled(item.name, reason), async () => {
        const work = join(folder, `work-${item.name}`);
        await mkdir(work);
        const database = join(folder, `${item.name}.db`);
        const command = [await buildProgram(item.program), ...(item.args?.(work) ?? [])];
        await record(database, command, { cwd: work });
        await expectRoundTrip(database);
      });
    }
    for (const program of ofTier(tier, oraclePrograms)) {
      const reason = missingReason(program.needs);
      it.skipIf(reason !== undefined)(titled(program.name, reason), async () => {
        const work = join(folder, `work-${program.name}`);
        await mkdir(work);
        await program.prepare?.(work);
        const database = join(folder, `${program.name}.db`);
        await record(database, program.command, { cwd: work, env: oracleEnvironment(work) });
        await expectRoundTrip(database);
      });
    }
  });

  describe("the hook and strace at once: both recordings replay to the same maps", () => {
    const reason = missingReason(["strace"]);
    const samples = 40;

    it
      .skipIf(reason !== undefined)
      .each(ofTier(tier, fixtureCases).filter((one) => seenByBoth.has(one.name)))(
      titled("$name", reason),
      async ({ name, args }) => {
        const work = join(folder, `both-${name}`);
        await mkdir(join(work, "work"), { recursive: true });
        const command = [await buildProgram(name), ...(args?.(join(work, "work")) ?? [])];
        const both = await recordBoth(work, command, { cwd: join(work, "work") });
        const imported = join(work, "imported.db");
        const maps = ["--maps", both.startMaps, "--end-maps", both.endMaps];
        await maptrail("import", "--quiet", "-o", imported, ...maps, both.log);

        const calls = sameCalls(both, imported);
        expect(calls.length).toBeGreaterThan(10);
        const step = Math.max(1, Math.floor(calls.length / samples));
        const chosen = calls.filter((_, i) => i % step === 0 || i === calls.length - 1);
        const native = replayedAt(
          both.database,
          both.process,
          chosen.map((one) => one.native),
        );
        const other = replayedAt(
          imported,
          1,
          chosen.map((one) => one.imported),
        );
        for (const [i, lines] of native.entries()) {
          expect(rangesOf(other[i]!, both.toolRanges)).toEqual(rangesOf(lines, both.toolRanges));
        }
        // strace saw every call, the hook's own too: what it replays to is what the kernel says at the end.
        const verdict = readVerdict(imported);
        expect(verdict.processes.map(({ status, reason: why }) => [status, why])).toEqual([
          ["exact", null],
        ]);
      },
    );
  });
}
