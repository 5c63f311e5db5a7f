import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listRecordings } from "../../../src/app/list.ts";
import { databasePath, shownPath } from "../../../src/app/open/database.ts";
import { rebuild } from "../../../src/app/rebuild.ts";
import { showStats } from "../../../src/app/stats.ts";
import { heapEnd } from "../../../src/store/event-context.ts";
import { meta, open, scratch } from "../../store/helpers.ts";
import { captureIo, sampleDatabase } from "../sample.ts";

describe("which database is meant", () => {
  const io = { cwd: "/here", env: {} };
  it("is the option, else MAPTRAIL_DB, else maptrail.db in this folder", () => {
    expect(databasePath({}, io)).toBe("/here/maptrail.db");
    expect(databasePath({}, { ...io, env: { MAPTRAIL_DB: "/data/x.db" } })).toBe("/data/x.db");
    expect(databasePath({}, { ...io, env: { MAPTRAIL_DB: "" } })).toBe("/here/maptrail.db");
    expect(databasePath({ db: "y.db" }, { ...io, env: { MAPTRAIL_DB: "/x" } })).toBe("/here/y.db");
  });

  it("is shown as a user would write it", () => {
    expect(shownPath("/here/maptrail.db", "/here")).toBe("maptrail.db");
    expect(shownPath("/there/maptrail.db", "/here")).toBe("/there/maptrail.db");
    expect(shownPath("/hereafter/a.db", "/here")).toBe("/hereafter/a.db");
  });

  it("is the newest recording in it unless told otherwise", async () => {
    const folder = sampleDatabase();
    const store = open(join(folder, "maptrail.db"), "write");
    store.createRecording({ ...meta, command: ["later"] });
    store.close();
    const newest = captureIo(folder);
    await showStats({ json: true }, newest);
    expect(JSON.parse(newest.outText()).recording).toMatchObject({ id: 2, status: "recording" });
    const first = captureIo(folder);
    await showStats({ json: true, recording: 1 }, first);
    expect(JSON.parse(first.outText()).recording.id).toBe(1);
    await expect(showStats({ recording: 7 }, captureIo(folder))).rejects.toThrow(/no recording 7/);
  });

  it("is an error when it is not there", async () => {
    await expect(showStats({}, captureIo(scratch()))).rejects.toThrow(/there is no database at/);
  });
});

describe("list", () => {
  it("shows one line a recording", async () => {
    const io = captureIo(sampleDatabase());
    expect(await listRecordings({}, io)).toBe(0);
    expect(io.outText()).toBe(`\
no  started                took  events  status    end     command
 1  2025-11-23 14:20:00  1.84 s      13  complete  exit 0  sort -k 2
`);
  });

  it("gives JSON that a parser takes", async () => {
    const io = captureIo(sampleDatabase());
    await listRecordings({ json: true }, io);
    expect(JSON.parse(io.outText())).toMatchObject([
      {
        id: 1,
        status: "complete",
        command: ["sort", "-k", "2"],
        startedAt: "2025-11-23T14:20:00.123Z",
      },
    ]);
  });
});

describe("rebuild", () => {
  it("makes the tables again and checks the log", async () => {
    const io = captureIo(sampleDatabase());
    expect(await rebuild({ all: true, check: true }, io)).toBe(0);
    expect(io.outText()).toBe(
      "recording 1: SQL tables made from 13 events\nthe database is sound\n",
    );
  });
});

describe("the heap's end", () => {
  it("is where the last [heap] range ends", () => {
    const line = (range: string, name: string) => `${range} rw-p 00000000 00:00 0      ${name}\n`;
    const maps =
      line("1000-2000", "[heap]") + line("2000-5000", "[heap]") + line("7000-8000", "[stack]");
    expect(heapEnd(maps)).toBe(0x5000);
    expect(heapEnd(line("1000-2000", "/tmp/[heap]x"))).toBeUndefined();
    expect(heapEnd(undefined)).toBeUndefined();
  });
});
