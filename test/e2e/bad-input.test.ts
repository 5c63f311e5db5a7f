/** What is asked for is not there, or is not what it should be: a clear error, or what is whole and why not more. */
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recover } from "../../src/app/record/recover.ts";
import { UserError } from "../../src/base/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { captureIo } from "../app/sample.ts";
import {
  copyLeftBehind,
  type LeftBehind,
  largestJournal,
  leaveBehind,
} from "../helpers/left-behind.ts";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { readStats, sql } from "../helpers/recorded.ts";
import { run } from "../helpers/run.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-bad-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An ELF file for 64-bit ARM that holds a header and nothing to run. */
function armProgram(): Buffer {
  const bytes = Buffer.alloc(120);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt16LE(2, 16); // ET_EXEC
  bytes.writeUInt16LE(183, 18); // EM_AARCH64
  bytes.writeUInt32LE(1, 20);
  return bytes;
}

describe("a program that cannot be run", () => {
  const cases: [string, () => Promise<string>, number, RegExp][] = [
    ["is not in PATH", async () => "no-such-program", 127, /no such program in PATH/],
    ["is not there", async () => join(folder, "missing"), 127, /there is no such file/],
    ["is a folder", async () => folder, 126, /may not be executed/],
    [
      "has no execute permission",
      async () => {
        await writeFile(join(folder, "plain"), "#!/bin/sh\nexit 0\n", { mode: 0o644 });
        return join(folder, "plain");
      },
      126,
      /may not be executed[\s\S]*chmod \+x/,
    ],
    [
      "has an interpreter that is not there",
      async () => {
        await writeFile(join(folder, "lost"), "#!/no/such/interpreter\n", { mode: 0o755 });
        return join(folder, "lost");
      },
      127,
      /./,
    ],
  ];
  it.each(cases)("%s", async (_, make, status, message) => {
    const program = await make();
    expect((await run(["env", program])).status).toBe(status);
    const taped = await record(join(folder, "none.db"), [program]);
    expect(taped).toMatchObject({ status, signal: null, stdout: "" });
    expect(taped.stderr).toMatch(message);
    expect(taped.stderr).toContain(`cannot run "${program}"`);
  });

  it("is for another processor: as env has it, a shell may make of it what it can", async () => {
    await writeFile(join(folder, "arm"), armProgram(), { mode: 0o755 });
    const alone = await run(["env", "./arm"], { cwd: folder });
    const taped = await record(join(folder, "arm.db"), ["./arm"], { cwd: folder });
    expect(taped).toEqual(alone);
  });
});

describe("a database that is none of ours", () => {
  const commands = (database: string): string[][] => [
    maptrailCommand("stats", "-o", database),
    maptrailCommand("record", "-q", "-o", database, "--", "touch", join(folder, "ran")),
  ];

  async function expectRefused(database: string, message: RegExp): Promise<void> {
    const before = existsSync(database) ? readFileSync(database) : undefined;
    for (const command of commands(database)) {
      const result = await run(command);
      expect(result.status).toBeGreaterThan(0);
      expect(result.stdout).toBe("");
      expect(result.stderr).toMatch(message);
      expect(result.stderr).not.toMatch(/unexpected|fault of maptrail/);
    }
    expect(existsSync(join(folder, "ran"))).toBe(false);
    if (before !== undefined) expect(readFileSync(database)).toEqual(before);
  }

  it("another file", async () => {
    const database = join(folder, "letter.db");
    await writeFile(database, "dear reader\n".repeat(1000));
    await expectRefused(database, /letter\.db/);
  });

  it("another program's database", async () => {
    const database = join(folder, "other.db");
    await run([
      "sqlite3",
      database,
      "CREATE TABLE shopping (thing TEXT); INSERT INTO shopping VALUES ('tea')",
    ]);
    await expectRefused(database, /other\.db/);
  });

  it("one of a newer version", async () => {
    const database = join(folder, "newer.db");
    await record(database, ["true"]);
    await run(["sqlite3", database, "PRAGMA user_version = 999"]);
    await expectRefused(database, /newer/);
  });

  it("in a folder that is not there", async () => {
    await expectRefused(join(folder, "nowhere", "tape.db"), /nowhere/);
  });

  it("one that was cut short", async () => {
    const database = join(folder, "cut.db");
    await record(database, ["true"]);
    truncateSync(database, 5000);
    const result = await run(maptrailCommand("stats", "-o", database));
    expect(result).toMatchObject({ stdout: "" });
    expect(result.status).toBeGreaterThan(0);
    expect(result.stderr).toMatch(/cut\.db/);
    expect(result.stderr).not.toMatch(/unexpected|fault of maptrail/);
  });
});

