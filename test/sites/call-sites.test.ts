import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kindCodes } from "../../src/events/kinds.ts";
import { type CallSiteOptions, callSites } from "../../src/sites/call-sites.ts";
import { frameName } from "../../src/sites/code-frame.ts";
import { signalReturnsIn } from "../../src/symbols/signal-return.ts";
import { places, type StackBuilder, stackedDatabase } from "../app/stacked.ts";
import type { EventRow } from "../store/batches.ts";
import { appendStart, open, startOf } from "../store/helpers.ts";
import { buildIdOf, compile, place } from "../symbols/builds.ts";

const call: EventRow = {
  kind: kindCodes.munmap,
  args: [0x1000, 4096],
  duration: 1,
  at: 1,
  slot: 1,
};

/** The names of the sites of all calls, and the sites behind them. */
function read(folder: string, options: CallSiteOptions = {}) {
  const store = open(join(folder, "maptrail.db"), "read");
  const row = store.recording();
  const reader = store.reader(row.id);
  const sites = callSites(reader, row, options);
  const numbers: number[] = [];
  const stacks: string[][] = [];
  for (const batch of reader.chunks()) {
    for (let i = 0; i < batch.length; i += 1) {
      if (batch.kind[i]! >= 64) continue;
      numbers.push(sites.siteOf(batch, i));
      stacks.push(sites.stack(sites.stackNumberOf(batch, i)).frames.map(frameName));
    }
  }
  return { numbers, stacks, names: numbers.map((site) => sites.name(site)), notes: sites.notes };
}

function sitesOf(fill: (builder: StackBuilder) => readonly number[], options?: CallSiteOptions) {
  const folder = stackedDatabase((builder) => {
    builder.append(fill(builder).map((stack) => ({ ...call, stack })));
  });
  return read(folder, options);
}

describe("a site", () => {
  it("is the first frame outside libc, the same number for the same place", () => {
    const { numbers, names, notes } = sitesOf(({ stack }) => [
      stack(["libc", "libc", "grow", "fill", "main", "libc"]),
      stack(["libc", "main", "libc"]),
      stack(["libc", "grow", "main", "libc"]),
      0,
    ]);
    expect(names).toEqual([
      "resize (chain.c:11)",
      "main (chain.c:37)",
      "resize (chain.c:11)",
      "unknown",
    ]);
    expect(numbers[2]).toBe(numbers[0]);
    expect(numbers[1]).not.toBe(numbers[0]);
    expect(numbers[3]).toBe(0);
    expect(notes).toEqual([]);
  });

  it("is libc's own when nothing else was seen: the last frame, or the first of a whole stack", () => {
    const all = { allFrames: true };
    const fill = ({ stack }: StackBuilder) => [stack(["libc"], "no-table"), stack(["libc"])];
    const { names } = sitesOf(fill);
    expect(names[0]).toMatch(/^\w+|libc/);
    expect(names[0]).toBe(names[1]);
    expect(sitesOf(({ stack }) => [stack(["libc", "main"])], all).names[0]).toBe(names[0]);
  });

  it("falls back to module and offset", () => {
    const { names, notes } = sitesOf(({ writer }) => {
      const gone = writer.module("/nonexistent/libgrow.so.1", "abcd");
      return [writer.stack([{ module: gone, offset: 0x12a0 }], "start")];
    });
    expect(names).toEqual(["libgrow.so.1+0x12a0"]);
    expect(notes).toEqual([
      "/nonexistent/libgrow.so.1: it is gone; its frames are shown by what is left",
    ]);
  });

  it("of a changed file is not named by what stands there now", () => {
    const { names, notes } = sitesOf(({ writer }) => {
      const other = writer.module(places().program, "ab".repeat(20));
      return [writer.stack([{ module: other, offset: places().grow }], "start")];
    });
    expect(names[0]).toBe(`chain+0x${places().grow.toString(16)}`);
    expect(notes[0]).toContain(`its build-id was ${"ab".repeat(20)} and is `);
  });

  it("of a deleted file is named when a debug file has its build-id", () => {
    const program = compile("chain.c", "-g", "-O1");
    const buildId = buildIdOf(program);
    const folder = place();
    execFileSync("mkdir", ["-p", join(folder, ".build-id", buildId.slice(0, 2))]);
    copyFileSync(
      program,
      join(folder, ".build-id", buildId.slice(0, 2), `${buildId.slice(2)}.debug`),
    );
    rmSync(program);
    const { names } = sitesOf(
      ({ writer }) => [
        writer.stack(
          [{ module: writer.module(`${program} (deleted)`, buildId), offset: places().grow }],
          "start",
        ),
      ],
      { debugFolders: [folder] },
    );
    expect(names).toEqual(["resize (chain.c:11)"]);
  });

  it("never carries control characters of a file's name into a terminal", () => {
    const { names } = sitesOf(({ writer }) => [
      writer.stack([{ module: writer.module("/tmp/a\u001b[2Jb.so", ""), offset: 16 }], "start"),
    ]);
    expect(names).toEqual(["a\\x1b[2Jb.so+0x10"]);
  });
});

describe("a stack", () => {
  it("has its inlined functions and no frame of libc, unless all are asked for", () => {
    const fill = ({ stack }: StackBuilder) => [stack(["libc", "grow", "fill", "main", "libc"])];
    expect(sitesOf(fill).stacks[0]).toEqual([
      "resize (chain.c:11)",
      "grow (chain.c:17)",
      "fill (chain.c:29)",
      "main (chain.c:37)",
    ]);
    expect(sitesOf(fill, { allFrames: true }).stacks[0]).toHaveLength(6);
  });

  it("that is damaged is one that is not known", () => {
    const folder = stackedDatabase(({ stack, append }) => {
      stack(["main"]);
      append([{ ...call, stack: 7 }]);
    });
    expect(read(folder)).toMatchObject({ names: ["unknown"], stacks: [[]] });
  });
});

