/** Where mappings lived, and from when to when: one that is mapped, moves and goes piece by piece. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { livesOf } from "../../src/replay/mapping-lives.ts";
import { OwnerWatch } from "../../src/replay/owner-watch.ts";
import { Replay } from "../../src/replay/replay.ts";
import { residencyIntervals } from "../../src/replay/residency-intervals.ts";
import { Seeker } from "../../src/replay/seek.ts";
import type { ResidencyInterval } from "../../src/space/residency-interval.ts";
import { defaultFeatures } from "../../src/space/state/features.ts";
import { at, base, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { open } from "../store/helpers.ts";

function opened(write: (script: Script) => void) {
  const store = open(join(scripted(write), "maptrail.db"), "read");
  const row = store.recording();
  return { row, reader: store.reader(row.id) };
}

/** An event a microsecond. Found in the maps text of @2 are the mappings 1 and 2; @3 maps number 3. */
function moving(script: Script): void {
  script.start(1).maps(1, "start", maps("r--p 0-4", "stack"));
  script.map(1, 8, 2).move(1, 8, 2, 4, 20).unmap(1, 20, 1).unmap(1, 21, 3);
}

const pages = (address: number) => (address - base) / page;

/** `1/4121 #3 8-10 rw-p mapped@3 3000 moved@4 4000` */
function line(one: ResidencyInterval): string {
  const range = `${pages(one.start)}-${pages(one.end)}`;
  const where = `${one.process}/${one.pid} #${one.mapping} ${range} ${one.permissions}${one.path}`;
  const until = one.loss === undefined ? "" : ` ${one.loss}@${one.toSeq} ${one.toNanos}`;
  return `${where} ${one.gain}@${one.fromSeq} ${one.fromNanos}${until}`;
}

function lines(write: (script: Script) => void): string[] {
  const { reader, row } = opened(write);
  return [...residencyIntervals(reader, row)].map(line).filter((text) => !text.includes("#2 "));
}

describe("residency intervals", () => {
  it("end in the order of events, those that still live last", () => {
    expect(lines(moving)).toEqual([
      "1/4121 #3 8-10 rw-p mapped@3 3000 moved@4 4000",
      "1/4121 #3 20-21 rw-p moved@4 4000 unmapped@5 5000",
      "1/4121 #3 21-24 rw-p moved@4 4000 unmapped@6 6000",
      "1/4121 #1 0-4 r--p found@0 0",
    ]);
  });

  it("end with their process", () => {
    const ended = lines((script) => script.start(1).maps(1, "start", maps("rw-p 0-4")).end(1));
    // The row of an end that is made by hand carries no time.
    expect(ended).toEqual(["1/4121 #1 0-4 rw-p found@0 0 ended@3 0"]);
  });

  it("have the names of the maps text", () => {
    const { reader, row } = opened((script) =>
      script.start(1).maps(1, "start", maps("lib", "stack")),
    );
    const found = [...residencyIntervals(reader, row)];
    expect(found.map(({ path, permissions }) => `${permissions} ${path}`)).toEqual([
      "r-xp /lib/x.so",
      "rw-p [stack]",
    ]);
  });

  it("begin anew where a mapping grows, and keep how each piece came", () => {
    const grown = lines((script) => {
      script.start(1).maps(1, "start", maps("r--p 0-4", "stack")).map(1, 8, 2);
      script.move(1, 8, 2, 3, 8).unmap(1, 8, 1);
    });
    expect(grown).toEqual([
      "1/4121 #3 8-10 rw-p mapped@3 3000 grown@4 4000",
      "1/4121 #3 8-9 rw-p grown@4 4000 unmapped@5 5000",
      "1/4121 #1 0-4 r--p found@0 0",
      "1/4121 #3 9-11 rw-p grown@4 4000",
    ]);
  });

  it("tell a duplicate's parent, and which process is which", () => {
    const { reader, row } = opened((script) => {
      script.start(1).maps(1, "start", maps("stack")).start(2).maps(2, "start", maps("stack"));
      const shared = [0, page, 3, 0x21, -1, 0];
      script.rows({ kind: 1, process: 2, args: shared, result: at(0) }).move(2, 0, 0, 1, 4);
    });
    const found = [...residencyIntervals(reader, row)].filter(({ gain }) => gain !== "found");
    expect(found).toMatchObject([
      { process: 2, pid: 4122, mapping: 2, parent: 0, start: at(0), end: at(1), gain: "mapped" },
      {
        process: 2,
        pid: 4122,
        mapping: 3,
        parent: 2,
        start: at(4),
        end: at(5),
        gain: "duplicated",
      },
    ]);
    expect(found.map((one) => one.path)).toEqual(["/dev/zero", "/dev/zero"]);
  });
});

