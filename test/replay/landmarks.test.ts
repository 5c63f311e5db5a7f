/** What a recording says of its processes beside their calls, and of one whose maps are not known. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { knownSpaceAt } from "../../src/replay/known-space.ts";
import { readLandmarks } from "../../src/replay/landmarks.ts";
import { nameOf } from "../../src/replay/lifetimes.ts";
import { Seeker } from "../../src/replay/seek.ts";
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

describe("landmarks", () => {
  it("are starts, ends, maps texts and what is missing, by process", () => {
    const { landmarks } = opened((script) => {
      overlapping(script);
      script.start(3).lost(3, 12, "the journal was full");
    });
    expect([...landmarks.keys()]).toEqual([1, 2, 3]);
    const [one, two, three] = [1, 2, 3].map((process) => landmarks.get(process)!);
    expect([one!.startSeq, one!.endSeq, one!.row?.pid]).toEqual([1, 7, 4121]);
    expect(one!.maps).toMatchObject([{ seq: 2, atNanos: 2000, moment: "start", stable: true }]);
    expect([two!.startSeq, two!.endSeq, two!.row?.pid]).toEqual([4, 9, 4122]);
    expect(two!.maps).toMatchObject([{ seq: 5, atNanos: 5000, moment: "demand", stable: false }]);
    expect([three!.startSeq, three!.endSeq]).toEqual([10, undefined]);
    expect(three!.lost).toEqual([{ seq: 11, count: 12, reason: "the journal was full" }]);
    expect([one!.lost, two!.lost, three!.maps]).toEqual([[], [], []]);
  });

  it("stand in the order of processes and events, whatever came first", () => {
    const { landmarks } = opened((script) => {
      script.start(2).maps(2, "start", maps("heap")).start(1).maps(2, "demand", maps("heap"));
      script.lost(2, 1, "one").lost(2, 2, "two").end(2);
    });
    expect([...landmarks.keys()]).toEqual([1, 2]);
    expect(landmarks.get(2)?.maps.map(({ seq }) => seq)).toEqual([2, 4]);
    expect(landmarks.get(2)?.lost.map(({ reason }) => reason)).toEqual(["one", "two"]);
    expect(landmarks.get(2)?.endSeq).toBe(7);
  });

  it("say so where a reason cannot be read", () => {
    const { landmarks } = opened((script) => {
      script.start(1).rows({ kind: 67, process: 1, args: [3, 999] });
    });
    expect(landmarks.get(1)?.lost).toEqual([
      { seq: 2, count: 3, reason: "the reason could not be read" },
    ]);
  });
});

describe("a space that is not known", () => {
  it("is told with the reason", () => {
    const coverage = {
      status: "none",
      reasons: ["it is static"],
      modules: [],
      sites: [],
      via: "none",
    } as const;
    const { reader, row, landmarks } = opened((script) => {
      script.start(1).start(2, { coverage }).start(3).maps(3, "start", maps("heap"));
    });
    const seeker = new Seeker(reader, row);
    const at = (process: number) => knownSpaceAt(seeker, landmarks.get(process)!, 4);
    expect(() => at(1)).toThrow(
      expect.objectContaining({
        message: "the maps of pid 4121 (grow) are not known",
        hint: "No maps text of it is in the recording: it was ended too early, or had no /proc.",
      }),
    );
    expect(() => at(2)).toThrow(
      expect.objectContaining({ hint: "It was not covered: it is static." }),
    );
    expect(at(3).mappedBytes).toBe(8192);
    expect(nameOf(landmarks.get(2)!)).toBe("grow");
  });
});
