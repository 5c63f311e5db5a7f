import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { type Grouping, showStatsBy } from "../../src/app/stats-by.ts";
import { captureIo } from "./sample.ts";
import { growingRows, places, stackedDatabase } from "./stacked.ts";

const MiB = 1024 ** 2;

function sample(): string {
  return stackedDatabase(({ append, stack }) => {
    append(growingRows(stack(["libc", "grow", "fill", "main"]), stack(["libc", "main"])));
    append(growingRows(0, 0).slice(0, 1));
  });
}

async function statsBy(by: Grouping, json = false): Promise<string> {
  const io = captureIo(sample());
  expect(await showStatsBy({ by, json }, io)).toBe(0);
  expect(io.errText()).toBe("");
  return io.outText();
}

async function groups(by: Grouping) {
  return JSON.parse(await statsBy(by, true)).groups;
}

const ofMain = { calls: 1, grownBytes: 0, moves: 0, nanos: 1000 };
const ofGrow = { calls: 3, grownBytes: 7 * MiB, moves: 1, nanos: 15_900 };

describe("stats --by", () => {
  it("adds calls up by the site's function", async () => {
    expect(await groups("function")).toEqual([
      { name: "resize", ...ofGrow },
      { name: "main", ...ofMain },
      { name: "unknown", ...ofMain },
    ]);
  });

  it("by its file", async () => {
    const [all, unknown] = await groups("file");
    expect(basename(all.name)).toBe("chain.c");
    expect(all).toMatchObject({ calls: 4, grownBytes: 7 * MiB, moves: 1, nanos: 16_900 });
    expect(unknown.name).toBe("unknown");
  });

  it("by its module", async () => {
    expect((await groups("module"))[0]).toMatchObject({ name: places().program, calls: 4 });
  });

  it("by the whole stack", async () => {
    expect((await groups("stack")).map(({ name }: { name: string }) => name)).toEqual([
      "resize (chain.c:11) < grow (chain.c:17) < fill (chain.c:29) < main (chain.c:37)",
      "main (chain.c:37)",
      "unknown",
    ]);
  });

  it("shows a table", async () => {
    expect(await statsBy("function")).toBe(`\
calls  grown  moves     time  function
    3  7 MiB      1  15.9 µs  resize
    1                   1 µs  main
    1                   1 µs  unknown
`);
  });
});
