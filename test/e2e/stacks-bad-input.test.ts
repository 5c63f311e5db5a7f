/** Modes of capture, and what a damaged table, a deep stack or a narrow one does: nothing to the program. */
import { describe, expect, it } from "vitest";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { sql } from "../helpers/recorded.ts";
import { run } from "../helpers/run.ts";
import { countEnds, inOrder, recordedStacks } from "../helpers/stack-oracle.ts";
import { functionsAt } from "../helpers/stack-programs.ts";
import { expectUnaffected, fixtures, noiseTests } from "./stacks-bad-input-tests.ts";

noiseTests(1, 7);

describe("tables and stacks that are not what they should be", () => {
  it("without .eh_frame_hdr: the caller, and no more than that is claimed", async () => {
    const program = fixtures.build("cc", "chains.c", "-O2", "-Wl,--no-eh-frame-hdr");
    const ends = await expectUnaffected([program, "direct"]);
    expect(Object.fromEntries(ends)).toEqual({ "no-table": 4 });
  });

  it("a recursion 100,000 deep: the innermost frames, and that there are more", async () => {
    const program = fixtures.build("cc", "chains.c", "-O1");
    const ends = await expectUnaffected([program, "recursion", "100000"]);
    expect(ends.get("depth")).toBe(2);
  });

  it("signals that interrupt recorded calls: through the hook, and on to main", async () => {
    const program = fixtures.build("cc", "chains.c", "-O2", "-g");
    const database = fixtures.path("interrupted");
    expect((await record(database, [program, "interrupted"])).status).toBe(0);
    const own = (frames: readonly string[]): string[] =>
      frames.filter((frame) => frame.startsWith("chains-")).map((frame) => frame.split("+")[1]!);
    const inHandler = [...recordedStacks(database).values()]
      .flat()
      .filter(({ call, frames }) => call === "mmap" && frames.length > 3);
    const met = inHandler.filter(({ frames }) => frames.join().includes("maptrail.so"));
    // The few instructions between a site and the hook have no table that is right for every site.
    const through = met.filter(({ end }) => end !== "bad-table");
    expect(through.every(({ end }) => end === "start")).toBe(true);
    console.log(`${through.length} of ${inHandler.length} handlers ran within the hook`);
    expect(through.length).toBeGreaterThan(20);
    for (const chain of new Set(through.map(({ frames }) => own(frames).join(" ")))) {
      expect(functionsAt(program, chain.split(" "))).toEqual([
        "map_one",
        "on_interrupt",
        "interrupted",
        "main",
        "_start",
      ]);
    }
  });

  it.each([4096, 2048, 1024])(
    "%i bytes above a guard page, and under a stack's upper end",
    async (room) => {
      const program = fixtures.build("cc", "edge.c", "-O2");
      const ends = await expectUnaffected([program, String(room)]);
      expect([...ends.keys()]).toEqual(["start"]);
    },
  );
});

describe("--stacks", () => {
  it.each([
    ["none", { none: 4 }],
    ["caller", { caller: 4 }],
    ["fp", { "no-memory": 4 }],
    ["unwind", { start: 4 }],
  ])("%s", async (mode, expected) => {
    const program = fixtures.build("cc", "chains.c", "-O2", "-fno-omit-frame-pointer");
    const database = fixtures.path(`mode-${mode}`);
    const command = ["record", "-q", "-o", database, "--stacks", mode, "--", program, "direct"];
    expect((await run(maptrailCommand(...command))).status).toBe(0);
    expect(Object.fromEntries(countEnds(database))).toEqual(expected);
    const callers = sql(database, "SELECT return_address AS at FROM event WHERE call = 'mmap'");
    expect(callers.map(({ at }) => at !== 0)).toEqual([mode !== "none"]);
    if (mode === "none") return;
    const frames = inOrder(recordedStacks(database))[0]![0]!.frames;
    const names = functionsAt(
      program,
      frames.slice(0, 4).map((frame) => frame.split("+")[1]!),
    );
    // By frame pointers the function that calls is known by its return address, and then its caller's caller.
    const all = { caller: 1, fp: 3, unwind: 4 }[mode] ?? 0;
    expect(names.slice(0, all)).toEqual(
      ["map_one", "direct_inner", "direct", "main"].slice(0, all),
    );
  });

  it("refuses other words", async () => {
    const result = await run(maptrailCommand("record", "--stacks", "deep", "--", "true"));
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('--stacks got "deep"');
    expect(result.stderr).toContain("none, caller, fp or unwind");
  });
});
