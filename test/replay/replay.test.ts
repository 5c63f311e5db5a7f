/** How spaces begin, are set right, are inherited and end, from a few events each. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Replay, type ReplayOptions } from "../../src/replay/replay.ts";
import type { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures } from "../../src/space/state/features.ts";
import { at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { open } from "../store/helpers.ts";

function readerOf(write: (script: Script) => void) {
  const store = open(join(scripted(write), "maptrail.db"), "read");
  return store.reader(store.recording().id);
}

/** `0-4 rw-p` in pages, what lies elsewhere by name. */
function shape(space: AddressSpace | undefined): string | undefined {
  return space
    ?.snapshot()
    .map((line) => {
      const [from, to] = [line.start, line.end].map((one) => (one - at(0)) / page);
      return line.path === "" ? `${from}-${to} ${line.permissions}` : line.path;
    })
    .join(" ");
}

/** Replays all, and keeps what the hooks were told. */
function replayed(write: (script: Script) => void, more: Partial<ReplayOptions> = {}) {
  const told: string[] = [];
  const note = (what: string) => (process: number, space: AddressSpace) => {
    told.push(`${what} ${process}: ${shape(space)}`);
  };
  const reader = readerOf(write);
  const replay = new Replay(reader, {
    features: defaultFeatures,
    onBegin: note("begin"),
    onInherit: note("inherit"),
    onEnd: note("end"),
    onCheck: (process, { seq, moment, stable, divergences }) =>
      told.push(`check ${process} @${seq} ${moment} ${stable}: ${divergences.length}`),
    ...more,
  });
  for (const batch of reader.chunks()) replay.feed(batch);
  return { replay, told };
}

const fork = (script: Script, parent: number, pid: number, flags = 0) =>
  script.rows({ kind: 32, process: parent, args: [17], result: pid, flags });

describe("a space", () => {
  it("begins with the first maps text and ends with its process", () => {
    const { replay, told } = replayed((script) => {
      script.start(1).map(1, 0, 1).maps(1, "start", maps("rw-p 0-4")).map(1, 6, 1).end(1);
      script.map(1, 9, 1);
    });
    // What comes before the text is in it; what comes behind the end belongs to nobody.
    expect(told).toEqual(["begin 1: 0-4 rw-p", "end 1: 0-4 rw-p 6-7 rw-p"]);
    expect(replay.spaceOf(1)).toBeUndefined();
    expect([...replay.spaces()]).toEqual([]);
    expect([replay.peakMappedBytes, replay.peakRegions]).toEqual([5 * page, 2]);
  });

  it("has a peak of its own, which its first maps text may be", () => {
    const { replay } = replayed((script) => {
      script.start(1).maps(1, "start", maps("rw-p 0-4", "r--p 8-9", "rw-p 12-13"));
      script.unmap(1, 0, 4).unmap(1, 8, 1);
    });
    expect([replay.peakMappedBytes, replay.peakRegions]).toEqual([6 * page, 3]);
    expect(shape(replay.spaceOf(1))).toBe("12-13 rw-p");
  });

  it("is set right by a text that no call disturbed, and by no other", () => {
    const later = maps("rw-p 0-4", "rw-p 20-22");
    const begun = (script: Script) => script.start(1).maps(1, "start", maps("rw-p 0-4"));
    const right = replayed((script) => begun(script).map(1, 6, 1).maps(1, "demand", later));
    // 6-7 is gone and 20-22 is new.
    expect(right.told[1]).toBe("check 1 @4 demand true: 2");
    expect(shape(right.replay.spaceOf(1))).toBe("0-4 rw-p 20-22 rw-p");
    const left = replayed((script) => begun(script).map(1, 6, 1).maps(1, "exit", later, false));
    expect(left.told[1]).toBe("check 1 @4 exit false: 2");
    expect(shape(left.replay.spaceOf(1))).toBe("0-4 rw-p 6-7 rw-p");
    const empty = replayed((script) => begun(script).maps(1, "demand", ""));
    expect(empty.told).toEqual(["begin 1: 0-4 rw-p"]);
  });

  it("leaves out the tool's own ranges, and has the process's pages", () => {
    const toolRanges = [["0x7f0000002000", "0x7f0000004000"]] as const;
    const { replay } = replayed((script) => {
      script
        .start(1, { toolRanges, pageBytes: 16_384 })
        .maps(1, "start", maps("rw-p 0-2", "r-xp 2-4"));
    });
    expect(shape(replay.spaceOf(1))).toBe("0-2 rw-p");
    expect(replay.spaceOf(1)?.features).toEqual({ ...defaultFeatures, pageBytes: 16_384 });
    expect(replay.emptySpace(9).features).toEqual(defaultFeatures);
  });

  it("of which nobody saw the start begins with nothing, until a text tells the rest", () => {
    const { replay, told } = replayed((script) => {
      script
        .start(1, { startUnknown: true })
        .map(1, 8, 1)
        .maps(1, "demand", maps("rw-p 0-4", "rw-p 8-9"));
      script.maps(1, "exit", maps("rw-p 0-4"));
    });
    // The first text tells, the second one is held against the space.
    expect(told).toEqual(["inherit 1: ", "begin 1: 0-4 rw-p 8-9 rw-p", "check 1 @4 exit true: 1"]);
    expect(replay.peakMappedBytes).toBe(5 * page);
    expect(shape(replay.spaceOf(1))).toBe("0-4 rw-p");
  });
});

