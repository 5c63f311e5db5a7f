/** The parser of /proc/PID/maps on each shape of line, and on this process's own text. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatMapsLine, parseMaps } from "../../src/space/regions/proc-maps.ts";

const text = `55d0c0a00000-55d0c0a02000 r--p 00001000 fe:00 260386                     /usr/bin/a name with  blanks
55d0c0a02000-55d0c0a03000 rw-s 00000000 00:01 4611686018427387905        /memfd:x (deleted)
55d0c0a03000-55d0c0a04000 ---p 00000000 00:00 0 
55d0c0a04000-55d0c0a05000 rwxp 00000000 103:02 7                         /tmp/two\\012lines
55d0c0b00000-55d0c0b21000 rw-p 00000000 00:00 0                          [heap]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`;

describe("parseMaps", () => {
  const { lines, damage } = parseMaps(text);

  it("reads blanks, deleted files, line feeds, wide inodes and devices", () => {
    expect(damage).toEqual([]);
    expect(lines.map((line) => [line.permissions, line.path, line.deleted])).toEqual([
      ["r--p", "/usr/bin/a name with  blanks", false],
      ["rw-s", "/memfd:x", true],
      ["---p", "", false],
      ["rwxp", "/tmp/two\nlines", false],
      ["rw-p", "[heap]", false],
      ["--xp", "[vsyscall]", false],
    ]);
    expect(lines[1]?.inode).toBe("4611686018427387905");
    expect(lines[3]?.dev).toBe(0x103 * 2 ** 20 + 2);
    expect(lines[0]?.offset).toBe(0x1000);
  });

  it("keeps [vsyscall] exact although it lies above what a signed number holds", () => {
    expect(lines[5]?.start).toBe(Number(0xffffffffff600000n));
    expect(BigInt(lines[5]!.end) - BigInt(lines[5]!.start)).toBe(4096n);
  });

  it("writes the kernel's own text back", () => {
    expect(lines.map((line) => `${formatMapsLine(line)}\n`).join("")).toBe(text);
    const own = readFileSync("/proc/self/maps", "utf8");
    const parsed = parseMaps(own);
    expect(parsed.damage).toEqual([]);
    expect(parsed.lines.length).toBeGreaterThan(10);
    expect(parsed.lines.map((line) => `${formatMapsLine(line)}\n`).join("")).toBe(own);
  });

  it("passes over what it cannot read, and says where", () => {
    const broken = parseMaps(
      "1000-2000 rw-p 00000000 00:00 0 \nnonsense\n1800-3000 rw-p 00000000 00:00 0 \n4000-4000 rw-p 00000000 00:00 0 \n",
    );
    expect(broken.lines.map((line) => line.start)).toEqual([0x1000]);
    expect(broken.damage).toEqual([
      { line: 2, reason: "not a line of /proc/PID/maps" },
      { line: 3, reason: "the range overlaps the one before" },
      { line: 4, reason: "the range is empty" },
    ]);
  });
});
