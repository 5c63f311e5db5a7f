/** What the TUI looks up by itself, against the commands that answer the same by one pass over everything. */
import { describe, expect, it } from "vitest";
import { listEvents } from "../../src/app/events.ts";
import { EventWindow } from "../../src/app/explore/event-window.ts";
import { findEvent } from "../../src/app/explore/find.ts";
import { parseGoal } from "../../src/app/explore/goto.ts";
import { MatchIndex } from "../../src/app/explore/match-index.ts";
import { frameOf, labelOf, permissionsOf } from "../../src/app/explore/space-frame.ts";
import { parseFilter } from "../../src/listing/event-filter.ts";
import { lifeDatabase } from "../tui/sample.ts";
import { longDatabase, tapeOf, whole } from "./explore-sample.ts";
import { at } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

async function seqsBy(folder: string, filter: string): Promise<number[]> {
  const io = captureIo(folder);
  await listEvents({ terms: parseFilter(filter), json: true }, io);
  return io
    .outText()
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
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
