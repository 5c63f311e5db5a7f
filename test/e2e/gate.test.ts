/** diff and check on real runs: addresses differ, the verdicts must not. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRecording } from "../../src/index.ts";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { must } from "../helpers/packed.ts";
import { buildProgram } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { scratch } from "../store/helpers.ts";

/** Grows a mapping ten times where there is room, or each time against one that stands above it. */
function source(head: string, more: string): string {
  return `${head}
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#define PAGE 4096ul
${more}
__attribute__((noinline)) static char *grow(char *p, size_t from, size_t to)
{
	return mremap(p, from, to, MREMAP_MAYMOVE);
}
int main(void)
{
	size_t size = 64 * PAGE;
	char *room = mmap(0, 4096 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	munmap(room, 4096 * PAGE);
	for (int i = 0; i < 10; i++) {
		char *p = mmap(room, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		if (getenv("BLOCKED"))
			mmap(p + size, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		munmap(grow(p, size, 2 * size), 2 * size);
		munmap(p + size, PAGE);
	}
	EXTRA;
	return 0;
}
`;
}

async function build(
  folder: string,
  head: string,
  more: string,
  flags: readonly string[] = [],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "grower.c"), source(head, more));
  await must(["cc", "-g", "-O1", ...flags, "-o", "grower", "grower.c"], folder);
}

interface Site {
  readonly status: string;
  readonly site: string;
  readonly call: string;
}

describe("diff of two runs", () => {
  it("finds nothing but time between runs of one program", async () => {
    const folder = scratch();
    await build(folder, "", "#define EXTRA");
    const database = join(folder, "x.db");
    for (let i = 0; i < 2; i += 1) await record(database, ["./grower"], { cwd: folder });
    const conditions = ["moved>+0", "in-place<-0", "calls>+0", "new-sites>+0", "gone-sites>+0"];
    const failOn = conditions.flatMap((condition) => ["--fail-on", condition]);
    const { stdout, status } = await run(
      maptrailCommand("diff", "1", "2", "--db", database, "--json", ...failOn),
    );
    expect(status).toBe(0);
    const { growths, matchedBy, cautions } = JSON.parse(stdout);
    expect([matchedBy, cautions]).toEqual(["name", []]);
    const grown = growths.find(({ site }: Site) => site.startsWith("grow "));
    expect(grown).toMatchObject({ call: "mremap", pairs: 10, same: 10, onlyA: 0, onlyB: 0 });
  });

  it("knows a function by its name where its line has moved, and tells what it does otherwise", async () => {
    const folder = scratch();
    const database = join(folder, "x.db");
    // Names are read from the files, so that both builds must still be there.
    const [before, after] = [join(folder, "before"), join(folder, "after")];
    await build(before, "", "#define EXTRA");
    await record(database, ["./grower"], { cwd: before });
    const extra = `__attribute__((noinline)) static void *extra(void)
{ return mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
#define EXTRA return extra() == MAP_FAILED`;
    await build(after, "/* a line\n   or two */", extra);
    const env = { ...process.env, BLOCKED: "1" };
    await record(database, ["./grower"], { cwd: after, env });
    const command = ["diff", "1", "2", "--db", database, "--fail-on", "moved>+9"];
    const { stdout, status } = await run(maptrailCommand(...command, "--json"));
    expect(status).toBe(1);
    const { sites, growths } = JSON.parse(stdout);
    const differing = sites.filter(({ status }: Site) => status !== "same");
    const told = differing.map(
      ({ status, site, call }: Site) => `${status} ${call} ${site.split(" ")[0]}`,
    );
    expect(told).toEqual(["new mmap main", "new mmap extra", "changed mremap grow"]);
    const grown = growths.find(({ site }: Site) => site.startsWith("grow "));
    expect(grown).toMatchObject({ turns: [{ from: "inPlace", to: "moved", count: 10 }] });
    const text = await run(maptrailCommand(...command));
    expect(text.stdout).toMatch(/grow \(grower\.c:\d+\) in grower {2}mremap of 512 KiB to 1 MiB/);
    expect(text.stdout).toMatch(/\nmet {2}moved>\+9 {2}0 → 10 \(\+10, from nothing\)\n$/);
  });
});

