/** Blockers: every kind of thing that can stand above a growth, with all that is said of it. */
import { describe, expect, it } from "vitest";
import { type Block, type BlockersData, blockers } from "../../src/analyses/blockers.ts";
import {
  type BlockerKind,
  blockerCode,
  blockerKinds,
} from "../../src/analyses/recorders/blocker-kind.ts";
import { BlockerLog } from "../../src/analyses/recorders/blocker-log.ts";
import { formatHex } from "../../src/base/units.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { analysed, at, maps, page, scripted } from "../app/replay-sample.ts";
import type { EventRow } from "../store/batches.ts";
import { brk, growthsOf, heapStart, namedSites, remap, returnTo } from "./growths.ts";

const [table, worker] = [1, 2];
const tableName = "grow_table (table.c:12)";
const workerName = "start_worker (w.c:3)";
const sites = namedSites(tableName, workerName);
const workerTid = 4150;

/** The main stack of the maps text `stack`. */
const stack = { start: 0x7ffc_0001_0000, end: 0x7ffc_0002_0000 };

/** An mmap's row: what it maps with, and who asked. */
function mapped(prot: number, flags: number, more: Partial<EventRow> = {}): Partial<EventRow> {
  return { args: [0, page, prot, flags, -1, 0], ...more };
}

/** A line of a maps text at pages from `base`. */
function line(from: number, to: number, rest: string): string {
  return `${at(from).toString(16)}-${at(to).toString(16)} ${rest}\n`;
}

/** Memory of maptrail and of a System V segment, the vdso, and what `maps` names. Mappings 1 to 5. */
const firstMaps = [
  maps("heap"),
  maps("lib"), // pages 256 to 260
  line(6024, 6026, "r-xp 00000000 00:00 0                          [vdso]"),
  // Segment 0 has no file, whatever its number is.
  line(9532, 9534, "rw-s 00000000 00:01 0                          /SYSV00000000 (deleted)"),
  maps("stack"),
].join("");

/**
 * One buffer, mapping 6, that goes from blocker to blocker, and others that meet what stands
 * elsewhere. Each event is a microsecond after the one before. In the comments: event, blocker.
 */
