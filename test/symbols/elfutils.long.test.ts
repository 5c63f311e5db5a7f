/** The child process that asks libdw: what keeps it too long. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askElfutils } from "../../src/symbols/elfutils.ts";
import { place } from "./builds.ts";

describe("a file that keeps the process that reads it", () => {
  it("is given up when it takes too long, and the tool with it after the second", () => {
    const child = join(place(), "child.js");
    writeFileSync(
      child,
      `const { files } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
       const say = (line) => require("node:fs").writeSync(1, JSON.stringify(line) + "\\n");
       for (const [index, { path }] of files.entries()) {
         say({ begin: index });
         while (path === "slow") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1e6);
         say({ frames: [[]] });
       }`,
    );
    const files = ["one", "slow", "two", "slow", "three"].map((path) => ({ path, addresses: [1] }));
    const late = { reason: "elfutils took longer than 4 s" };
    expect(askElfutils(files, [], { child, patienceMillis: 4000 })).toEqual([
      { frames: [[]] },
      late,
      { frames: [[]] },
      late,
      { reason: "elfutils was not asked: others took it too long" },
    ]);
  });
});
