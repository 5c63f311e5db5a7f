/** Who lives when, and which process is meant: two processes whose lives overlap, by hand. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Landmarks, readLandmarks } from "../../src/replay/landmarks.ts";
import {
  chooseProcess,
  type Instant,
  instantOf,
  livingAt,
  seqAt,
} from "../../src/replay/lifetimes.ts";
import { maps, type Script, scripted } from "../app/replay-sample.ts";
import { open } from "../store/helpers.ts";

function opened(write: (script: Script) => void) {
  const store = open(join(scripted(write), "maptrail.db"), "read");
  const row = store.recording();
  const reader = store.reader(row.id);
  return { row, reader, landmarks: readLandmarks(reader) };
}

/** An event a microsecond: @1 at 1000 ns. Process 1 lives from @1 to @7, process 2 from @4 to @9. */
function overlapping(script: Script): void {
  script.start(1).maps(1, "start", maps("heap")).map(1, 0, 1);
  script
    .start(2, { argv: ["ls"] })
    .maps(2, "demand", maps("stack"), false)
    .map(2, 0, 1)
    .end(1);
  script.map(2, 8, 1).end(2, { how: "killed" });
}

function numbers(landmarks: Landmarks, instant: Partial<Instant>): number[] {
  return livingAt(landmarks, { text: "then", ...instant }).map(({ process }) => process);
}

describe("an instant", () => {
  it("is an event, a time or the end", () => {
    const { reader } = opened(overlapping);
    expect(instantOf("@3", reader)).toEqual({ text: "@3", seq: 3 });
    expect(instantOf("#1", reader)).toEqual({ text: "#1", seq: 1 });
    expect(instantOf("@9", reader)).toEqual({ text: "@9", seq: 9 });
    expect(instantOf("start", reader)).toEqual({ text: "start", seq: 1 });
    expect(instantOf("2us", reader)).toEqual({ text: "2us", atNanos: 2000 });
    expect(instantOf("end", reader)).toEqual({ text: "end", isEnd: true });
    // The last call began at 8000 ns.
    expect(instantOf("50%", reader)).toEqual({ text: "50%", atNanos: 4000 });
  });

  it.each(["@0", "@10"])("%s is refused with what there is", (text) => {
    const { reader } = opened(overlapping);
    expect(() => instantOf(text, reader)).toThrow(`"${text}" is no event of this recording`);
    expect(() => instantOf(text, reader)).toThrow(
      expect.objectContaining({ hint: "It has events @1 to @9." }),
    );
  });

  it("of an empty recording is no event", () => {
    const { reader } = opened(() => undefined);
    expect(() => instantOf("@1", reader)).toThrow(
      expect.objectContaining({ hint: "It has no events." }),
    );
  });
});

describe("who lives", () => {
  it("at an event: from its start up to the event before its end", () => {
    const { landmarks } = opened(overlapping);
    const living = [1, 3, 4, 6, 7, 8, 9].map((seq) => numbers(landmarks, { seq }));
    expect(living).toEqual([[1], [1], [1, 2], [1, 2], [2], [2], []]);
  });

  it("at a time: from its start up to its end", () => {
    const { landmarks } = opened(overlapping);
    const times = [0, 999, 1000, 3999, 4000, 6999, 7000, 8999, 9000];
    const living = times.map((atNanos) => numbers(landmarks, { atNanos }));
    expect(living).toEqual([[], [], [1], [1], [1, 2], [1, 2], [2], [2], []]);
    expect(numbers(landmarks, {})).toEqual([]);
  });

  it("at the end: whose end was not seen, or was not one", () => {
    const { landmarks } = opened((script) => {
      overlapping(script);
      script.start(3).start(4).end(4, { how: "running" });
    });
    expect(numbers(landmarks, { isEnd: true })).toEqual([3, 4]);
  });
});