describe("a forked child", () => {
  const parent = (script: Script) =>
    script.start(1).maps(1, "start", maps("rw-p 0-4")).map(1, 6, 1);

  it("without a text begins as its parent was at the fork", () => {
    const { replay, told } = replayed((script) => {
      fork(parent(script), 1, 4122)
        .unmap(1, 6, 1)
        .start(2, { how: "fork", parent: 1 })
        .unmap(2, 0, 1);
    });
    expect(told).toEqual(["begin 1: 0-4 rw-p", "inherit 2: 0-4 rw-p 6-7 rw-p"]);
    expect(shape(replay.spaceOf(1))).toBe("0-4 rw-p");
    expect(shape(replay.spaceOf(2))).toBe("1-4 rw-p 6-7 rw-p");
    expect([...replay.spaces()].map(([process]) => process)).toEqual([1, 2]);
  });

  it("with a text of its own, of another parent or of a call without a result does not", () => {
    const own = replayed((script) => {
      fork(parent(script), 1, 4122).start(2, { how: "fork", parent: 1 });
      script.maps(2, "fork", maps("rw-p 0-4"));
    });
    expect(own.told).toEqual(["begin 1: 0-4 rw-p", "begin 2: 0-4 rw-p"]);
    const stranger = replayed((script) => {
      fork(parent(script), 1, 4122).start(2, { how: "launch", parent: 1 });
    });
    expect(stranger.told).toEqual(["begin 1: 0-4 rw-p"]);
    const lost = replayed((script) => {
      fork(parent(script), 1, 4122, 1).start(2, { how: "fork", parent: 1 });
    });
    expect(lost.told).toEqual(["begin 1: 0-4 rw-p"]);
    const other = replayed((script) => {
      fork(parent(script), 1, 5000).start(2, { how: "fork", parent: 1 });
    });
    expect(other.told).toEqual(["begin 1: 0-4 rw-p"]);
  });

  it("tells a listener what it inherited as found, and what it ends with", () => {
    const heard: string[] = [];
    const pages = (address: number) => (address - at(0)) / page;
    replayed(
      (script) => {
        fork(parent(script), 1, 4122).start(2, { how: "fork", parent: 1 }).unmap(2, 0, 2).end(2);
      },
      {
        lineage: (process) =>
          process === 1
            ? undefined
            : {
                took: (seq, mapping, start, end, how, from, mode) =>
                  heard.push(
                    `@${seq} #${mapping} ${pages(start)}-${pages(end)} ${how} ${from} ${mode & 7}`,
                  ),
                left: (seq, mapping, start, end, since, how) =>
                  heard.push(`@${seq} #${mapping} ${pages(start)}-${pages(end)} ${how} ${since}`),
              },
      },
    );
    // The child starts at @5; mappings keep their numbers, and were the parent's since @2 and @3.
    expect(heard).toEqual([
      "@5 #1 0-4 found 0 3",
      "@5 #2 6-7 found 0 3",
      "@6 #1 0-2 unmapped 2",
      "@7 #1 2-4 ended 2",
      "@7 #2 6-7 ended 3",
    ]);
  });
});

describe("a replay", () => {
  const two = (script: Script) => {
    script.start(1).maps(1, "start", maps("rw-p 0-1")).start(2).maps(2, "start", maps("rw-p 0-1"));
    script.map(1, 4, 1).map(2, 8, 1).end(1);
  };

  it("of one process alone leaves out the others", () => {
    const { replay } = replayed(two, { only: 2 });
    expect(replay.only).toBe(2);
    expect([replay.spaceOf(1), shape(replay.spaceOf(2))]).toEqual([undefined, "0-1 rw-p 8-9 rw-p"]);
    expect(replayed(two).replay.only).toBeUndefined();
  });

  it("takes rows from one to another", () => {
    const reader = readerOf(two);
    const replay = new Replay(reader, { features: defaultFeatures });
    for (const batch of reader.chunks()) replay.feed(batch, 0, 5);
    expect(shape(replay.spaceOf(1))).toBe("0-1 rw-p 4-5 rw-p");
    expect(shape(replay.spaceOf(2))).toBe("0-1 rw-p");
    for (const batch of reader.chunks()) replay.feed(batch, 5);
    expect([replay.spaceOf(1), shape(replay.spaceOf(2))]).toEqual([undefined, "0-1 rw-p 8-9 rw-p"]);
  });

  it("goes on from a space that was placed", () => {
    const reader = readerOf(two);
    const replay = new Replay(reader, { features: defaultFeatures });
    const space = replay.emptySpace(1);
    replay.place(1, space);
    expect(replay.spaceOf(1)).toBe(space);
    for (const batch of reader.chunks()) replay.feed(batch, 4, 5);
    expect(shape(space)).toBe("4-5 rw-p");
  });

  it("shows each call before and after, and what is no memory call", () => {
    const seen: string[] = [];
    replayed(
      (script) => {
        script.start(1).map(1, 0, 1).maps(1, "start", maps("rw-p 0-1")).map(1, 4, 1);
      },
      {
        watch: {
          before: (space, batch, row) =>
            seen.push(`before @${batch.firstSeq + row} ${shape(space)}`),
          observed: (batch, row) =>
            seen.push(`observed @${batch.firstSeq + row} ${batch.kind[row]}`),
          after: (space, batch, row) => seen.push(`after @${batch.firstSeq + row} ${shape(space)}`),
        },
      },
    );
    expect(seen).toEqual([
      "observed @1 64",
      "before @2 undefined",
      "observed @3 65",
      "before @4 0-1 rw-p",
      "after @4 0-1 rw-p 4-5 rw-p",
    ]);
  });
});
