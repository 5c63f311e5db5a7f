/** Seeks over a few events, to each of them and in any order, against a replay from the start. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLandmarks } from "../../src/replay/landmarks.ts";
import { Replay } from "../../src/replay/replay.ts";
import { Seeker } from "../../src/replay/seek.ts";
import type { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures } from "../../src/space/state/features.ts";
import { maps, type Script, scripted } from "../app/replay-sample.ts";
import { open } from "../store/helpers.ts";

function opened(write: (script: Script) => void) {
  const store = open(join(scripted(write), "maptrail.db"), "read");
  const row = store.recording();
  return { row, reader: store.reader(row.id) };
}

const text = (space: AddressSpace | undefined) =>
  space?.snapshot().map(({ start, end, permissions }) => `${start}-${end} ${permissions}`);

/** Process 1 has @1 to @17, process 2 is forked at @6, starts at @7 and has no text of its own. */
function family(script: Script): void {
  script.start(1).maps(1, "start", maps("rw-p 0-4"));
  for (const slot of [6, 8, 10]) script.map(1, slot, 1);
  script.rows({ kind: 32, process: 1, args: [17], result: 4122 });
  script.start(2, { how: "fork", parent: 1 });
  for (const slot of [6, 8, 10])
    script
      .unmap(2, slot, 1)
      .unmap(1, slot, 1)
      .map(1, slot + 10, 1);
  script.end(2).end(1);
}

/** The spaces behind each event, from one replay. */
function replayed(): Map<string, string[] | undefined> {
  const { reader } = opened(family);
  const replay = new Replay(reader, { features: defaultFeatures });
  const found = new Map<string, string[] | undefined>();
  for (const batch of reader.chunks()) {
    for (let row = 0; row < batch.length; row++) {
      replay.feed(batch, row, row + 1);
      for (const process of [1, 2])
        found.set(`${process} @${batch.firstSeq + row}`, text(replay.spaceOf(process)));
    }
  }
  return found;
}

describe("a seek", () => {
  it.each([
    ["forwards", 1],
    ["backwards", -1],
  ])("through all events %s finds what a replay has", (_, step) => {
    const expected = replayed();
    const { reader, row } = opened(family);
    const seeker = new Seeker(reader, row, { every: 1 });
    const seqs = Array.from({ length: 14 }, (_, i) => i + 3);
    for (const seq of step > 0 ? seqs : seqs.reverse()) {
      for (const process of [1, 2]) {
        const wanted = expected.get(`${process} @${seq}`);
        if (wanted !== undefined)
          expect([seq, text(seeker.spaceAt(process, seq))]).toEqual([seq, wanted]);
      }
    }
  });

  it("before the first text gives that text, behind the end the last call's space", () => {
    const { reader, row } = opened(family);
    const seeker = new Seeker(reader, row);
    const expected = replayed();
    expect(text(seeker.spaceAt(1, 0))).toEqual(expected.get("1 @2"));
    expect(text(seeker.spaceAt(1, 1e9))).toEqual(expected.get("1 @16"));
    expect(text(seeker.spaceAt(2, 0))).toEqual(expected.get("2 @7"));
    expect(text(seeker.spaceAt(2, 1e9))).toEqual(expected.get("2 @16"));
    expect(seeker.spaceAt(3, 5)).toBeUndefined();
  });

  it("goes on from where the last one ended, and from the reader that it follows", () => {
    const { reader, row } = opened(family);
    const seeker = new Seeker(reader, row);
    const first = seeker.spaceAt(1, 4);
    expect(seeker.spaceAt(1, 5)).toBe(first);
    expect(seeker.spaceAt(1, 5)).toBe(first);
    expect(seeker.spaceAt(1, 4)).not.toBe(first);
    const again = seeker.spaceAt(1, 5);
    seeker.follow(reader, seeker.landmarks);
    expect(seeker.spaceAt(1, 6)).toBe(again);
    const landmarks = readLandmarks(reader);
    seeker.follow(reader, landmarks);
    expect(seeker.landmarks).toBe(landmarks);
    expect(seeker.spaceAt(1, 6)).not.toBe(again);
  });

  it("shares the names of files between its spaces, and keeps nothing it was not asked to", () => {
    const { reader, row } = opened((script) => {
      script.start(1).maps(1, "start", maps("lib", "stack")).map(1, 0, 1);
    });
    const seeker = new Seeker(reader, row);
    const space = seeker.spaceAt(1, 3);
    expect(space?.files).toBe(seeker.files);
    expect(seeker.files.get(1)?.path).toBe("/lib/x.so");
    expect(seeker.checkpointBytes).toBe(0);
    const keeping = new Seeker(reader, row, { every: 1 });
    keeping.spaceAt(1, 3);
    expect(keeping.checkpointBytes).toBeGreaterThan(0);
  });
});
