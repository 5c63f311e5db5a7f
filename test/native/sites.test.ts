/** The scan for system call sites against what objdump shows in front of each syscall instruction. */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildDriver } from "../helpers/native-driver.ts";
import { missingReason, titled } from "../helpers/tools.ts";

const folder = mkdtempSync(join(tmpdir(), "maptrail-sites-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Numbers of arch-x86_64.h's wanted calls, by asm/unistd_64.h, not by the header under test. */
const wanted = new Set([
  ...[9, 10, 11, 12, 25, 28, 30, 56, 57, 58, 59, 67, 151, 157, 160, 206, 207, 216],
  ...[231, 302, 322, 329, 435],
]);

interface Site {
  readonly nr: number;
  readonly resume: number;
}

interface Found extends Site {
  readonly patch: number;
  readonly shape: number;
  readonly moved: number;
  readonly depth: number;
  readonly holds: boolean;
}

/** enum mt_shape */
const shapes = { number: 1, moved: 2, before: 3 };
const anyNumber = 0xffff;

/** The wanted calls of a library: `mov $nr,%eax`, or by way of one other register, in the same function. */
function shownByObjdump(library: string): Site[] {
  const text = execFileSync("objdump", ["-d", "-w", "--no-show-raw-insn", library], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const sites: Site[] = [];
  let values = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (/^[0-9a-f]+ <.*>:$/.test(line)) values = new Map();
    const [, hex, code = ""] = /^ +([0-9a-f]+):\t(.*)$/.exec(line) ?? [];
    if (hex === undefined) continue;
    const loaded = /^mov +\$0x([0-9a-f]+),%(e\w\w)\b/.exec(code);
    const copied = /^mov +%(e\w\w),%(e\w\w)\b/.exec(code);
    const cleared = /^(?:lea|mov|xor|pop|and|or|add|sub)\w* .*%(?:r|e)(ax|si|di|dx|cx|bx)$/.exec(
      code,
    );
    if (loaded !== null) values.set(loaded[2] ?? "", Number.parseInt(loaded[1] ?? "", 16));
    else if (copied !== null) {
      const value = values.get(copied[1] ?? "");
      if (value === undefined) values.delete(copied[2] ?? "");
      else values.set(copied[2] ?? "", value);
    } else if (cleared !== null) values.delete(`e${cleared[1]}`);
    else if (/^syscall/.test(code)) {
      const nr = values.get("eax");
      if (nr !== undefined && wanted.has(nr))
        sites.push({ nr, resume: Number.parseInt(hex, 16) + 2 });
      values.delete("eax");
    } else if (/^(call|ret)/.test(code)) values.delete("eax");
  }
  return sites;
}

function scan(): Map<string, Found[]> {
  const parts = ["decode-x86_64", "opcodes-x86_64", "trace-x86_64", "sites-x86_64", "elf-image"];
  const sources = parts.map((name) => `patch/scan/${name}.c`);
  const driver = buildDriver(folder, "sites", sources);
  const modules = new Map<string, Found[]>();
  let sites: Found[] = [];
  for (const line of execFileSync(driver, { encoding: "utf8" }).split("\n")) {
    const [word, ...fields] = line.split(" ");
    if (word === "module") {
      sites = [];
      modules.set(fields[0] ?? "", sites);
    } else if (word === "site") {
      const [nr = 0, patch = 0, resume = 0, shape = 0, moved = 0, depth = 0, holds = 0] =
        fields.map(Number);
      sites.push({ nr, patch, resume, shape, moved, depth, holds: holds === 1 });
    }
  }
  return modules;
}

const reason = missingReason(["objdump"]);
describe.skipIf(reason)(titled("the scan", reason), () => {
  const modules = reason === undefined ? scan() : new Map<string, Found[]>();

  it("looks at libc and at the loader", () => {
    expect([...modules.keys()].map((path) => basename(path).replace(/[.-].*/, ""))).toEqual([
      "libc",
      "ld",
    ]);
  });

  it.each([...modules.keys()])("finds in %s what objdump shows, and nothing else", (library) => {
    const found = modules.get(library) ?? [];
    const key = ({ nr, resume }: Site) => `${nr} before ${resume.toString(16)}`;
    // Sites that are only announced are named by the mov of the number: the syscall is elsewhere.
    const announced = found.filter(({ shape }) => shape === shapes.before);
    const plain = found.filter(({ shape, nr }) => shape !== shapes.before && nr !== anyNumber);
    const shown = shownByObjdump(library).filter(
      ({ nr }) => !announced.some((site) => site.nr === nr),
    );
    expect(plain.map(key).sort()).toEqual(shown.map(key).sort());
    expect(new Set(announced.map(({ nr }) => nr)).size).toBe(announced.length);
    for (const { nr } of announced) expect(nr).toBe(231); // exit_group
  });

  it("finds sites that are what their shape says, and that do not overlap", () => {
    for (const sites of modules.values()) {
      const inOrder = [...sites].sort((a, b) => a.patch - b.patch);
      for (const [i, site] of inOrder.entries()) {
        expect(site.holds).toBe(true);
        expect(site.resume - site.patch).toBeGreaterThanOrEqual(5);
        const next = inOrder[i + 1];
        if (next !== undefined) expect(next.patch).toBeGreaterThanOrEqual(site.resume);
        if (site.shape === shapes.number) expect(site.resume - site.patch).toBe(7 + site.moved);
        if (site.shape === shapes.moved) expect(site.resume - site.patch).toBe(2 + site.moved);
      }
    }
  });

  it("finds libc's syscall() once, and each memory call in libc", () => {
    const [libc = []] = modules.values();
    expect(libc.filter(({ nr }) => nr === anyNumber)).toHaveLength(1);
    const calls = new Set(libc.map(({ nr }) => nr));
    for (const nr of [9, 10, 11, 12, 25, 28, 30, 67, 59, 231]) expect(calls).toContain(nr);
  });
});
