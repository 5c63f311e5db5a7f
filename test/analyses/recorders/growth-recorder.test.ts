/** Which mapping each growth was about, and how long a heap is. */
import { describe, expect, it } from "vitest";
import { growthOutcomes } from "../../../src/analyses/recorders/growth.ts";
import { GrowthRecorder } from "../../../src/analyses/recorders/growth-recorder.ts";
import { AnalysisPass } from "../../../src/analyses/recorders/pass.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { FileTable } from "../../../src/space/state/files.ts";
import { at, maps, page } from "../../app/replay-sample.ts";
import { spaceOf } from "../../space/helpers.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";
import { brk, remap } from "../growths.ts";
import { passed } from "../passed.ts";

function recorded(rows: readonly EventRow[], text: string | undefined): GrowthRecorder {
  return passed({ growth: GrowthRecorder }, rows, { maps: text }).growth;
}

/** `event outcome lineage old>new`, sizes in pages; the ends of lineages too. */
function told({ log }: GrowthRecorder): string[] {
  return Array.from({ length: log.length }, (_, row) => {
    const outcome = growthOutcomes[log.outcome[row]!] ?? "gone";
    const sizes = `${log.oldBytes[row]! / page}>${log.newBytes[row]! / page}`;
    return `${log.seq[row]} ${outcome} ${log.lineage[row]} ${sizes}`;
  });
}

describe("a heap", () => {
  it("is as long as from its start, which is known from the maps", () => {
    const rows = [brk(5), brk(4.5, 4.5), brk(9, 4.5), brk(2, 2)];
    expect(told(recorded(rows, maps("heap")))).toEqual([
      "1 inPlace 1 2>5",
      "2 unchanged 1 5>5",
      "3 refused 1 5>9",
      "4 shrunk 1 5>2",
    ]);
  });

  it("that begins with a brk has its mapping once there is one, and another after its end", () => {
    const rows = [brk(-1, 0), brk(3), brk(4), brk(0), brk(1)];
    const growth = recorded(rows, maps("rw-p 0-4"));
    expect(told(growth)).toEqual([
      "2 inPlace 1 0>3",
      "3 inPlace 1 3>4",
      "4 shrunk 1 4>0",
      "4 gone 1 0>0",
      "5 inPlace 2 0>1",
    ]);
    // Mapping 1 was there.
    expect([...growth.lineageMapping.subarray(1, 3)]).toEqual([2, 3]);
    expect([...growth.lineageProcess.subarray(1, 3)]).toEqual([1, 1]);
  });

  it("of which the maps say nothing is known from its first call on", () => {
    expect(told(recorded([brk(3), brk(4)], maps("rw-p 0-4")))).toEqual(["2 inPlace 1 0>1"]);
  });

  it("is where its calls left it when the maps come later", () => {
    const pass = new AnalysisPass({ pageBytes: page, files: new FileTable() });
    const growth = pass.recorderOf(GrowthRecorder);
    const batch = batchOf([brk(3), brk(4)]);
    pass.before(undefined, batch, 0);
    pass.began(1, spaceOf(maps("heap")));
    pass.before(undefined, batch, 1);
    // The text says 2 pages.
    expect([growth.log.length, growth.log.bytesOf(0)]).toEqual([1, page]);
  });

  it("of which nobody knows the start is as long as what was seen of it", () => {
    const rows = [brk(2), brk(5), brk(4), brk(8, 4)];
    // The direction of the first is not known.
    expect(told(recorded(rows, undefined))).toEqual([
      "2 inPlace 0 0>3",
      "3 shrunk 0 1>0",
      "4 refused 0 0>4",
    ]);
  });
});

describe("a mapping", () => {
  it("is what lies at the address, and is numbered when it first grows", () => {
    const rows = [
      remap({ from: 1, old: 3, now: 1 }), // its upper part
      remap({ from: 8, old: 1, now: 2 }),
      remap({ from: 0, old: 2, now: 4 }),
      // Nothing lies there, though something does above.
      remap({ from: 6, old: 1, now: 2, to: 50 }),
      remap({ from: 100, old: 1, now: 2, to: 60 }),
    ];
    // The heap's is no growth of a mapping that is not known.
    const growth = recorded(rows, maps("heap", "rw-p 0-4", "rw-p 8-9"));
    expect(told(growth)).toEqual([
      "1 shrunk 1 3>1",
      "2 inPlace 2 1>2",
      "3 inPlace 1 2>4",
      "4 moved 0 1>2",
      "5 moved 0 1>2",
    ]);
    expect(growth.log.lineages).toBe(2);
  });

  it("has ended with its last range, and is not told of when it never grew", () => {
    const unmap = (from: number, pages: number): EventRow => {
      return { kind: kindCodes.munmap, args: [at(from), pages * page] };
    };
    const rows = [
      remap({ from: 0, old: 2, now: 3 }),
      unmap(0, 1),
      unmap(8, 1),
      unmap(1, 5),
      remap({ from: 20, old: 1, now: 2, to: 30 }),
    ];
    expect(told(recorded(rows, maps("rw-p 0-2", "rw-p 8-9", "rw-p 20-21")))).toEqual([
      "1 inPlace 1 2>3",
      "4 gone 1 0>0",
      "5 moved 2 1>2",
    ]);
  });

  it("keeps its number among many", () => {
    const count = 200;
    const lines = Array.from({ length: count }, (_, i) => `rw-p ${4 * i}-${4 * i + 1}`);
    const rows = [...Array(count).keys()]
      .reverse()
      .map((i) => remap({ from: 4 * i, old: 1, now: 2 }));
    const { log, lineageMapping, lineageProcess } = recorded(rows, maps(...lines));
    const lineages = Array.from({ length: count }, (_, i) => i + 1);
    expect([...log.lineage.subarray(0, count)]).toEqual(lineages);
    // The first that grew was the last that was mapped.
    expect([...lineageMapping.subarray(1, count + 1)]).toEqual(lineages.toReversed());
    expect([...lineageProcess.subarray(1, count + 1)]).toEqual(lineages.map(() => 1));
  });
});

it("the row of the present call is -1 where it asks for nothing or never came back", () => {
  const rows = [remap({ from: 0, old: 1, now: 2 }), brk(-1, 2)];
  expect(recorded(rows.slice(0, 1), maps("rw-p 0-1")).row).toBe(0);
  expect(recorded(rows, maps("heap", "rw-p 0-1")).row).toBe(-1);
  const lost = remap({ from: 0, old: 2, now: 3 }, { flags: 1, duration: -1 });
  const growth = recorded([rows[0]!, lost], maps("rw-p 0-1"));
  expect([growth.row, growth.log.length]).toEqual([-1, 1]);
});
