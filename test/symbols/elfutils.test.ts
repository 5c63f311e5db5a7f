/** The child process that asks libdw: what ends it, and where there is none. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { askElfutils } from "../../src/symbols/elfutils.ts";
import { place } from "./builds.ts";

describe("a file that ends the process that reads it", () => {
  it("is named, and those before and after it are answered", () => {
    const child = join(place(), "child.js");
    writeFileSync(
      child,
      `const { files } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
       const say = (line) => require("node:fs").writeSync(1, JSON.stringify(line) + "\\n");
       for (const [index, { path }] of files.entries()) {
         say({ begin: index });
         if (path === "bad") process.kill(process.pid, "SIGSEGV");
         say({ frames: [[{ name: path }]] });
       }`,
    );
    const files = ["one", "bad", "two", "bad", "three"].map((path) => ({ path, addresses: [1] }));
    expect(askElfutils(files, [], { child })).toEqual([
      { frames: [[{ name: "one" }]] },
      { reason: "elfutils was ended by it (SIGSEGV)" },
      { frames: [[{ name: "two" }]] },
      { reason: "elfutils was ended by it (SIGSEGV)" },
      { frames: [[{ name: "three" }]] },
    ]);
  });

  it("is no answer where there is no elfutils at all", () => {
    const child = join(place(), "child.js");
    writeFileSync(child, `console.log('{"unavailable":"libdw.so.1: cannot open"}')`);
    expect(askElfutils([{ path: "one", addresses: [1] }], [], { child })).toBeUndefined();
  });
});