function everyKind(): string {
  return scripted((script) => {
    const toolRanges = [[formatHex(at(5020)), formatHex(at(5021))]] as const;
    script.start(1, { toolRanges }).maps(1, "start", firstMaps);
    const file = script.file("/data/table.db", 5);
    const threadStack = mapped(3, 0x2_0022, { tid: workerTid });
    const put = (site: number, from: number, pages: number, more: Partial<EventRow> = {}): void => {
      const args = more.args?.with(1, pages * page) ?? [0, pages * page, 3, 0x22, -1, 0];
      script.from(returnTo(site)).map(1, from, pages, { ...more, args });
      script.from(returnTo(table));
    };
    const grow = (from: number, old: number, now: number, to: number) =>
      script.rows(remap({ from, old, now, to }));

    put(table, 250, 4); // 3: mapping 6
    grow(250, 4, 7, 700); // 4: the library
    put(worker, 710, 8, threadStack); // 5: mapping 7
    script.rows(remap({ from: 700, old: 7, now: 12, errno: 12, how: 0 })); // 6: it
    grow(700, 7, 13, 800); // 7: it
    put(table, 813, 1); // 8: mapping 8
    grow(800, 13, 15, 900); // 9: it
    put(0, 920, 3); // 10: mapping 9
    grow(900, 15, 21, 1000); // 11: it
    put(worker, 1030, 256, mapped(0, 0x22, { tid: workerTid })); // 12: mapping 10, 1 MiB
    grow(1000, 21, 31, 2000); // 13: it
    put(worker, 2040, 257, mapped(0, 0x22, { tid: workerTid })); // 14: mapping 11, a page more
    grow(2000, 31, 42, 16_300); // 15: it
    put(worker, 16_384, 100, mapped(0, 0x4022, { tid: workerTid })); // 16: mapping 12, at 64 MiB
    grow(16_300, 42, 90, 3000); // 17: it
    put(0, 3100, 2, mapped(1, 2, { file })); // 18: mapping 13
    grow(3000, 90, 102, 4000); // 19: it
    put(0, 4110, 2, mapped(3, 0x21)); // 20: mapping 14
    grow(4000, 102, 111, 4900); // 21: it
    grow(4900, 111, 124, 5900); // 22: maptrail
    grow(5900, 124, 120, 5900); // 23: a shrink
    grow(5900, 120, 128, 9400); // 24: the vdso
    grow(9400, 128, 126, 9400); // 25: a shrink
    grow(9400, 126, 133, 10_000); // 26: the segment
    grow(10_000, 133, 135, 11_000); // 27: nothing
    script.from(returnTo(table)).map(1, 0, 4, { result: heapStart - 8 * page }); // 28: mapping 15
    script.rows({
      kind: kindCodes.mremap, // 29: the heap
      args: [heapStart - 8 * page, 4 * page, 9 * page, 1, 0],
      result: at(9500),
    });
    script.map(1, 0, 1, { result: stack.start - 3 * page }); // 30: mapping 16
    script.rows({
      kind: kindCodes.mremap, // 31: the main stack
      args: [stack.start - 3 * page, page, 4 * page, 1, 0],
      result: at(9600),
    });
    put(worker, 0, 1, { result: heapStart + 3 * page, tid: workerTid }); // 32: mapping 17
    script.rows(brk(6, 2)); // 33: it
    grow(11_000, 5, 17, 20_000); // 34: its own rest
    put(worker, 30_000, 2, threadStack); // 35: mapping 18
    put(table, 29_990, 4); // 36: mapping 19
    script.rows(
      remap({ from: 29_990, old: 4, now: 20, errno: 12, how: 0 }), // 37: it
      remap({ from: 29_990, old: 4, now: 20, errno: 14 }), // no want of room
      remap({ from: 29_990, old: 4, now: 20, to: 40_000, how: 3 }), // the program chose
    );
  });
}

/** Who made a blocker: nobody that was seen, or event, thread and place. */
function owner(seq: number, tid: number, site: string) {
  return { ownerSeq: seq, ownerTid: tid, ownerCall: seq === 0 ? "" : "mmap", ownerSite: site };
}

const nobody = owner(0, 0, "unknown");
const byWorker = (seq: number) => owner(seq, workerTid, workerName);
const byTable = (seq: number) => owner(seq, 4121, tableName);
const byUnknown = (seq: number) => owner(seq, 4121, "unknown");

type Figures = Pick<Block, "gapBytes" | "needBytes" | "ageNanos">;

/** Free pages above, pages asked for, and events since the birth, which are microseconds. */
function figures(gap: number, need: number, age: number): Figures {
  return { gapBytes: gap * page, needBytes: need * page, ageNanos: age * 1000 };
}

function block(
  seq: number,
  kind: BlockerKind,
  mapping: number,
  [from, to]: readonly [number, number],
  more: Figures & Partial<Block>,
): Block {
  const range = { start: at(from), end: at(to) };
  return {
    seq,
    process: 1,
    outcome: "moved",
    kind,
    mapping,
    ...range,
    path: "",
    ...nobody,
    ...more,
  };
}

