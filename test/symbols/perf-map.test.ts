/** Names of code that runtimes make: the form of the map, and node's own. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { PerfMap, runtimeFrame } from "../../src/symbols/perf-map.ts";
import { place } from "./builds.ts";

describe("a perf map", () => {
  const map = new PerfMap(
    ["1000 100 one", "1100 80 two words", "10f0 20 younger", "", "zz 1 bad", "2000 10 last"].join(
      "\n",
    ),
  );

  it.each([
    [0xfff, undefined],
    [0x1000, "one"],
    [0x10ef, "one"],
    [0x10f0, "younger"],
    [0x1110, "two words"],
    [0x117f, "two words"],
    [0x1180, undefined],
    [0x200f, "last"],
    [0x2010, undefined],
  ])("%d", (address, name) => {
    expect(map.lookUp(address)?.name).toBe(name);
  });

  it("counts the lines that are none", () => {
    expect([map.size, map.badLines]).toEqual([4, 1]);
  });

  it.each([
    ["JS:*grow /app/buffer.js:12:5", { name: "grow", file: "/app/buffer.js", line: 12 }],
    [
      "LazyCompile:~ file:///app/a b.mjs:3:1",
      { name: "(anonymous)", file: "/app/a b.mjs", line: 3 },
    ],
    ["Builtin:ArrayPush", { name: "Builtin:ArrayPush" }],
    ["Lcom/example/Buffer;::grow", { name: "Lcom/example/Buffer;::grow" }],
  ])("%s", (text, frame) => {
    expect(runtimeFrame(text)).toEqual(frame);
  });
});

describe("node --perf-basic-prof", () => {
  const written: string[] = [];
  afterEach(() => {
    for (const path of written) rmSync(path, { force: true });
  });

  it("names the functions of a script with file and line", () => {
    const script = join(place(), "grow.js");
    const source = [
      "let total = 0;",
      "",
      "function growBuffer(i) {",
      "  total += Buffer.alloc(4096 + i).length;",
      "}",
      "",
    ];
    writeFileSync(
      script,
      `${source.join("\n")}for (let i = 0; i < 50000; i++) growBuffer(i % 7);\nconsole.log(process.pid);\n`,
    );
    const pid = execFileSync(process.execPath, ["--perf-basic-prof", script], {
      // It leaves a log where it runs.
      cwd: dirname(script),
      encoding: "utf8",
    }).trim();
    const path = `/tmp/perf-${pid}.map`;
    expect(existsSync(path)).toBe(true);
    written.push(path);
    const text = readFileSync(path, "utf8");
    const map = new PerfMap(text);
    expect(map.badLines).toBe(0);
    const entries = text.split("\n").filter((line) => line.includes("growBuffer"));
    expect(entries.length).toBeGreaterThan(0);
    const start = Number.parseInt(entries.at(-1)!.split(" ")[0]!, 16);
    expect(map.lookUp(start + 1)).toEqual({ name: "growBuffer", file: script, line: 3 });
  });
});