describe("the lives of chosen mappings", () => {
  const held = (seq: number, wanted: readonly number[]) => {
    const { reader, row } = opened(moving);
    const lives = livesOf({ reader, row }, new Seeker(reader, row), 1, seq, new Set(wanted));
    return [...lives].map(([mapping, ranges]) => [
      mapping,
      ...ranges.map(
        ({ start, end, from, gain }) => `${pages(start)}-${pages(end)} ${gain}@${from}`,
      ),
    ]);
  };

  it("are the ranges that they took, up to an event", () => {
    expect(held(6, [3])).toEqual([[3, "8-10 mapped@3", "20-24 moved@4"]]);
    expect(held(3, [3])).toEqual([[3, "8-10 mapped@3"]]);
    expect(held(6, [1])).toEqual([[1, "0-4 found@0"]]);
    expect(held(6, [9])).toEqual([]);
    // What was found is known before the maps text as well.
    expect(held(1, [1, 3])).toEqual([[1, "0-4 found@0"]]);
  });
});

describe("who holds an address", () => {
  const holds = (pageNumber: number, write: (script: Script) => void = moving) => {
    const watch = new OwnerWatch(at(pageNumber));
    const { reader } = opened(write);
    const replay = new Replay(reader, { features: defaultFeatures, lineage: () => watch });
    for (const batch of reader.chunks()) replay.feed(batch);
    return watch.holds.map((hold) => {
      const until = hold.to === undefined ? "" : ` ${hold.loss}@${hold.to}`;
      const to = hold.movedTo === undefined ? "" : ` to ${pages(hold.movedTo)}`;
      return `#${hold.mapping} ${pages(hold.start)}-${pages(hold.end)} ${hold.gain}@${hold.from}${until}${to}`;
    });
  };

  it("a mapping that moves away says where the address went", () => {
    expect(holds(8)).toEqual(["#3 8-10 mapped@3 moved@4 to 20"]);
    expect(holds(9)).toEqual(["#3 8-10 mapped@3 moved@4 to 21"]);
    expect(holds(10)).toEqual([]);
    expect(holds(7)).toEqual([]);
  });

  it("a mapping that comes and goes", () => {
    expect(holds(20)).toEqual(["#3 20-24 moved@4 unmapped@5"]);
    expect(holds(23)).toEqual(["#3 20-24 moved@4 unmapped@6"]);
    expect(holds(24)).toEqual([]);
    expect(holds(3)).toEqual(["#1 0-4 found@2"]);
  });

  it("one mapping after another, and one that grows in place once", () => {
    const reused = (script: Script) => {
      script.start(1).maps(1, "start", maps("stack")).map(1, 0, 2).move(1, 0, 2, 3, 0);
      script.unmap(1, 0, 3).map(1, 0, 1);
    };
    expect(holds(1, reused)).toEqual(["#2 0-3 mapped@3 unmapped@5"]);
    expect(holds(0, reused)).toEqual(["#2 0-3 mapped@3 unmapped@5", "#3 0-1 mapped@6"]);
  });

  it("a piece of a move that came from further up", () => {
    const watch = new OwnerWatch(at(12));
    watch.took(1, 5, at(10), at(14), "mapped", 0, 3, 7);
    // The move takes two pieces: 10-12 and then 12-14, to 30.
    watch.left(2, 5, at(10), at(12), 1, "moved");
    watch.left(2, 5, at(12), at(14), 1, "moved");
    watch.took(2, 5, at(30), at(32), "moved", 0, 3, 7);
    watch.took(2, 5, at(32), at(34), "moved", 0, 3, 7);
    expect(watch.holds).toEqual([
      {
        mapping: 5,
        from: 1,
        gain: "mapped",
        parent: 0,
        mode: 3,
        backing: 7,
        start: at(10),
        end: at(14),
        to: 2,
        loss: "moved",
        movedTo: at(32),
      },
    ]);
  });

  it("not a move that never arrived, nor one over it", () => {
    const lost = new OwnerWatch(at(12));
    lost.took(1, 5, at(10), at(14), "mapped", 0, 3, 7);
    lost.left(2, 5, at(10), at(14), 1, "moved");
    lost.took(3, 6, at(30), at(34), "moved", 0, 3, 7);
    expect(lost.holds).toMatchObject([{ mapping: 5, to: 2, loss: "moved" }]);
    expect(lost.holds[0]).not.toHaveProperty("movedTo");
    const over = new OwnerWatch(at(12));
    over.took(1, 5, at(10), at(14), "mapped", 0, 3, 7);
    over.left(2, 5, at(10), at(14), 1, "replaced");
    over.left(2, 9, at(50), at(54), 1, "moved");
    over.took(2, 9, at(10), at(14), "moved", 0, 3, 7);
    expect(over.holds).toMatchObject([
      { mapping: 5, to: 2, loss: "replaced" },
      { mapping: 9, from: 2, gain: "moved" },
    ]);
    expect(over.holds[0]).not.toHaveProperty("movedTo");
    // What moves away in an event in which another mapping grows up to here does not arrive by that.
    const mixed = new OwnerWatch(at(12));
    mixed.took(1, 5, at(12), at(13), "mapped", 0, 3, 7);
    mixed.left(2, 5, at(12), at(13), 1, "moved");
    mixed.took(2, 6, at(12), at(14), "mapped", 0, 3, 7);
    mixed.took(2, 5, at(40), at(41), "moved", 0, 3, 7);
    expect(mixed.holds).toMatchObject([
      { mapping: 5, movedTo: at(40) },
      { mapping: 6, start: at(12), end: at(14) },
    ]);
  });

  it("the range as it grows, at both ends; a mapping that begins or ends beside it does not count", () => {
    const watch = new OwnerWatch(at(12));
    watch.took(1, 5, at(12), at(13), "mapped", 0, 3, 7);
    watch.left(2, 5, at(12), at(13), 1, "grown");
    watch.took(2, 5, at(10), at(15), "grown", 0, 3, 7);
    watch.left(3, 5, at(8), at(12), 1, "unmapped");
    watch.left(3, 6, at(12), at(13), 1, "unmapped");
    watch.took(3, 6, at(13), at(14), "mapped", 0, 3, 7);
    watch.took(3, 6, at(11), at(12), "mapped", 0, 3, 7);
    expect(watch.holds).toMatchObject([{ mapping: 5, from: 1, start: at(10), end: at(15) }]);
    expect(watch.holds[0]?.to).toBeUndefined();
    watch.left(4, 5, at(12), at(13), 1, "unmapped");
    watch.left(5, 5, at(12), at(13), 1, "shrunk");
    expect(watch.holds).toMatchObject([{ to: 4, loss: "unmapped" }]);
    // It comes back, and another one is said to lie there too.
    watch.took(6, 5, at(12), at(13), "mapped", 0, 3, 7);
    watch.took(7, 8, at(12), at(13), "mapped", 0, 3, 7);
    expect(watch.holds.map(({ mapping, from }) => [mapping, from])).toEqual([
      [5, 1],
      [5, 6],
      [8, 7],
    ]);
    const empty = new OwnerWatch(at(12));
    empty.left(1, 5, at(12), at(13), 0, "unmapped");
    expect(empty.holds).toEqual([]);
  });
});
