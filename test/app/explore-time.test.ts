/** What the TUI learns of a process over time, against the commands that tell the same. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Answers } from "../../src/app/explore/answers.ts";
import { Life } from "../../src/app/explore/life.ts";
import { joined, Survey } from "../../src/app/explore/survey.ts";
import { examine } from "../../src/app/passes/examination.ts";
import { showWhowas } from "../../src/app/whowas.ts";
import { meta, open, scratch } from "../store/helpers.ts";
import { lifeDatabase } from "../tui/sample.ts";
import { longDatabase, tapeOf, whole } from "./explore-sample.ts";
import { analysed, at, maps, page, refusedHeap, Script } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

describe("the survey", () => {
  it("counts what `stats` counts, and knows the same peaks", () => {
    const tape = tapeOf(longDatabase());
    const survey = new Survey(tape, 1);
    whole(survey.advance());
    const { stats } = examine(tape.row, tape.reader);
    for (const [outcome, { count }] of Object.entries(stats.growth)) {
      expect([outcome, survey.growths[outcome as keyof typeof survey.growths]]).toEqual([
        outcome,
        count,
      ]);
    }
    expect(survey.peakMappedBytes).toBe(stats.peakMappedBytes);
    const sum = (key: "events" | "moved" | "failed") =>
      survey.bins.reduce((total, bin) => total + bin[key], 0);
    expect(sum("events")).toBe(tape.reader.eventCount);
    expect(sum("moved")).toBe(stats.growth.moved.count);
    expect(sum("failed")).toBe(273);
    expect(Math.max(...survey.bins.map((bin) => bin.mappedBytes))).toBe(stats.peakMappedBytes);
  });
});

describe("two stretches of time as one", () => {
  it("have the sums of the counts, the larger sizes, and the earlier first event", () => {
    const one = {
      mappedBytes: 7,
      regions: 2,
      inPlace: 1,
      moved: 2,
      relocated: 3,
      failed: 4,
      shrunk: 5,
    };
    const early = { ...one, events: 9, firstSeq: 0 };
    const late = { ...one, events: 1, firstSeq: 12, mappedBytes: 8, regions: 1, moved: 5 };
    const both = { inPlace: 2, moved: 7, relocated: 6, failed: 8, shrunk: 10 };
    const expected = { ...both, events: 10, mappedBytes: 8, regions: 2, firstSeq: 12 };
    expect(joined(early, late)).toEqual(expected);
    expect(joined(late, { ...early, firstSeq: 20 })).toEqual(expected);
    expect(joined(late, undefined)).toBe(late);
  });

  it("are made when a recording outgrows the time that it had, and lose nothing", () => {
    const folder = scratch();
    const store = open(join(folder, "maptrail.db"));
    const writer = store.writer(store.createRecording(meta));
    const script = new Script(writer);
    script.start(1).maps(1, "start", maps("heap", "stack"));
    writer.flush("{}");
    const tape = tapeOf(folder);
    const survey = new Survey(tape, 1);
    whole(survey.advance());
    for (let i = 0; i < 40; i++) script.map(1, 1000 + i * 8, 2, { at: 10_000 * 2 ** (i / 2) });
    writer.flush("{}");
    tape.refresh();
    expect(survey.isWhole).toBe(false);
    whole(survey.advance());
    expect(survey.isWhole).toBe(true);
    const events = survey.bins.reduce((sum, bin) => sum + bin.events, 0);
    expect(events).toBe(tape.reader.eventCount);
    expect(survey.bins.length * survey.binNanos).toBeGreaterThan(10_000 * 2 ** 19.5);
    expect(survey.bins.length).toBeLessThanOrEqual(1024);
    const sizes = survey.bins.map(({ mappedBytes }) => mappedBytes);
    expect(sizes.every((bytes, i) => i === 0 || bytes >= sizes[i - 1]!)).toBe(true);
    expect(sizes.at(-1)).toBe(survey.peakMappedBytes);
  });
});

describe("the life of a mapping", () => {
  it("has its birth, growth, move with what was in the way, refusal, and end", () => {
    const tape = tapeOf(lifeDatabase());
    const space = tape.seeker.spaceAt(1, 3)!;
    const { mapping, born } = space.regionAt(at(1024))!;
    const life = new Life(tape, 1, mapping, born);
    whole(life.advance());
    const told = life.moments.map(({ seq, what, bytes }) => [seq, what, bytes / page]);
    expect(told).toEqual([
      [3, "born", 256],
      [5, "grew", 512],
      [6, "moved", 2048],
      [7, "refused", 2048],
      [8, "mprotect", 2048],
      [13, "unmapped", 0],
    ]);
    expect(life.moments[2]?.from).toEqual({ start: at(1024), end: at(1536) });
    expect(life.moments[2]?.blocker).toEqual({
      what: "anonymous",
      kind: "anonymous",
      mapping: space.nextMapping,
      gapBytes: 0,
      neededBytes: 1536 * page,
    });
  });

  it("of a heap has what refused its growth, as the analyses tell it", () => {
    const folder = refusedHeap();
    const tape = tapeOf(folder);
    const { mapping } = tape.seeker.spaceAt(1, 3)!.regionAt(0x5555_0000_0000)!;
    const life = new Life(tape, 1, mapping, 0);
    whole(life.advance());
    const last = life.moments.find(({ what }) => what === "refused");
    const [block] = analysed(folder).of("blockers")!.data.blocks;
    expect(last).toMatchObject({
      seq: block?.seq,
      blocker: {
        kind: block?.kind,
        mapping: block?.mapping,
        gapBytes: block?.gapBytes,
        neededBytes: block?.needBytes,
      },
    });
  });

  it("begins with what was there when it is older than the recording", () => {
    const tape = tapeOf(lifeDatabase());
    const { mapping } = tape.seeker.spaceAt(1, 3)!.regionAt(at(0))!;
    const life = new Life(tape, 1, mapping, 0);
    whole(life.advance());
    expect(life.moments.map(({ what }) => what)).toEqual(["found", "ended"]);
  });
});

describe("who held an address", () => {
  it.each([6, 12, 14])("up to @%d as `whowas` says it", async (seq) => {
    const folder = lifeDatabase();
    const lines = whole(new Answers(tapeOf(folder)).owners(1, at(4096), seq));
    const io = captureIo(folder);
    await showWhowas({ address: at(4096).toString(16), at: `@${seq}`, pid: 4121 }, io);
    expect(`${lines.join("\n")}\n`).toBe(io.outText());
  });
});
