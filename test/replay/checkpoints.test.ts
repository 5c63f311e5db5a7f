/** When a checkpoint is due, and what becomes of one that the database does not take. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  CheckpointPace,
  CheckpointPass,
  checkpointMaker,
  writeCheckpoints,
} from "../../src/replay/checkpoints.ts";
import type { SpaceState } from "../../src/space/state/state.ts";
import { maps, scripted } from "../app/replay-sample.ts";
import { open } from "../store/helpers.ts";

/** What the pace asks of a space: how many events it took, and how many regions it has. */
function spaceWith(applied: number, regions = 0): SpaceState {
  return { applied, map: { size: regions } } as SpaceState;
}

describe("a checkpoint is due", () => {
  it("after so many events of the process", () => {
    const pace = new CheckpointPace(100);
    expect(pace.isDue(1, 99, spaceWith(99))).toBe(false);
    expect(pace.isDue(1, 100, spaceWith(100))).toBe(true);
    const usual = new CheckpointPace();
    expect(usual.isDue(1, 8191, spaceWith(8191))).toBe(false);
    expect(usual.isDue(1, 8192, spaceWith(8192))).toBe(true);
  });

  it("later for a large space: three regions are worth an event", () => {
    const pace = new CheckpointPace(100);
    expect(pace.isDue(1, 100, spaceWith(100, 300))).toBe(true);
    expect(pace.isDue(1, 100, spaceWith(100, 303))).toBe(false);
    expect(pace.isDue(1, 101, spaceWith(101, 303))).toBe(true);
  });

  it("counted from the last one; five events of others are worth one, if one was its own", () => {
    const pace = new CheckpointPace(100);
    pace.note(1, 200, spaceWith(150));
    // 1 + 489 / 5 = 98.8, and 1 + 499 / 5 = 100.8.
    expect(pace.isDue(1, 690, spaceWith(151))).toBe(false);
    expect(pace.isDue(1, 700, spaceWith(151))).toBe(true);
    expect(pace.isDue(1, 7000, spaceWith(150))).toBe(false);
    // Another process has none yet.
    expect(pace.isDue(2, 700, spaceWith(99))).toBe(false);
    expect(pace.isDue(2, 700, spaceWith(100))).toBe(true);
  });
});

function recording() {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap", "stack"));
    for (let i = 0; i < 10; i++) script.map(1, 10 * i, 2);
  });
}

describe("the pass", () => {
  it("writes what is due, named by version and format", () => {
    const store = open(join(recording(), "maptrail.db"), "write");
    writeCheckpoints(store, store.recording(), store.reader(1), 4);
    const maker = checkpointMaker();
    expect(maker).toMatch(/^maptrail \d+\.\d+\.\d+ checkpoint 2$/);
    // One chunk holds all of it, and a pass looks at the ends of chunks.
    expect(store.reader(1).checkpointSeqs(1, maker)).toEqual([12]);
    expect(store.reader(1).checkpointSeqs(1, "maptrail 0.0.0 checkpoint 2")).toEqual([]);
  });

  it("goes on without a database that takes none, and says why", () => {
    const store = open(join(recording(), "maptrail.db"), "read");
    const why = /maptrail\.db was opened for reading alone$/;
    const reader = store.reader(1);
    expect(() => writeCheckpoints(store, store.recording(), reader, 4)).toThrow(why);
    const pass = new CheckpointPass(store, 1, 4);
    expect(pass.failure).toMatchObject({ message: expect.stringMatching(why) });
    pass.finish();
  });
});