const blocks: readonly Block[] = [
  // Found in the maps text of event 2.
  block(4, "library", 2, [256, 260], { ...figures(2, 3, 4 - 2), path: "/lib/x.so" }),
  block(6, "thread stack", 7, [710, 718], {
    ...figures(3, 5, 6 - 5),
    outcome: "refused",
    ...byWorker(5),
  }),
  block(7, "thread stack", 7, [710, 718], { ...figures(3, 6, 7 - 5), ...byWorker(5) }),
  block(9, "buffer of the same site", 8, [813, 814], { ...figures(0, 2, 9 - 8), ...byTable(8) }),
  block(11, "anonymous", 9, [920, 923], { ...figures(5, 6, 11 - 10), ...byUnknown(10) }),
  block(13, "guard", 10, [1030, 1286], { ...figures(9, 10, 13 - 12), ...byWorker(12) }),
  block(15, "reservation", 11, [2040, 2297], { ...figures(9, 11, 15 - 14), ...byWorker(14) }),
  block(17, "malloc arena", 12, [16_384, 16_484], { ...figures(42, 48, 17 - 16), ...byWorker(16) }),
  block(19, "file", 13, [3100, 3102], {
    ...figures(10, 12, 19 - 18),
    path: "/data/table.db",
    ...byUnknown(18),
  }),
  block(21, "shared memory", 14, [4110, 4112], { ...figures(8, 9, 21 - 20), ...byUnknown(20) }),
  block(22, "recorder", 0, [5020, 5021], figures(9, 13, 0)),
  block(24, "kernel", 3, [6024, 6026], { ...figures(4, 8, 24 - 2), path: "[vdso]" }),
  block(26, "shared memory", 4, [9532, 9534], figures(6, 7, 26 - 2)),
  // Up to the next mapping, which stands beyond the two pages that were needed.
  block(27, "nothing", 0, [0, 0], { ...figures(16_384 - 10_133, 2, 0), start: 0, end: 0 }),
  block(29, "heap", 1, [0, 0], {
    ...figures(4, 5, 29 - 2),
    start: heapStart,
    end: heapStart + 2 * page,
  }),
  block(31, "main stack", 5, [0, 0], { ...figures(2, 3, 31 - 2), ...stack }),
  block(33, "anonymous", 17, [0, 0], {
    ...figures(1, 4, 33 - 32),
    outcome: "refused",
    start: heapStart + 3 * page,
    end: heapStart + 4 * page,
    ...byWorker(32),
  }),
  block(34, "rest of the same mapping", 6, [11_005, 11_135], {
    ...figures(0, 12, 34 - 3),
    ...byTable(3),
  }),
  block(37, "thread stack", 18, [30_000, 30_002], {
    ...figures(6, 16, 37 - 35),
    outcome: "refused",
    ...byWorker(35),
  }),
];

/** A group of the one block at that event. */
function alone(name: string, seq: number) {
  const found = blocks.find((one) => one.seq === seq)!;
  const isMove = found.outcome === "moved";
  return {
    name,
    kind: found.kind,
    count: 1,
    moves: isMove ? 1 : 0,
    refusals: isMove ? 0 : 1,
    medianGapBytes: found.gapBytes,
    medianNeedBytes: found.needBytes,
    medianAgeNanos: found.ageNanos,
    events: [seq],
  };
}

const threadStacks = {
  name: `thread stacks that ${workerName} made`,
  kind: "thread stack",
  count: 3,
  moves: 1,
  refusals: 2,
  // Gaps 3 3 6, needs 5 6 16, ages 1 2 2.
  medianGapBytes: 3 * page,
  medianNeedBytes: 6 * page,
  medianAgeNanos: 2000,
  events: [6, 7, 37],
} as const;

/** By their first events. */
const groups: BlockersData["groups"]["rows"] = [
  alone("x.so", 4),
  threadStacks,
  alone(`other buffers that ${tableName} made`, 9),
  alone("anonymous mappings", 11),
  alone(`guard pages that ${workerName} made`, 13),
  alone(`reserved ranges that ${workerName} made`, 15),
  alone(`malloc's arenas that ${workerName} made`, 17),
  alone("the file table.db", 19),
  // Two of unknown origin: gaps 6 and 8, needs 7 and 9, ages 1 and 24; the median is the lower.
  {
    ...alone("shared memory", 21),
    count: 2,
    moves: 2,
    medianGapBytes: 6 * page,
    medianNeedBytes: 7 * page,
    events: [21, 26],
  },
  alone("maptrail's own memory", 22),
  alone("[vdso]", 24),
  alone("nothing that a recording shows", 27),
  alone("the heap", 29),
  alone("the main stack", 31),
  alone(`anonymous mappings that ${workerName} made`, 33),
  alone(`the rest of the mapping itself that ${tableName} made`, 34),
];

