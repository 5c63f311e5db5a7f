/** The pass: which recorder hears what, in which order, and what it is told of the event. */
import { describe, expect, it } from "vitest";
import { defineAnalysis } from "../../../src/analyses/analysis.ts";
import { beginAnalyses } from "../../../src/analyses/answers.ts";
import { AnalysisPass } from "../../../src/analyses/recorders/pass.ts";
import type { PassContext, Recorder } from "../../../src/analyses/recorders/recorder.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { FileTable } from "../../../src/space/state/files.ts";
import { at, page } from "../../space/helpers.ts";
import { PassByHand } from "./pass-by-hand.ts";

/** Recorders that write down what they hear, `name hook`, into one list. */
function listeners() {
  const heard: string[] = [];
  class Remaps implements Recorder {
    readonly calls = [kindCodes.mremap, kindCodes.munmap];
    before(space: unknown, track: unknown): void {
      heard.push(`remaps before ${space !== undefined} ${track !== undefined}`);
    }
    after(): void {
      heard.push("remaps after");
    }
  }
  /** Uses the one above, though it is asked for first. */
  class All implements Recorder {
    constructor(context: PassContext) {
      context.recorderOf(Remaps);
    }
    before(): void {
      heard.push("all before");
    }
    after(): void {
      heard.push("all after");
    }
  }
  class Befores implements Recorder {
    readonly calls = [kindCodes.prctl];
    before(): void {
      heard.push("befores before");
    }
  }
  class Lives implements Recorder {
    began({ process }: { process: number }): void {
      heard.push(`began ${process}`);
    }
    ended({ process }: { process: number }): void {
      heard.push(`ended ${process}`);
    }
    finished({ process }: { process: number }): void {
      heard.push(`finished ${process}`);
    }
    born(_: unknown, mapping: number, bytes: number): void {
      heard.push(`born #${mapping} ${bytes / page}`);
    }
    gained(_: unknown, mapping: number, start: number, end: number, how: string): void {
      heard.push(`gained #${mapping} ${(start - at(0)) / page}-${(end - at(0)) / page} ${how}`);
    }
    lost(_: unknown, mapping: number, start: number, end: number, how: string): void {
      heard.push(`lost #${mapping} ${(start - at(0)) / page}-${(end - at(0)) / page} ${how}`);
    }
    died(_: unknown, mapping: number, bytes: number, how: string): void {
      heard.push(`died #${mapping} ${bytes / page} ${how}`);
    }
  }
  return { heard, Remaps, All, Befores, Lives };
}

describe("calls", () => {
  it("go to the recorders that want their kind, and first to one that another uses", () => {
    const { heard, Remaps, All, Befores } = listeners();
    const run = new PassByHand();
    run.pass.recordersOf({ all: All, remaps: Remaps, befores: Befores });
    run.begin().map(0, 1);
    expect(heard.splice(0)).toEqual(["all before", "all after"]);
    run.move(0, 1, 2, 10);
    expect(heard.splice(0)).toEqual([
      ...["remaps before true true", "all before"],
      ...["remaps after", "all after"],
    ]);
    run.unmap(10, 2);
    expect(heard.splice(0)).toHaveLength(4);
    run.call({ kind: kindCodes.prctl, args: [0] });
    expect(heard.splice(0)).toEqual(["all before", "befores before", "all after"]);
  });

  it("of a process whose maps are not known are heard of before them alone, without a space", () => {
    const { heard, Remaps } = listeners();
    const run = new PassByHand();
    run.pass.recorderOf(Remaps);
    run.unmap(0, 1);
    expect(heard).toEqual(["remaps before false false"]);
  });

  it("that are not waited for cost no recorder anything", () => {
    const { heard, Befores } = listeners();
    const run = new PassByHand();
    run.pass.recorderOf(Befores);
    run.begin().map(0, 1).unmap(0, 1);
    expect(heard).toEqual([]);
  });
});

