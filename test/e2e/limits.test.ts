/** Where room runs out: the program does not notice, and the recording says what it lacks. */
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { readProcesses, readStats, sql } from "../helpers/recorded.ts";
import { run } from "../helpers/run.ts";
import { noSmallDisk, withSmallDisk } from "../helpers/small-disk.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-limits-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function place(name: string): Promise<string> {
  const made = join(folder, name);
  await mkdir(join(made, "disk"), { recursive: true });
  return made;
}

/** Rows of the recording's calls, by name. */
function callCounts(database: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(readStats(database).calls).map(([name, { count }]) => [name, count]),
  );
}

/** What each loss is put down to, and how much it is. */
function losses(database: string): readonly { count: number; reason: string }[] {
  return sql(
    database,
    `SELECT arg0 AS count, CAST(bytes AS TEXT) AS reason FROM event
       JOIN blob ON blob.recording = event.recording AND blob.id = event.arg1
     WHERE call = 'callsLost'`,
  ) as unknown as { count: number; reason: string }[];
}

const noDisk = noSmallDisk();

describe.skipIf(noDisk)(titled("a full disk", noDisk), () => {
  /** Two threads; what each calls depends on nothing, so that every run of it makes the same calls. */
  const loop = async () => [await buildProgram("map-loop"), "2", "20000", "-"];
  const plainRecord = maptrailCommand("record", "-q").join(" ");

  it("under the journal: the calls that found no room are counted", async () => {
    const here = await place("journal");
    const command = await loop();
    await record(join(here, "whole.db"), command);
    const whole = readStats(join(here, "whole.db"));
    expect(whole.dropped).toBe(0);

    const database = join(here, "full.db");
    const script = `exec ${plainRecord} -o ${database} --journal "$disk" -- "$@"`;
    const taped = await withSmallDisk(join(here, "disk"), "512k", script, command);
    expect(taped).toEqual(await run(command));
    const full = readStats(database);
    expect(full.recording).toMatchObject({ status: "complete" });
    expect(full.dropped).toBeGreaterThan(0);
    // Records of the tool's own, such as the closing maps, may be among the dropped ones.
    const missing = whole.recording.eventCount - full.recording.eventCount;
    expect(full.dropped).toBeGreaterThanOrEqual(missing - 2);
    expect(full.dropped).toBeLessThan(missing + 100);
    expect(full.recording.eventCount).toBeGreaterThan(1000);
    expect(losses(database)).toEqual([
      { count: full.dropped, reason: "the journal's file system is full" },
    ]);
  });

  it("under the journal, from the start: the process is not covered, because of that", async () => {
    const here = await place("no-journal");
    const command = await loop();
    const database = join(here, "full.db");
    const script = `exec ${plainRecord} -o ${database} --journal "$disk" -- "$@"`;
    const taped = await withSmallDisk(join(here, "disk"), "64k", script, command);
    expect(taped).toEqual(await run(command));
    expect(readProcesses(database)).toMatchObject([
      {
        process: 1,
        how: "launch",
        exe: command[0],
        coverage: "none",
        reasons: [expect.stringContaining("full disk")],
        endStatus: 0,
      },
    ]);
  });

  it("under the database: its journal is recovered when there is room again", async () => {
    const here = await place("database");
    const command = await loop();
    await mkdir(join(here, "journal"));
    await record(join(here, "whole.db"), command);
    const script = [
      `${plainRecord} -o "$disk/tape.db" --journal ${here}/journal -- "$@"; status=$?`,
      `ls ${here}/journal >${here}/left`,
      "remount size=64m",
      `${maptrailCommand("recover", "-q").join(" ")} ${here}/journal/* || exit 98`,
      `cp "$disk/tape.db" ${here}/tape.db; exit $status`,
    ].join("\n");
    const taped = await withSmallDisk(join(here, "disk"), "400k", script, command);
    const alone = await run(command);
    expect({ ...taped, stderr: "" }).toEqual(alone);
    expect(taped.stderr).toMatch(/^maptrail: the recording could not be finished: .*cannot grow/);
    expect(taped.stderr).toContain(`maptrail recover ${here}/journal/maptrail-journal-`);
    expect(readdirSync(join(here, "journal"))).toEqual([]);
    const [whole, back] = [join(here, "whole.db"), join(here, "tape.db")];
    expect(readStats(back)).toMatchObject({ recording: { status: "recovered" }, dropped: 0 });
    expect(callCounts(back)).toEqual(callCounts(whole));
    expect((await run(["sqlite3", back, "PRAGMA integrity_check"])).stdout).toBe("ok\n");
  });

  it("read-only, or full before it starts: the program is not run at all", async () => {
    const here = await place("read-only");
    const start = `${plainRecord} -o "$disk/tape.db" -- touch ${here}/ran; status=$?`;
    const script = [start, "test $status = 125 || test $status = 2 && echo refused"];
    const again = script.join("\n");
    const full = await withSmallDisk(join(here, "disk"), "16k", again, []);
    expect(full.stderr).toMatch(/^maptrail: .*tape\.db cannot grow/);
    const locked = await withSmallDisk(join(here, "disk"), "1m", `remount ro\n${again}`, []);
    expect(locked.stderr).toMatch(/^maptrail: .*tape\.db/);
    expect([full.stdout, locked.stdout]).toEqual(["refused\n", "refused\n"]);
    expect(readdirSync(here)).toEqual(["disk"]);
  });
});

describe("limits that a program sets itself", () => {
  /** Calls that the fixture makes for certain, and whether its children can be covered. */
  const cases: [string, Record<string, number>, number, string[]][] = [
    ["limit-file-size", { mmap: 40_000, munmap: 40_000 }, 0, []],
    ["limit-address-space", { mmap: 64, munmap: 60 }, 0, []],
    ["limit-open-files", { mmap: 20_000, munmap: 20_000 }, 1, []],
    ["seccomp-kill", { mmap: 50_000, munmap: 50_000, mprotect: 50_000 }, 0, []],
    ["drop-user", { mmap: 20_000, munmap: 20_000 }, 2, ["root"]],
  ];
  for (const [name, expected, uncovered, needs] of cases) {
    const reason = missingReason(needs);
    it.skipIf(reason)(titled(name, reason), async () => {
      const database = join(folder, `${name}.db`);
      const taped = await record(database, [await buildProgram(name)]);
      expect(taped).toMatchObject({ status: 0, stderr: "" });
      const { dropped } = readStats(database);
      const counts = callCounts(database);
      // The recorder gives room where the program cannot; on a busy machine it may come too late.
      for (const [call, count] of Object.entries(expected)) {
        expect((counts[call] ?? 0) + dropped, call).toBeGreaterThanOrEqual(count);
        expect(counts[call], call).toBeGreaterThan(count / 20);
      }
      const lost = losses(database);
      expect(lost.reduce((sum, { count }) => sum + count, 0)).toBe(dropped);
      for (const { reason: why } of lost) expect(why).toMatch(/RLIMIT|reached|seccomp/);
      const without = readProcesses(database).filter(({ coverage }) => coverage === "none");
      expect(without).toHaveLength(uncovered);
      for (const { reasons } of without) expect(reasons).toHaveLength(1);
    });
  }
});