describe("a recording with every kind of blocker", () => {
  const { data, findings } = (() => analysed(everyKind(), sites).of("blockers")!)();

  it("is told in full", () => {
    const { rows, more } = data.groups;
    // Those with one block each have no order that is promised.
    const byEvent = rows.toSorted((a, b) => a.events[0]! - b.events[0]!);
    const expected = { moves: 16, refusals: 3, groups: { rows: groups, more: 0 }, blocks };
    expect({ ...data, groups: { rows: byEvent, more } }).toEqual({ ...expected, moreBlocks: 0 });
    expect(rows.slice(0, 2).map(({ count }) => count)).toEqual([3, 2]);
  });

  it("finds what stood above a tenth of the growths: two of nineteen at least", () => {
    expect(findings).toEqual([
      {
        sentence: `1 of 16 moves was blocked by thread stacks that ${workerName} made`,
        advice:
          "Start the threads before the buffer is mapped, or reserve its room ahead with PROT_NONE",
        severity: "attention",
        numbers: {
          blocked: 3,
          moves: 1,
          refusals: 2,
          medianGapBytes: 3 * page,
          medianNeedBytes: 6 * page,
        },
        events: [6, 7, 37],
      },
      {
        sentence: "2 of 16 moves were blocked by shared memory",
        advice: "Reserve the room ahead with PROT_NONE: half of these asked for 28 KiB or more",
        severity: "attention",
        numbers: {
          blocked: 2,
          moves: 2,
          refusals: 0,
          medianGapBytes: 6 * page,
          medianNeedBytes: 7 * page,
        },
        events: [21, 26],
      },
    ]);
  });

  it("has one group for a kind whoever made it where no names are known", () => {
    const { rows } = analysed(everyKind()).of("blockers")!.data.groups;
    const anonymous = rows.find(({ kind }) => kind === "anonymous");
    expect(anonymous).toMatchObject({ name: "anonymous mappings", count: 2, events: [11, 33] });
  });
});

interface Row {
  readonly kind: BlockerKind;
  readonly outcome?: "moved" | "refused";
  readonly file?: number;
  readonly needPages?: number;
}

/** What is said of a log in which these stood in the way, event after event. */
function concluded(rows: readonly Row[]) {
  const { pass, facts, growth } = growthsOf(rows.map(({ outcome = "moved" }) => ({ outcome })));
  const log = pass.recorderOf(BlockerLog);
  for (const inode of rows.keys())
    facts.files.intern({ dev: 1, inode: String(inode), path: `/f${inode}` });
  log.length = rows.length;
  log.growthRow = Uint32Array.from(rows.keys());
  log.kind = Uint8Array.from(rows, ({ kind }) => blockerCode(kind));
  log.file = Uint32Array.from(rows, ({ file = 0 }) => file);
  log.needBytes = Float64Array.from(rows, ({ needPages = 1 }) => needPages * page);
  for (const name of ["mapping", "start", "end", "gapBytes", "ageNanos"] as const) {
    Object.assign(log, { [name]: new Float64Array(rows.length) });
  }
  return blockers.conclude(facts, { growth, blockers: log });
}

function repeat(count: number, row: Row): Row[] {
  return Array.from({ length: count }, () => row);
}

const heap: Row = { kind: "heap" };
const guard: Row = { kind: "guard" };
const refused = { outcome: "refused" } as const;

it("answers its question from events and observations, by inference", () => {
  const { id, title, question, basis } = blockers;
  expect({ id, title, question, basis }).toEqual({
    id: "blockers",
    title: "Blockers",
    question: "What stood in the way of the growths that moved or were refused?",
    basis: ["events", "observations", "inference"],
  });
});

