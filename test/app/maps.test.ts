/** `maps`: the lines of /proc/PID/maps at a moment, what changed between two, and where mappings came from. */
import { describe, expect, it } from "vitest";
import { type MapsOptions, showMaps } from "../../src/app/maps.ts";
import { maps, type Script, scripted } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

const before = maps("heap", "rw-p 0-4", "stack");

function growing(script: Script): void {
  script.start(1).maps(1, "start", before).map(1, 8, 2).move(1, 8, 2, 6, 100).unmap(1, 0, 1).end(1);
}

async function show(write: (script: Script) => void, options: Omit<MapsOptions, "db">) {
  const io = captureIo(scripted(write));
  await showMaps(options, io);
  return io.outText();
}

describe("maps", () => {
  it.each([
    ["start", before],
    ["#2", before],
    ["@3", maps("heap", "rw-p 0-4", "rw-p 8-10", "stack")],
    ["4us", maps("heap", "rw-p 0-4", "rw-p 100-106", "stack")],
    ["4999ns", maps("heap", "rw-p 0-4", "rw-p 100-106", "stack")],
    ["end", maps("heap", "rw-p 1-4", "rw-p 100-106", "stack")],
    [undefined, maps("heap", "rw-p 1-4", "rw-p 100-106", "stack")],
    ["100%", maps("heap", "rw-p 1-4", "rw-p 100-106", "stack")],
  ])("at %s is what the kernel would have shown", async (at, expected) => {
    expect(await show(growing, { at })).toBe(expected);
  });

  it("shows what changed", async () => {
    expect(await show(growing, { at: "@3", diff: "end" })).toBe(
      `from @3 to @5
- 7f0000000000-7f0000004000 rw-p 00000000 00:00 0
+ 7f0000001000-7f0000004000 rw-p 00000000 00:00 0
- 7f0000008000-7f000000a000 rw-p 00000000 00:00 0
+ 7f0000064000-7f000006a000 rw-p 00000000 00:00 0
`,
    );
    expect(await show(growing, { at: "@2", diff: "@2" })).toBe("nothing changed from @2 to @2\n");
  });

  it("tells ages and lineage", async () => {
    const text = await show(growing, { lineage: true });
    expect(text.replaceAll(/ {3,}(?=\[)/g, " ")).toBe(
      `mapping   age  born     maps
     #1        before   555500000000-555500002000 rw-p 00000000 00:00 0 [heap]
     #2        before   7f0000001000-7f0000004000 rw-p 00000000 00:00 0
     #4  2 µs  @3 mmap  7f0000064000-7f000006a000 rw-p 00000000 00:00 0
          mapped  0x7f00_0000_8000 + 8 KiB   @3 mmap
          moved   0x7f00_0006_4000 + 24 KiB  @4 mremap
     #3        before   7ffc00010000-7ffc00020000 rw-p 00000000 00:00 0 [stack]
`,
    );
    const { regions, pid, seq } = JSON.parse(await show(growing, { lineage: true, json: true }));
    expect({ pid, seq }).toEqual({ pid: 4121, seq: 5 });
    expect(regions[2]).toMatchObject({
      start: "0x7f0000064000",
      permissions: "rw-p",
      mapping: 4,
      bornSeq: 3,
      ageNanos: 2000,
      lineage: [
        { start: "0x7f0000008000", from: 3, gain: "mapped", by: "mmap" },
        { start: "0x7f0000064000", from: 4, gain: "moved", by: "mremap" },
      ],
    });
  });

  const two = (script: Script): void => {
    growing(script);
    script.start(2, { exe: "/bin/ls" }).maps(2, "start", before).start(3).maps(3, "start", before);
    script.end(2).end(3);
  };

  it("asks which process is meant, and lists who lives", async () => {
    const asked = show(two, { at: "@10" });
    await expect(asked).rejects.toThrow("2 processes live at @10: 4122 ls, 4123 grow");
    await expect(asked).rejects.toMatchObject({ hint: "Say which one is meant: --pid 4122" });
    expect(await show(two, { at: "@10", pid: 4122 })).toBe(before);
    expect(await show(two, { at: "@5" })).toContain("7f0000001000");
    await expect(show(two, { pid: 7 })).rejects.toThrow(
      "no process of this recording has the pid 7",
    );
    await expect(show(two, { at: "#99" })).rejects.toThrow('"#99" is no event of this recording');
  });

  it("says why the maps of a process are not known", async () => {
    const coverage = { status: "none", reasons: ["a static program"], modules: [], sites: [] };
    const asked = show((script) => {
      script.start(1, { coverage: { ...coverage, status: "none", via: "none" } }).end(1);
    }, {});
    await expect(asked).rejects.toMatchObject({
      message: "the maps of pid 4121 (grow) are not known",
      hint: "It was not covered: a static program.",
    });
  });
});
