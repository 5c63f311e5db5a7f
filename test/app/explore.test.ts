/** What the TUI looks up by itself, against the commands that answer the same by one pass over everything. */
import { afterEach, describe, expect, it } from "vitest";
import { parseFilter } from "../../src/app/event-filter.ts";
import { listEvents } from "../../src/app/events.ts";
import { Answers } from "../../src/app/explore/answers.ts";
import { EventWindow } from "../../src/app/explore/event-window.ts";
import { findEvent } from "../../src/app/explore/find.ts";
import { parseGoal } from "../../src/app/explore/goto.ts";
import { Life } from "../../src/app/explore/life.ts";
import { MatchIndex } from "../../src/app/explore/match-index.ts";
import { frameOf, labelOf, permissionsOf } from "../../src/app/explore/space-frame.ts";
import { Survey } from "../../src/app/explore/survey.ts";
import { Tape } from "../../src/app/explore/tape.ts";
import { examine } from "../../src/app/stats.ts";
import { showWhowas } from "../../src/app/whowas.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { lifeDatabase } from "../tui/sample.ts";
import { at, maps, page, scripted } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

const tapes: Tape[] = [];
afterEach(() => {
  for (const tape of tapes.splice(0)) tape.close();
});

function tapeOf(folder: string): Tape {
  const tape = new Tape({}, { env: {}, cwd: folder });
  tapes.push(tape);
  return tape;
}

function whole<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

async function seqsBy(folder: string, filter: string): Promise<number[]> {
  const io = captureIo(folder);
  await listEvents({ terms: parseFilter(filter), json: true }, io);
  return io
    .outText()
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
}

/** More events than one chunk holds: maps, growths in place and elsewhere, refusals, a heap. */
function longDatabase(): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap", "lib", "stack"));
    let heap = 0x5555_0000_2000;
    for (let i = 0; i < 3000; i++) {
      script.map(1, 1000 + i * 8, 2);
      if (i % 3 === 0) script.move(1, 1000 + i * 8, 2, 3, 1000 + i * 8);
      if (i % 7 === 0) script.move(1, 1000 + i * 8, 2, 4, 100_000 + i * 8);
      if (i % 100 === 0) {
        heap += (i % 200 === 0 ? 2 : -1) * page;
        script.rows({ kind: kindCodes.brk, process: 1, args: [heap], result: heap });
      }
      if (i % 11 === 0) {
        script.rows({ kind: kindCodes.munmap, process: 1, args: [1, page], result: -22 });
      }
    }
    script.end(1);
  });
}

describe("the index of a filter's matches", () => {
  const filters = [
    "mremap",
    "moved",
    "in-place",
    "!mmap",
    "failed",
    "brk grew",
    ">8K",
    "nothing:1",
  ];
  it("has the events that `events` lists, by rank and by place", async () => {
    const folder = longDatabase();
    const tape = tapeOf(folder);
    for (const filter of filters.slice(0, -1)) {
      const expected = await seqsBy(folder, filter);
      const index = new MatchIndex(tape, filter);
      whole(index.advance());
      expect(index.count, filter).toBe(expected.length);
      expect(expected.map((_, rank) => index.seqAt(rank))).toEqual(expected);
      expect(expected.map((seq) => index.rankOf(seq))).toEqual(expected.map((_, rank) => rank));
      for (const seq of [1, 31, 32, 33, 4095, 4096, 4097, tape.reader.eventCount, 1e9]) {
        expect(index.rankOf(seq)).toBe(expected.filter((one) => one < seq).length);
        expect(index.has(seq)).toBe(expected.includes(seq));
      }
    }
    expect(() => new MatchIndex(tape, "nothing:1")).toThrow(/nothing:1/);
  });

  it("is of use while it is made", () => {
    const index = new MatchIndex(tapeOf(longDatabase()), "moved");
    const steps = index.advance();
    steps.next();
    expect(index.isWhole).toBe(false);
    expect(index.count).toBeGreaterThan(0);
    expect(index.seqAt(index.count)).toBe(undefined);
    whole(steps);
    expect(index.isWhole).toBe(true);
  });
});

describe("single events", () => {
  it("are told as a pass over all of them tells them, growths of the heap among them", async () => {
    const folder = longDatabase();
    const tape = tapeOf(folder);
    const window = new EventWindow(tape.reader, tape.context.pageBytes);
    const grew = new Set(await seqsBy(folder, "in-place"));
    for (let seq = tape.reader.eventCount; seq > 0; seq -= 1) {
      expect(window.at(seq)?.growth?.outcome === "inPlace", `@${seq}`).toBe(grew.has(seq));
    }
    expect(window.at(0)).toBe(undefined);
    expect(window.at(tape.reader.eventCount + 1)).toBe(undefined);
  });

  it.each([
    ["move", "moved"],
    ["failure", "failed"],
  ] as const)(
    "the next %s is the next that `events %s` lists, either way",
    async (wanted, filter) => {
      const folder = longDatabase();
      const tape = tapeOf(folder);
      const listed = await seqsBy(folder, filter);
      for (const from of [1, 2, 50, 4095, 4096, 4097, listed[3]!, listed.at(-1)!]) {
        expect(whole(findEvent(tape, wanted, from, 1, 1))).toBe(listed.find((seq) => seq > from));
        expect(whole(findEvent(tape, wanted, from, -1, 1))).toBe(
          listed.findLast((seq) => seq < from),
        );
      }
    },
  );
});

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
      mapping: space.nextMapping,
      gapBytes: 0,
      neededBytes: 1536 * page,
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

describe("a space in columns", () => {
  it("has the lines of its maps text, and the tool's ranges between them", () => {
    const tape = tapeOf(lifeDatabase());
    const space = tape.seeker.spaceAt(1, 6)!;
    const frame = frameOf(space, 1, 6, [[at(5), at(6)]]);
    const lines = Array.from({ length: frame.count }, (_, i) => [
      frame.start[i],
      frame.end[i],
      permissionsOf(frame, i),
      frame.nameOf(i),
    ]);
    const expected = space
      .snapshot()
      .map(({ start, end, permissions, path }) => [start, end, permissions, path]);
    expect(lines.filter(([, , permissions]) => permissions !== "")).toEqual(expected);
    const tool = lines.findIndex(([, , permissions]) => permissions === "");
    expect([lines[tool]?.[0], labelOf(frame, tool)]).toEqual([at(5), "maptrail"]);
    expect(lines.map(([start]) => start)).toEqual(
      lines.map(([start]) => start).toSorted((a, b) => Number(a) - Number(b)),
    );
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

describe("a place to go to", () => {
  it.each([
    ["7", { kind: "event", seq: 7 }],
    ["@7", { kind: "event", seq: 7 }],
    ["start", { kind: "event", seq: 1 }],
    ["end", { kind: "event", seq: 14 }],
    ["6us", { kind: "event", seq: 6 }],
    ["0x7f00_0000", { kind: "address", address: 0x7f00_0000 }],
  ])("%s", (text, goal) => {
    expect(parseGoal(tapeOf(lifeDatabase()), text, 1)).toEqual(goal);
  });

  it.each(["", "soon", "@99", "0x7g"])("is not %j, and the error quotes it", (text) => {
    expect(() => parseGoal(tapeOf(lifeDatabase()), text, 1)).toThrow(`"${text}"`);
  });
});