describe("the process that is meant", () => {
  const choose = (landmarks: Landmarks, instant: Partial<Instant>, pid?: number) => {
    const { process, isOutside } = chooseProcess(landmarks, { text: "@5", ...instant }, pid);
    return [process.process, isOutside];
  };

  it("is the only one that lives", () => {
    const { landmarks } = opened(overlapping);
    expect(choose(landmarks, { seq: 2 })).toEqual([1, false]);
    expect(choose(landmarks, { seq: 8 })).toEqual([2, false]);
  });

  it("is asked for when several do", () => {
    const { landmarks } = opened(overlapping);
    expect(() => choose(landmarks, { seq: 5 })).toThrow(
      expect.objectContaining({
        message: "2 processes live at @5: 4121 grow, 4122 ls",
        hint: "Say which one is meant: --pid 4121",
      }),
    );
  });

  it("is the last to end of those that have begun, when none lives", () => {
    const { landmarks } = opened(overlapping);
    expect(choose(landmarks, { seq: 9 })).toEqual([2, true]);
    expect(choose(landmarks, { atNanos: 9000 })).toEqual([2, true]);
    expect(choose(landmarks, { isEnd: true })).toEqual([2, true]);
    // Before all of them, the first.
    expect(choose(landmarks, { atNanos: 0 })).toEqual([1, true]);
    // The one that began last may end first.
    const nested = opened((script) => script.start(1).start(2).end(2).end(1)).landmarks;
    expect(choose(nested, { isEnd: true })).toEqual([1, true]);
    expect(() => choose(new Map(), { seq: 1 })).toThrow("no process of this recording is known");
  });

  it("with a pid is the one that had it then, the last before, or the first", () => {
    // The pid of process 1 comes again as process 3, from @10 to @12; process 4 has it from @13 on.
    const { landmarks } = opened((script) => {
      overlapping(script);
      script.start(3, { pid: 4121 }).map(3, 0, 1).end(3).start(4, { pid: 4121 });
      script.start(5, { pid: 5000 });
    });
    expect(choose(landmarks, { seq: 5 }, 4121)).toEqual([1, false]);
    expect(choose(landmarks, { seq: 5 }, 4122)).toEqual([2, false]);
    expect(choose(landmarks, { seq: 9 }, 4121)).toEqual([1, true]);
    expect(choose(landmarks, { seq: 11 }, 4121)).toEqual([3, false]);
    expect(choose(landmarks, { seq: 12 }, 4121)).toEqual([3, true]);
    expect(choose(landmarks, { atNanos: 9500 }, 4121)).toEqual([1, true]);
    expect(choose(landmarks, { seq: 5 }, 5000)).toEqual([5, true]);
    expect(choose(landmarks, { isEnd: true }, 4121)).toEqual([4, false]);
  });

  it("with a pid that none had is refused with those that there are", () => {
    const few = opened(overlapping).landmarks;
    expect(() => choose(few, { seq: 5 }, 7)).toThrow(
      expect.objectContaining({
        message: "no process of this recording has the pid 7",
        hint: "It has 4121 grow, 4122 ls.",
      }),
    );
    const many = opened((script) => {
      for (let process = 1; process <= 10; process++) script.start(process, { argv: ["a"] });
    }).landmarks;
    const eight = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${4120 + n} a`).join(", ");
    expect(() => choose(many, { seq: 5 }, 7)).toThrow(
      expect.objectContaining({ hint: `It has ${eight} and 2 more.` }),
    );
    const exact = opened((script) => {
      for (let process = 1; process <= 8; process++) script.start(process, { argv: ["a"] });
    }).landmarks;
    expect(() => choose(exact, { seq: 5 }, 7)).toThrow(
      expect.objectContaining({ hint: `It has ${eight}.` }),
    );
  });
});

describe("the last event of a process", () => {
  it.each([
    // Process 1 has @1 to @6, process 2 @4 to @8.
    [1, { isEnd: true }, 6],
    [1, { seq: 3 }, 3],
    [1, { seq: 100 }, 6],
    [2, { seq: 1 }, 4],
    [2, { seq: 100 }, 8],
    // The first of its calls that began later is @2, @3, none; @5, @6, @8.
    [1, { atNanos: 0 }, 1],
    [1, { atNanos: 1999 }, 1],
    [1, { atNanos: 2000 }, 2],
    [1, { atNanos: 2999 }, 2],
    [1, { atNanos: 3000 }, 6],
    [2, { atNanos: 100 }, 4],
    [2, { atNanos: 5500 }, 5],
    [2, { atNanos: 6000 }, 7],
    [2, { atNanos: 8000 }, 8],
    [2, {}, 4],
  ])("of process %i at %o is @%i", (process, instant, seq) => {
    const { reader, landmarks } = opened(overlapping);
    expect(seqAt(reader, landmarks.get(process)!, { text: "then", ...instant })).toBe(seq);
  });

  it("is found in whichever chunk it lies", () => {
    const calls = (process: number) =>
      Array.from({ length: 5000 }, () => ({ kind: 6, process, args: [0], result: 4096 }));
    // Event n is at n microseconds; process 1 has @1 to @5001, process 2 @5002 to @10002.
    const { reader, landmarks } = opened((script) => {
      script
        .start(1)
        .rows(...calls(1))
        .start(2)
        .rows(...calls(2));
    });
    const last = (process: number, micros: number) =>
      seqAt(reader, landmarks.get(process)!, { text: "then", atNanos: micros * 1000 });
    expect(reader.chunkIndex().length).toBeGreaterThan(2);
    expect([0, 2, 2000.5, 4999.5].map((micros) => last(1, micros))).toEqual([1, 2, 2000, 4999]);
    expect([0, 6000, 7000.5, 10_001.5].map((micros) => last(2, micros))).toEqual([
      5002, 6000, 7000, 10_001,
    ]);
    expect([last(1, 5001), last(2, 20_000)]).toEqual([10_002, 10_002]);
  });

  it("is the recording's, where the process did not end", () => {
    const { reader, landmarks } = opened((script) => script.start(1).map(1, 0, 1).map(1, 2, 1));
    expect(seqAt(reader, landmarks.get(1)!, { text: "end", isEnd: true })).toBe(3);
    expect(seqAt(reader, landmarks.get(1)!, { text: "@9", seq: 9 })).toBe(3);
  });
});
