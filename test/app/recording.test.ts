/** A recording as the library gives it: the same as the commands tell as JSON, which is the oracle here. */
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import {
  type Io,
  openRecording,
  parseFilter,
  type Recording,
  textIo,
  useCases,
} from "../../src/index.ts";
import { scratch } from "../store/helpers.ts";
import { at, maps, type Script, scripted } from "./replay-sample.ts";

const start = maps("heap", "rw-p 0-4", "stack");

function moving(script: Script): void {
  script.start(1).maps(1, "start", start).map(1, 8, 2).move(1, 8, 2, 4, 32).unmap(1, 0, 1);
  script.maps(1, "exit", maps("heap", "rw-p 1-4", "rw-p 32-36", "stack")).end(1);
}

function withRecording<Result>(folder: string, use: (recording: Recording) => Result): Result {
  const recording = openRecording({ cwd: folder, db: "maptrail.db" });
  try {
    return use(recording);
  } finally {
    recording.close();
  }
}

/** What a command prints with --json. */
async function told(folder: string, command: (io: Io) => Promise<number>): Promise<string> {
  const io = textIo({ cwd: folder, env: {} });
  await command(io);
  expect(io.errorText()).toBe("");
  return io.text();
}

/** As JSON has it: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("a recording says what the commands say", () => {
  const json = true;
  const folder = (): string => scripted(moving);

  it("of its figures", async () => {
    const where = folder();
    const {
      analyses: _,
      findings: __,
      ...stats
    } = JSON.parse(await told(where, (io) => useCases.stats({ json }, io)));
    expect(withRecording(where, (one) => plain(one.stats()))).toEqual(stats);
    expect(withRecording(where, (one) => one.facts)).toEqual(stats.recording);
    expect(stats.growth.moved.count).toBe(1);
  });

  it("of its trust", async () => {
    const where = folder();
    const verify = JSON.parse(await told(where, (io) => useCases.verify({ json }, io)));
    expect(withRecording(where, (one) => plain(one.verify()))).toEqual(verify);
    expect(verify.status).toBe("exact");
  });

  it.each(["", "mremap", "!mmap >1K"])("of its events that pass '%s'", async (filter) => {
    const where = folder();
    const terms = parseFilter(filter);
    const lines = await told(where, (io) => useCases.events({ terms, json }, io));
    const expected = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(withRecording(where, (one) => [...one.events(filter)])).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  it.each(["start", "#4", "100%", "end"])("of its maps at %s", async (moment) => {
    const where = folder();
    const { lines } = JSON.parse(
      await told(where, (io) => useCases.maps({ at: moment, json }, io)),
    );
    const hex = (value: number): string => `0x${value.toString(16)}`;
    const found = withRecording(where, (one) => one.maps({ at: moment })).map((line) => ({
      ...line,
      ...{ start: hex(line.start), end: hex(line.end), offset: hex(line.offset) },
    }));
    expect(found).toEqual(lines);
  });

  it("of an address", async () => {
    const where = folder();
    const address = at(33).toString(16);
    const { answers } = JSON.parse(
      await told(where, (io) => useCases.whowas({ address, json }, io)),
    );
    const [own] = withRecording(where, (one) => one.whowas(address));
    expect(own?.owners.map(({ start }) => `0x${start.toString(16)}`)).toEqual(
      answers[0].owners.map(({ start }: { start: string }) => start),
    );
    expect(own?.owners).toHaveLength(1);
  });

  it("of rules", async () => {
    const where = folder();
    const rules = { "max-moved": "0", "no-wx": true } as const;
    const check = JSON.parse(await told(where, (io) => useCases.check({ rules, json }, io)));
    expect(
      withRecording(where, (one) => plain(one.check({ "max-moved": 0, "no-wx": true }))),
    ).toEqual(check);
    expect(check.status).toBe("broken");
  });

  it("of what changed", async () => {
    const where = folder();
    const diff = JSON.parse(
      await told(where, (io) =>
        useCases.diff({ a: "1", b: "1", format: "json", failOn: ["calls>+0"] }, io),
      ),
    );
    expect(withRecording(where, (one) => plain(one.diff(one, ["calls>+0"])))).toEqual(diff);
  });

  it("of SQL", async () => {
    const where = folder();
    const { columns, rows } = withRecording(where, (one) =>
      one.query("SELECT count(*) AS calls FROM event WHERE call = 'mremap'"),
    );
    expect([columns, [...rows]]).toEqual([["calls"], [[1]]]);
  });
});

describe("a recording", () => {
  it("that is not there is an error, and leaves nothing open", () => {
    const folder = scripted(moving);
    expect(() => openRecording({ cwd: folder, db: "maptrail.db", recording: 9 })).toThrow(
      /no recording 9/,
    );
    expect(() => openRecording({ cwd: scratch(), db: "no.db" })).toThrow(/there is no database at/);
    expect(() => withRecording(folder, (one) => [...one.events("nonsense")])).toThrow(/"nonsense"/);
    expect(() => withRecording(folder, (one) => one.analyses(["no-such"]))).toThrow(/"no-such"/);
  });

  it("tells of events that cannot be read", () => {
    const folder = scripted(moving);
    const database = new Sqlite(join(folder, "maptrail.db"));
    database.exec("DROP TRIGGER chunk_no_update; UPDATE chunk SET bytes = substr(bytes, 1, 60)");
    database.close();
    withRecording(folder, (one) => {
      one.stats();
      expect(one.damage).toHaveLength(1);
      expect(one.damage[0]).toMatch(/events could not be read/);
      expect(one.check({ "no-wx": true }).damage).toEqual(one.damage);
    });
  });
});
