import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { analysisIds } from "../../src/analyses/catalogue.ts";
import { showStats } from "../../src/app/stats.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { batchOf } from "../store/batches.ts";
import { appendStart, startOf } from "../store/helpers.ts";
import { captureIo, sampleDatabase } from "./sample.ts";

async function stats(folder: string, json = true) {
  const io = captureIo(folder);
  const exitCode = await showStats({ json }, io);
  return { exitCode, text: io.outText(), err: io.errText() };
}

const text = (value: string) => new TextEncoder().encode(value);

describe("stats --json", () => {
  it("counts calls and growths", async () => {
    const { text, exitCode } = await stats(sampleDatabase());
    expect(exitCode).toBe(0);
    const result = JSON.parse(text);
    const MiB = 1024 ** 2;
    expect(result.calls).toEqual({
      mmap: { count: 2, failed: 0, nanos: 3200 },
      munmap: { count: 1, failed: 0, nanos: 3000 },
      mremap: { count: 3, failed: 1, nanos: 15300 },
      mprotect: { count: 1, failed: 1, nanos: 350 },
      brk: { count: 2, failed: 0, nanos: 1000 },
      madvise: { count: 1, failed: 0, nanos: 5000 },
      exit_group: { count: 1, failed: 0, nanos: 0 },
    });
    const nothing = { count: 0, bytes: 0, nanos: 0 };
    expect(result.growth).toEqual({
      inPlace: { count: 2, bytes: MiB + 0x21000, nanos: 1600 },
      moved: { count: 1, bytes: 62 * MiB, nanos: 14000 },
      relocated: nothing,
      refused: { count: 1, bytes: 8192, nanos: 400 },
      shrunk: nothing,
      unchanged: nothing,
      duplicated: nothing,
    });
    expect(result.recording).toMatchObject({ id: 1, status: "complete", exit: { code: 0 } });
    expect(result.processes).toMatchObject([
      { process: 1, pid: 4121, calls: 11, failed: 2, moved: 1, coverage: { status: "full" } },
    ]);
    expect(result.coverage).toEqual({ status: "full", full: 1, partial: 0, none: 0, reasons: [] });
    expect(result.dropped).toBe(0);
  });

  it("tells the first growth of a heap from the maps that were read at the start", async () => {
    const maps = `555500000000-555500021000 rw-p 00000000 00:00 0   [heap]\n`;
    const folder = sampleDatabase((writer) => {
      appendStart(writer, startOf(2));
      const blob = writer.blob(text(maps));
      const observed = { kind: kindCodes.mapsObserved, process: 2, args: [blob, 1, 1] };
      const grown = {
        kind: kindCodes.brk,
        process: 2,
        args: [0x5555_0002_2000],
        result: 0x5555_0002_2000,
      };
      writer.append(batchOf([observed, grown]));
    });
    const { growth } = JSON.parse((await stats(folder)).text);
    expect(growth.inPlace).toMatchObject({ count: 3, bytes: 1024 ** 2 + 0x21000 + 4096 });
  });

  it("sums up calls that are missing and processes that are not covered", async () => {
    const folder = sampleDatabase((writer) => {
      const coverage = { modules: [], sites: [], via: "none" as const };
      const reasons = ["a static program: it has no loader that would load the hook"];
      appendStart(writer, startOf(2, { coverage: { ...coverage, status: "none", reasons } }));
      appendStart(writer, startOf(3, { coverage: { ...coverage, status: "partial", reasons } }));
      const why = writer.blob(text("the disk was full"));
      writer.append(batchOf([{ kind: kindCodes.callsLost, args: [1204, why] }]));
    });
    const result = JSON.parse((await stats(folder)).text);
    expect(result.dropped).toBe(1204);
    expect(result.coverage).toEqual({
      status: "partial",
      full: 1,
      partial: 1,
      none: 1,
      reasons: [
        { reason: "a static program: it has no loader that would load the hook", processes: 2 },
      ],
    });
  });

  it("goes on past damaged events, tells of them, and exits with 3", async () => {
    const folder = sampleDatabase();
    const database = new Sqlite(join(folder, "maptrail.db"));
    database.exec("DROP TRIGGER chunk_no_update; UPDATE chunk SET bytes = substr(bytes, 1, 60)");
    database.close();
    const { exitCode, err, text } = await stats(folder);
    expect(exitCode).toBe(3);
    expect(err).toMatch(/^maptrail: 13 events could not be read \(@1 to @13\): /);
    expect(JSON.parse(text).calls).toEqual({});
  });
});

describe("stats --json", () => {
  it("has every analysis, and the findings of all", async () => {
    const { analyses, findings } = JSON.parse((await stats(sampleDatabase())).text);
    expect(analyses.map(({ id }: { id: string }) => id)).toEqual(analysisIds);
    expect(analyses[0]).toMatchObject({
      id: "growth-ledger",
      title: "Growth ledger",
      basis: ["events"],
      data: { growths: 4, outcomes: { moved: { count: 1, medianNanos: 14000 } } },
    });
    expect(findings[0]).toMatchObject({
      sentence: "1 of 4 growths moved (25 %)",
      severity: "attention",
      events: [7],
    });
  });
});

describe("stats --full", () => {
  it("shows every analysis with its question", async () => {
    const io = captureIo(sampleDatabase());
    await showStats({ full: true }, io);
    const text = io.outText();
    expect(text).toContain("Blockers  What stood in the way of the growths that moved");
    expect(text).toContain("Hardening  Could memory be written and executed, at once or in turn?");
    expect(text).toMatch(/^ {2}mremap +3 +1 +1 +63 MiB +900 ns +14 µs +15.3 µs$/m);
    expect(text.match(/nothing to tell/g)?.length).toBeGreaterThan(3);
  });
});

describe("stats for people", () => {
  it("begins with the sentence and the trust line, and fits one screen", async () => {
    const { text } = await stats(sampleDatabase(), false);
    expect(text).toBe(`\
1 of 4 growths moved (25 %), 1 refused; 15.3 µs in mremap
covered: every call of 1 process

recording 1   sort -k 2   1.84 s   13 events   exit 0

growth      count        by    time    each
+ in place      2  1.13 MiB  1.6 µs  800 ns
→ moved         1    62 MiB   14 µs   14 µs
× refused       1     8 KiB  400 ns  400 ns

▲ 1 growth was refused
    Pass MREMAP_MAYMOVE where the address may change, or reserve the room ahead
    @8

calls          count  failed     time     each
mremap             3       1  15.3 µs   5.1 µs
mmap               2           3.2 µs   1.6 µs
brk                2             1 µs   500 ns
munmap             1             3 µs     3 µs
3 other calls      3       1  5.35 µs  1.78 µs

 pid  program  calls  moved  coverage
4121  sort        11      1  full
`);
  });
});