describe("a frame that a signal interrupted", () => {
  const program = compile("signal.c", "-g", "-O0");
  const [path = "", offset = ""] = execFileSync(program, { encoding: "utf8" }).trim().split(" ");

  it("lies behind the trampoline that the kernel returns through", () => {
    expect([...signalReturnsIn(path)]).toContain(Number.parseInt(offset, 16));
    expect(signalReturnsIn(places().program).size).toBe(0);
  });

  it("is looked up where it was, and others one byte before", () => {
    // The first byte of a function: one byte before lies another one, or none.
    const symbols = execFileSync("nm", [places().program], { encoding: "utf8" });
    const start = Number.parseInt(/^([0-9a-f]+) . grow$/m.exec(symbols)?.[1] ?? "", 16);
    const { stacks } = sitesOf(({ writer }) => {
      const own = writer.module(places().program, buildIdOf(places().program));
      const lib = writer.module(path, buildIdOf(path));
      const trampoline = { module: lib, offset: Number.parseInt(offset, 16) };
      const frame = { module: own, offset: start };
      return [writer.stack([trampoline, frame], "start"), writer.stack([frame], "start")];
    });
    expect(stacks[0]).toEqual(["grow (chain.c:16)"]);
    expect(stacks[1]?.[0]).not.toContain("grow");
  });
});

describe("code that a runtime made", () => {
  const pid = 3_999_999;
  const fill = ({ stack, append }: StackBuilder): void => {
    append([{ ...call, stack: stack(["libc", { runtime: 0x2000_0010 }, "main"]) }]);
  };

  it("is named by the map of its process", () => {
    const folder = place();
    writeFileSync(
      join(folder, `perf-${pid}.map`),
      "20000000 40 JS:*growBuffer /app/grow.js:3:21\n",
    );
    const { names, stacks } = read(stackedDatabase(fill, pid), { perfMapFolder: folder });
    expect(names).toEqual(["growBuffer (grow.js:3)"]);
    expect(stacks[0]?.at(-1)).toBe("main (chain.c:37)");
  });

  it("is its address where there is no map", () => {
    const { names } = read(stackedDatabase(fill, pid), { perfMapFolder: place() });
    expect(names).toEqual(["0x20000010"]);
  });

  it("takes no map that is older than the process", () => {
    const folder = place();
    const path = join(folder, `perf-${pid}.map`);
    writeFileSync(path, "20000000 40 stale\n");
    execFileSync("touch", ["-d", "2020-01-01", path]);
    const { names, notes } = read(stackedDatabase(fill, pid), { perfMapFolder: folder });
    expect(names).toEqual(["0x20000010"]);
    expect(notes).toEqual([`${path}: it is older than the process; it is not used`]);
  });
});

describe("an event without a stack", () => {
  /** Its program lies at 0x5000_0000 by the maps text. */
  function recorded(rows: readonly EventRow[], mapped: string): string {
    return stackedDatabase(({ writer, append }) => {
      const text = `50000000-50010000 r-xp 00000000 08:01 77                         ${mapped}\n`;
      const blob = writer.blob(new TextEncoder().encode(text));
      append([{ kind: kindCodes.mapsObserved, args: [blob, 1, 1] }]);
      append(rows);
    });
  }

  it("is named by the file that its return address lay in", () => {
    const { program } = places();
    const address = 0x5000_0000 + places().grow;
    const folder = recorded(
      [
        { ...call, returnAddress: address },
        { ...call, returnAddress: 0x10 },
      ],
      program,
    );
    const { names, notes } = read(folder);
    // The recording is older than the program, which was built for this test.
    expect(names).toEqual([`chain+0x${places().grow.toString(16)}`, "0x10"]);
    expect(notes[0]).toContain("it was changed since");
  });

  it("is read from the maps of the parent in a forked child", () => {
    const folder = stackedDatabase(({ writer, append }) => {
      const text =
        "50000000-50010000 r-xp 00001000 08:01 77                         /nonexistent/prog\n";
      const blob = writer.blob(new TextEncoder().encode(text));
      append([{ kind: kindCodes.mapsObserved, args: [blob, 1, 1] }]);
      appendStart(writer, startOf(2, { how: "fork", parent: 1 }));
      append([{ ...call, process: 2, returnAddress: 0x5000_0100 }]);
      append([{ ...call, process: 2, returnAddress: 0x6000_0100 }]);
      const file = writer.file({ dev: 1, inode: "9", path: "/nonexistent/late.so" });
      const mmap = {
        kind: kindCodes.mmap,
        args: [0, 0x1000, 5, 2, 3, 0x2000],
        result: 0x6000_0000,
      };
      append([{ ...mmap, process: 2, file }]);
      append([{ ...call, process: 2, returnAddress: 0x6000_0100 }]);
    });
    expect(read(folder).names).toEqual(["prog+0x1100", "0x60000100", "unknown", "late.so+0x2100"]);
  });
});

describe("an old recording", () => {
  it("without stacks and addresses has unknown sites, and no look-up is made", () => {
    const folder = stackedDatabase(({ append }) => append([call]));
    expect(read(folder)).toMatchObject({ names: ["unknown"], stacks: [[]], notes: [] });
  });
});