describe("rules on programs whose growths are known", () => {
  const ledgers: readonly (readonly [program: string, moved: number, refused: number])[] = [
    ["growth-fallback", 1, 1],
    ["growth-buffer", 4, 0],
    ["growth-shrink", 0, 0],
    ["growth-refused", 0, 6],
  ];
  it.each(ledgers)("%s: %d moved, %d refused", async (name, moved, refused) => {
    const database = join(scratch(), "x.db");
    await record(database, [await buildProgram(name)]);
    const recording = openRecording({ db: database });
    try {
      const tight = recording.check({ "max-moved": moved, "no-refused": true });
      expect(tight.doubts).toEqual([]);
      expect(tight.rules.map(({ status, figure }) => [status, figure])).toEqual([
        ["kept", moved],
        [refused === 0 ? "kept" : "broken", refused],
      ]);
      if (moved > 0) {
        const [rule] = recording.check({ "max-moved": moved - 1 }).rules;
        expect(rule?.status).toBe("broken");
        // The places are the events that moved, told by whoever does not know of rules.
        const seqs = [...recording.events("moved")].map(({ seq }) => seq);
        expect(rule?.where.map(({ seq }) => seq)).toEqual(seqs.slice(0, 5));
        expect(rule?.where[0]?.site).toMatch(/^(main|append) \(growth-[a-z]+\.c:\d+\)$/);
      }
    } finally {
      recording.close();
    }
  });
});

describe("no-wx", () => {
  const programs: readonly (readonly [command: readonly string[], isBroken: boolean])[] = [
    [[process.execPath, "-e", "1"], true],
    [["sort", "--version"], false],
  ];
  it.each(programs)("of %j says what the analysis of hardening says", async (command, isBroken) => {
    const database = join(scratch(), "x.db");
    await record(database, command);
    const recording = openRecording({ db: database });
    try {
      const [rule] = recording.check({ "no-wx": true }).rules;
      const atOnce = recording.analyses(["hardening"]).of("hardening")?.data.atOnce.rows ?? [];
      expect(rule?.status).toBe(isBroken ? "broken" : "kept");
      expect(atOnce.length > 0).toBe(isBroken);
    } finally {
      recording.close();
    }
  });
});

describe("check -- CMD", () => {
  const cases: readonly (readonly [what: string, rule: string, script: string, status: number])[] =
    [
      ["is 0 where all is well", "--no-wx", "exit 0", 0],
      ["is the program's own status where rules are kept", "--no-wx", "exit 7", 7],
      ["is 128+n where a signal ended it", "--no-wx", "kill -TERM $$", 143],
      ["is 1 where a rule is broken", "--max-peak=4K", "exit 0", 1],
      ["is 1 where a rule is broken and the program failed", "--max-peak=4K", "exit 7", 1],
    ];
  it.each(cases)("%s", async (_, rule, script, status) => {
    const folder = scratch();
    const command = maptrailCommand("check", rule, "--", "sh", "-c", `echo out; ${script}`);
    const result = await run(command, { cwd: folder });
    // The output is the program's alone.
    expect([result.status, result.stdout]).toEqual([status, "out\n"]);
    expect(result.stderr).toContain(
      status === 1 ? "recording 1: 1 of 1 rule broken" : "1 rule kept",
    );
    const failed = script !== "exit 0";
    expect(result.stderr.includes("the program itself failed: ")).toBe(failed);
  });

  it("runs no program where a rule cannot be read", async () => {
    const folder = scratch();
    const command = maptrailCommand("check", "--max-moved", "few", "--", "touch", "ran");
    const { status, stderr } = await run(command, { cwd: folder });
    expect([status, stderr]).toEqual([
      2,
      'maptrail: --max-moved takes a whole number from 0 on, not "few"\n',
    ]);
    expect(() => readFileSync(join(folder, "ran"))).toThrow("ENOENT");
  });

  it("ends as env does where there is no such program", async () => {
    const folder = scratch();
    const result = await run(maptrailCommand("check", "--no-wx", "--", "./nothing"), {
      cwd: folder,
    });
    expect(result.status).toBe(127);
  });

  it("does not vouch for a program that it cannot see", async () => {
    const folder = scratch();
    await build(folder, "", "#define EXTRA", ["-static"]);
    const program = "./grower";
    const loose = await run(maptrailCommand("check", "--no-refused", "--", program), {
      cwd: folder,
    });
    expect(loose.status).toBe(0);
    expect(loose.stderr).toContain("not exact, so figures are only what was seen:");
    const strict = ["check", "--no-refused", "--require-exact", "--json", "--junit", "j.xml"];
    const { status, stderr } = await run(maptrailCommand(...strict, "--", program), {
      cwd: folder,
    });
    expect(status).toBe(1);
    const [, exact] = JSON.parse(stderr).rules;
    expect(exact).toMatchObject({ rule: "require-exact", status: "broken" });
    expect(exact.reasons[0]).toMatch(/not fully covered/);
    expect(readFileSync(join(folder, "j.xml"), "utf8")).toContain('failures="1"');
  });
});
