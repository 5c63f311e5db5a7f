/** A seek gives what a replay from the start gives, wherever it goes and however few checkpoints there are. */
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { writeCheckpoints } from "../../src/replay/checkpoints.ts";
import { Replay } from "../../src/replay/replay.ts";
import { Seeker } from "../../src/replay/seek.ts";
import { formatMapsLine } from "../../src/space/regions/proc-maps.ts";
import type { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures } from "../../src/space/state/features.ts";
import { openStore } from "../../src/store/open.ts";
import type { RecordingReader } from "../../src/store/reader.ts";
import type { Store } from "../../src/store/store.ts";
import { maps, page, type Script, scripted } from "../app/replay-sample.ts";

const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

function openRecording(folder: string) {
  const store = openStore(join(folder, "maptrail.db"));
  stores.push(store);
  const row = store.recording();
  return { row, reader: store.reader(row.id) };
}

function text(space: AddressSpace | undefined): string {
  return (space?.snapshot() ?? []).map((line) => `${formatMapsLine(line)}\n`).join("");
}

const before = maps("heap", "rw-p 0-4", "stack");

/** Two processes whose events alternate; the second is seen again in between, otherwise than it was. */
function alternating(script: Script): void {
  script.start(1).maps(1, "start", before).start(2).maps(2, "start", before);
  const rows = Array.from({ length: 20_000 }, (_, i) => i).flatMap((i) => {
    const process = 1 + (i % 2);
    const slot = 100 + ((i * 7919) % 997) * 4;
    const address = 0x7f00_0000_0000 + slot * page;
    const anonymous = [address, (1 + (i % 3)) * page, 3, 0x32, -1, 0];
    const gone = [address + page, page];
    return i % 5 === 4
      ? [{ kind: 2, process, args: gone }]
      : [{ kind: 1, process, args: anonymous, result: address }];
  });
  for (let i = 0; i < rows.length; i += 4000) {
    script.rows(...rows.slice(i, i + 4000));
    if (i === 8000) script.maps(2, "demand", before);
  }
  script.end(1);
}

const wanted = [15_001, 9, 9_000, 8_191, 8_192, 8_193, 20_000, 12_345, 12_346, 5, 19_999, 3_000];

/** What a replay from the start says of both processes at the wanted events, by "process event". */
function replayed(reader: RecordingReader): Map<string, string> {
  const expected = new Map<string, string>();
  const replay = new Replay(reader, { features: defaultFeatures });
  const stops = [...wanted].sort((a, b) => a - b);
  for (const batch of reader.chunks()) {
    let from = 0;
    while (stops.length > 0 && stops[0]! < batch.firstSeq + batch.length) {
      const seq = stops.shift()!;
      replay.feed(batch, from, seq - batch.firstSeq + 1);
      from = seq - batch.firstSeq + 1;
      for (const process of [1, 2])
        expected.set(`${process} ${seq}`, text(replay.spaceOf(process)));
    }
    replay.feed(batch, from);
  }
  return expected;
}

function sought(seeker: Seeker): Map<string, string> {
  return new Map(
    wanted.flatMap((seq) =>
      [1, 2].map((process) => [`${process} ${seq}`, text(seeker.spaceAt(process, seq))] as const),
    ),
  );
}

/** Counts the events that the reader decodes from here on. */
function countDecoded(reader: RecordingReader): () => number {
  let count = 0;
  const { chunks } = reader;
  reader.chunks = function* (range) {
    for (const batch of chunks.call(reader, range)) {
      count += batch.length;
      yield batch;
    }
  };
  return () => count;
}

describe("Seeker", () => {
  it.each([
    ["many checkpoints", { every: 500 }],
    ["few checkpoints", { every: 9000 }],
    ["room for three", { every: 500, mostBytes: 150_000 }],
    ["no room", { every: 500, mostBytes: 1 }],
  ])("equals the replay from the start with %s", (_, options) => {
    const { row, reader } = openRecording(scripted(alternating));
    const seeker = new Seeker(reader, row, options);
    const expected = replayed(reader);
    expect(sought(seeker)).toEqual(expected);
    for (const found of expected.values()) expect(found.length).toBeGreaterThan(100);
    const most = "mostBytes" in options ? options.mostBytes : Number.POSITIVE_INFINITY;
    // One checkpoint of a process stays, however large.
    expect(seeker.checkpointBytes).toBeLessThanOrEqual(Math.max(most, 2 * 12 * 2000));
  });

  it("keeps checkpoints: a second seek decodes less than the first", () => {
    const { row, reader } = openRecording(scripted(alternating));
    const seeker = new Seeker(reader, row, { every: 500 });
    const decoded = countDecoded(reader);
    seeker.spaceAt(1, 19_000);
    const first = decoded();
    expect(first).toBeGreaterThan(18_000);
    seeker.spaceAt(1, 18_000);
    expect(decoded() - first).toBeLessThanOrEqual(4096);
  });

  it.each(["whole", "damaged", "of another maker"])(
    "uses checkpoints in the database: %s",
    (how) => {
      const folder = scripted(alternating);
      const path = join(folder, "maptrail.db");
      const written = openStore(path, { mode: "write" });
      writeCheckpoints(written, written.recording(), written.reader(1), 2_000);
      written.close();
      const database = new Sqlite(path);
      const { count } = database.prepare("SELECT count(*) AS count FROM checkpoint").get() as {
        count: number;
      };
      expect(count).toBeGreaterThan(6);
      if (how === "damaged") database.exec("UPDATE checkpoint SET bytes = substr(bytes, 1, 200)");
      if (how === "of another maker") database.exec("UPDATE checkpoint SET maker = 'maptrail 0'");
      database.close();
      const { row, reader } = openRecording(folder);
      expect(sought(new Seeker(reader, row))).toEqual(replayed(reader));
      const decoded = countDecoded(reader);
      new Seeker(reader, row).spaceAt(1, 19_000);
      if (how === "whole") expect(decoded()).toBeLessThan(9_000);
      else expect(decoded()).toBeGreaterThan(18_000);
      const integrity = openStore(path, { mode: "read" });
      stores.push(integrity);
      expect(integrity.integrity()).toHaveLength(how === "damaged" ? count : 0);
    },
  );

  it("begins with the first maps text, and ends with the last call", () => {
    const { row, reader } = openRecording(scripted(alternating));
    const seeker = new Seeker(reader, row);
    expect(text(seeker.spaceAt(1, 1))).toBe(before);
    expect(text(seeker.spaceAt(1, 1e9))).toBe(text(seeker.spaceAt(1, reader.eventCount - 1)));
    expect(seeker.spaceAt(7, 1)).toBeUndefined();
  });

  it("knows a forked child without maps from its parent", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", before).map(1, 8, 2);
      script.rows({ kind: 32, args: [17], result: 4122 });
      script.unmap(1, 8, 2).start(2, { how: "fork", parent: 1 }).unmap(2, 8, 1).end(2).end(1);
    });
    const { row, reader } = openRecording(folder);
    const child = new Seeker(reader, row).spaceAt(2, 1e9);
    expect(text(child)).toBe(maps("heap", "rw-p 0-4", "rw-p 9-10", "stack"));
  });
});