describe("what it says", () => {
  it.each<[string, Row[], string[]]>([
    ["nothing of nothing", [], []],
    ["of one move", [heap], ["the one move was blocked by the heap"]],
    [
      "of one refusal",
      [{ ...heap, ...refused }],
      ["the one refused growth was blocked by the heap"],
    ],
    ["of two", repeat(2, heap), ["2 of 2 moves were blocked by the heap"]],
    [
      "of what led to refusals alone, among the refusals",
      [heap, heap, ...repeat(2, { ...guard, ...refused }), { ...heap, ...refused }],
      [
        "2 of 2 moves were blocked by the heap",
        "2 of 3 refused growths were blocked by guard pages",
      ],
    ],
    [
      "of a tenth of moves and refusals together",
      [...repeat(8, heap), ...repeat(2, { ...heap, ...refused }), guard],
      ["8 of 9 moves were blocked by the heap"],
    ],
    [
      "of a tenth",
      [...repeat(9, heap), guard],
      ["9 of 10 moves were blocked by the heap", "1 of 10 moves was blocked by guard pages"],
    ],
    [
      "nothing of less than a tenth",
      [...repeat(10, heap), guard],
      ["10 of 11 moves were blocked by the heap"],
    ],
  ])("%s", (_, rows, expected) => {
    expect(concluded(rows).findings.map(({ sentence }) => sentence)).toEqual(expected);
  });

  const nouns: Readonly<Record<BlockerKind, string>> = {
    nothing: "nothing that a recording shows",
    "rest of the same mapping": "the rest of the mapping itself",
    "thread stack": "thread stacks",
    "malloc arena": "malloc's arenas",
    library: "libraries",
    file: "mapped files",
    "buffer of the same site": "other buffers",
    guard: "guard pages",
    reservation: "reserved ranges",
    heap: "the heap",
    "main stack": "the main stack",
    kernel: "the kernel's own pages",
    "shared memory": "shared memory",
    anonymous: "anonymous mappings",
    recorder: "maptrail's own memory",
  };

  it.each(blockerKinds)("what %s is called where no name is known", (kind) => {
    const sentence = `2 of 2 moves were blocked by ${nouns[kind]}`;
    expect(concluded(repeat(2, { kind })).findings).toMatchObject([{ sentence }]);
  });

  it("a file behind the growing mapping itself is not what its rest is called after", () => {
    const rows = repeat(2, { kind: "rest of the same mapping", file: 1 });
    expect(concluded(rows).data.groups.rows[0]?.name).toBe("the rest of the mapping itself");
  });

  const reserve = "Reserve the room ahead with PROT_NONE: half of these asked for 12 KiB or more";
  const advice: Readonly<Partial<Record<BlockerKind, string>>> = {
    "thread stack":
      "Start the threads before the buffer is mapped, or reserve its room ahead with PROT_NONE",
    library: "Load the library before the buffer is mapped, or reserve the buffer's room ahead",
    "buffer of the same site": "Give each buffer room of its own: reserve it ahead with PROT_NONE",
    "rest of the same mapping": "Let the old size passed to mremap end where the mapping ends",
    nothing: "Look at the limits: RLIMIT_AS, RLIMIT_DATA, locked memory, overcommit",
    recorder: "Record again: maptrail's memory lies elsewhere in another run",
  };

  it.each(blockerKinds)("what to do about %s", (kind) => {
    const rows = [2, 3, 9].map((needPages): Row => ({ kind, needPages }));
    expect(concluded(rows).findings.map((finding) => finding.advice)).toEqual([
      advice[kind] ?? reserve,
    ]);
  });
});

describe("its lists", () => {
  it("hold a thousand blocks, and a count of the others", () => {
    const { data } = concluded(repeat(1001, heap));
    expect(data.blocks.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i + 1),
    );
    expect(data).toMatchObject({ moves: 1001, refusals: 0, moreBlocks: 1 });
    expect(data.groups.rows[0]?.events).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it("hold the twenty commonest groups, each file by itself, and a count of the others", () => {
    const libraries = Array.from({ length: 22 }, (_, i): Row => ({ kind: "library", file: i + 1 }));
    const { rows, more } = concluded([...libraries, libraries[21]!]).data.groups;
    // File 22 has two; of the others the first nineteen. File n is the n-th that was met, /f(n-1).
    const names = [21, ...Array.from({ length: 19 }, (_, i) => i)].map((n) => `f${n}`);
    expect(rows.map(({ name }) => name)).toEqual(names);
    expect(more).toBe(2);
  });
});