describe("recover of a folder that is no journal", () => {
  it.each<[string, (path: string) => Promise<unknown>]>([
    ["not there", async () => undefined],
    ["a file", (path) => writeFile(path, "")],
    ["empty", (path) => mkdir(path)],
    [
      "with a note that is not whole",
      async (path) => {
        await mkdir(path);
        await writeFile(join(path, "session.json"), '{"version":1,"data');
      },
    ],
    [
      "with a note of another kind",
      async (path) => {
        await mkdir(path);
        await writeFile(join(path, "session.json"), '{"version":7}');
      },
    ],
  ])("%s", async (name, make) => {
    const path = join(folder, `session ${name}`);
    await make(path);
    const result = await run(maptrailCommand("recover", path));
    expect(result).toMatchObject({ status: 3, stdout: "" });
    expect(result.stderr).toMatch(/^maptrail: ".*" is not a journal folder: /);
    expect(result.stderr).toContain("maptrail recover takes");
  });
});

describe("recover of a damaged journal", () => {
  let left: LeftBehind;
  let whole = 0;
  let serial = 0;
  beforeAll(async () => {
    left = await leaveBehind(join(folder, "left"), [
      await buildProgram("map-loop"),
      "2",
      "400",
      "-",
    ]);
    const copy = await copyLeftBehind(left, join(folder, "whole"));
    expect(await recover({ folder: copy.session, quiet: true }, captureIo(folder))).toBe(0);
    const { recording, dropped } = readStats(copy.database);
    expect(recording.status).toBe("recovered");
    expect(dropped).toBe(0);
    whole = callCount(copy.database);
    expect(whole).toBeGreaterThan(800);
  });

  function callCount(database: string): number {
    return Object.values(readStats(database).calls).reduce((sum, { count }) => sum + count, 0);
  }

  /** Whatever is in the journal: no crash, a sound database, and no claim to be whole when it is not. */
  async function expectHonest(what: string, damage: (journal: string) => void): Promise<string> {
    const copy = await copyLeftBehind(left, join(folder, `damaged-${serial++}`));
    damage(largestJournal(copy));
    const io = captureIo(folder);
    let code: number | undefined;
    try {
      code = await recover({ folder: copy.session, quiet: true }, io);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
    const store = openStore(copy.database, { mode: "write" });
    expect(store.integrity()).toEqual([]);
    store.close();
    const [row] = sql(copy.database, "SELECT status FROM recording");
    const status = String(row?.["status"]);
    if (code === undefined) {
      expect(status).toBe("recording");
      expect(existsSync(copy.session)).toBe(true);
    } else {
      const { coverage, dropped } = readStats(copy.database);
      const calls = callCount(copy.database);
      const told = status === "damaged" || dropped > 0 || coverage.status !== "full";
      if (!told) expect(calls, `${what}: ${status}`).toBeGreaterThanOrEqual(whole);
      expect(code).toBe(status === "damaged" ? 3 : 0);
      if (status === "damaged") expect(io.errText()).toMatch(/maptrail: .*slot -?\d+: |maptrail: /);
    }
    await rm(copy.folder, { recursive: true });
    return status;
  }

  const cuts = [0, 1, 7, 8, 100, 2047, 4095, 4096, 4097, 4100, 4223, 4224, 6000, 10_000, 50_000];
  it.each(cuts)("cut at byte %i", async (at) => {
    await expectHonest(`cut at ${at}`, (journal) => truncateSync(journal, at));
  });

  const flip = (at: number, by: number) => (journal: string) => {
    const bytes = readFileSync(journal);
    bytes.writeUInt8(bytes.readUInt8(at) ^ by, at);
    writeFileSync(journal, bytes);
  };

  /** Every field of the header, and a few records' every word. */
  const inHeader = [
    0, 9, 13, 17, 21, 25, 29, 33, 41, 45, 49, 58, 66, 74, 257, 260, 513, 516, 520, 769,
  ];
  it.each(inHeader)("a flipped byte of the header, at %i", async (at) => {
    await expectHonest(`byte ${at}`, flip(at, 0x41));
  });

  const inRecords = Array.from({ length: 40 }, (_, i) => 4096 + i * 128 * 7 + ((i * 13) % 128));
  it("flipped bytes of records, one at a time", async () => {
    for (const [i, at] of inRecords.entries()) {
      await expectHonest(`bit ${i % 8} of byte ${at}`, flip(at, 1 << (i % 8)));
    }
  });

  it("records overwritten with zeros, and with ones", async () => {
    for (const value of [0, 0xff]) {
      await expectHonest(`all ${value}`, (journal) => {
        const bytes = readFileSync(journal);
        bytes.fill(value, 4096 + 128 * 60, 4096 + 128 * 80);
        writeFileSync(journal, bytes);
      });
    }
  });

  it("another file's bytes in place of a journal", async () => {
    await expectHonest("text", (journal) => writeFileSync(journal, "not a journal\n".repeat(2000)));
  });
});