describe("recorders", () => {
  it("are one of each kind in a pass, whoever asks for it", () => {
    const { Remaps, All } = listeners();
    const { pass } = new PassByHand();
    const { mine } = pass.recordersOf({ mine: Remaps });
    expect(pass.recorderOf(Remaps)).toBe(mine);
    pass.recorderOf(All);
    expect(pass.recorderOf(Remaps)).toBe(mine);
    expect(new PassByHand().pass.recorderOf(Remaps)).not.toBe(mine);
  });

  it("run only where an analysis needs them", () => {
    const made: string[] = [];
    class Wanted implements Recorder {
      constructor() {
        made.push("wanted");
      }
    }
    class Unwanted implements Recorder {
      constructor() {
        made.push("unwanted");
      }
    }
    const about = { title: "", question: "", basis: [], thresholds: {} } as const;
    const one = (id: string, needs: { it: new () => Recorder }) =>
      defineAnalysis({ id, ...about, needs, conclude: () => ({ findings: [], data: id }) });
    const options = { pageBytes: page, files: new FileTable() };
    const known = { processes: new Map(), maxMapCount: undefined };
    const both = { a: one("a", { it: Wanted }), b: one("b", { it: Wanted }) };
    const { results } = beginAnalyses(options, [both.a, both.b]).conclude(known);
    expect(results.map(({ data }) => data)).toEqual(["a", "b"]);
    expect(made).toEqual(["wanted"]);
    beginAnalyses(options, [one("c", { it: Unwanted })]);
    expect(made).toEqual(["wanted", "unwanted"]);
  });

  it("hear of mappings and processes in the order of what happens", () => {
    const { heard, Lives } = listeners();
    const run = new PassByHand();
    run.pass.recorderOf(Lives);
    run.begin(1).map(0, 4);
    expect(heard.splice(0)).toEqual(["began 1", "born #1 4", "gained #1 0-4 mapped"]);
    run.move(0, 4, 8, 20);
    // A growth is a gain of the whole; what it was before is not told as lost but by a move.
    expect(heard.splice(0)).toEqual(["lost #1 0-4 moved", "gained #1 20-28 moved"]);
    run.move(20, 8, 9, 20);
    expect(heard.splice(0)).toEqual(["gained #1 20-29 grown"]);
    run.move(20, 9, 5, 20).unmap(20, 5);
    expect(heard.splice(0)).toEqual([
      ...["lost #1 25-29 shrunk", "lost #1 20-25 unmapped"],
      "died #1 5 unmapped",
    ]);
    run.map(0, 1).begin(2).map(0, 1, { process: 2 });
    heard.length = 0;
    run.end(1);
    expect(heard.splice(0)).toEqual(["ended 1", "lost #2 0-1 ended", "died #2 1 ended"]);
    // What had no end has it with the recording; every process is then told so.
    run.finish();
    expect(heard).toEqual(["ended 2", "finished 1", "finished 2"]);
  });

  it("are all told the same, those first that were asked for first", () => {
    const { heard, Lives } = listeners();
    class Others extends Lives {}
    class Thirds extends Lives {}
    const run = new PassByHand();
    run.pass.recordersOf({ a: Lives, b: Others, c: Thirds });
    run.begin().map(0, 4).unmap(0, 4);
    const each = [
      ...["began 1", "born #1 4", "gained #1 0-4 mapped"],
      ...["lost #1 0-4 unmapped", "died #1 4 unmapped"],
    ];
    expect(heard.splice(0)).toEqual(each.flatMap((one) => [one, one, one]));
    run.finish();
    const last = ["ended 1", "finished 1"];
    expect(heard).toEqual(last.flatMap((one) => [one, one, one]));
  });

  it("are given the space, the track, the batch and the row", () => {
    const given: unknown[][] = [];
    class Keeping implements Recorder {
      before(...args: unknown[]): void {
        given.push(args);
      }
      after(...args: unknown[]): void {
        given.push(args);
      }
    }
    const run = new PassByHand();
    run.pass.recorderOf(Keeping);
    run.begin().map(3, 1);
    const [before, after] = given;
    expect(before).toEqual(after);
    expect(before![0]).toBe(run.spaces.get(1));
    expect(before![1]).toBe(run.pass.trackOf(1));
    expect((before![2] as { result: Float64Array }).result[before![3] as number]).toBe(at(3));
    expect(run.pass.pageBytes).toBe(page);
  });

  it("hear nothing of a process that never began", () => {
    const { heard, Lives } = listeners();
    const run = new PassByHand();
    run.pass.recorderOf(Lives);
    run.begin(2);
    const space = run.spaces.get(2)!;
    heard.length = 0;
    run.pass.ended(1, space);
    expect(heard).toEqual([]);
    expect(run.pass.knownTrack(1)).toBeUndefined();
    expect(run.pass.knownTrack(2)).toBe(run.pass.trackOf(2));
  });
});

describe("the present event", () => {
  it("is told as it is, with its site where something may be mapped", () => {
    const asked: number[] = [];
    const run = new PassByHand({
      siteOf: (batch, row) => {
        asked.push(batch.returnAddress[row]!);
        return 7;
      },
      name: (site) => `site ${site}`,
    });
    const { event } = run.pass;
    run.begin();
    expect(event).toEqual({ seq: 1, atNanos: 1000, tid: 0, kind: 0, mapFlags: 0, site: 0 });
    run.map(0, 2, { tid: 99, returnAddress: 0x10 });
    const mmap = { seq: 2, atNanos: 2000, tid: 99, kind: kindCodes.mmap, mapFlags: 0x32, site: 7 };
    expect(event).toEqual(mmap);
    // Nobody wants to know who unmaps or advises.
    run.unmap(0, 1, { returnAddress: 0x20 });
    expect(event).toMatchObject({ seq: 3, atNanos: 3000, tid: 4121, kind: kindCodes.munmap });
    run.call({ kind: kindCodes.madvise, args: [at(0), page, 4], returnAddress: 0x30 });
    expect(event).toMatchObject({ seq: 4, kind: kindCodes.madvise });
    run.move(1, 1, 2, 1, { returnAddress: 0x40 });
    expect(event).toMatchObject({ seq: 5, kind: kindCodes.mremap, mapFlags: 0, site: 7 });
    expect(asked).toEqual([0x10, 0x40]);
    run.end();
    expect(event).toEqual({ seq: 6, atNanos: 6000, tid: 0, kind: 0, mapFlags: 0, site: 0 });
  });

  it("has room for as many mappings as half of the calls of each process can make", () => {
    const files = new FileTable();
    const room = (events: number, processes: number) =>
      new AnalysisPass({ pageBytes: page, files, events, processes }).trackOf(1).end;
    expect(room(1000, 1)).toBe(500);
    expect(room(1001, 2)).toBe(251);
    expect(room(0, 0)).toBe(16);
    expect(room(2 ** 40, 1)).toBe(2 ** 21);
    const { expectedEvents } = new AnalysisPass({ pageBytes: page, files, events: 12 });
    expect(expectedEvents).toBe(12);
    expect(new AnalysisPass({ pageBytes: page, files }).expectedEvents).toBe(0);
  });
});
