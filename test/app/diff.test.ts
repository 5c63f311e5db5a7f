/** `maptrail diff` on recordings made by hand: what it reads, what it says in each format, its exit codes. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { type DiffOptions, showDiff } from "../../src/app/diff.ts";
import { parseRecordingRef } from "../../src/app/open/recording-ref.ts";
import { meta, open, scratch, summary } from "../store/helpers.ts";
import { maps, Script } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

const start = maps("heap", "rw-p 0-4", "stack");

/** A program that grows a mapping twice; `moves` says whether the kernel moves it. */
function growing(moves: readonly [boolean, boolean]): (script: Script) => void {
  return (script) => {
    script.start(1).maps(1, "start", start).map(1, 8, 2);
    const first = moves[0] ? 32 : 8;
    const second = moves[1] ? 64 : first;
    script.move(1, 8, 2, 4, first).move(1, first, 4, 8, second);
    script
      .maps(1, "exit", maps("heap", "rw-p 0-4", `rw-p ${second}-${second + 8}`, "stack"))
      .end(1);
  };
}

/** One database with a recording for each script. */
function database(
  folder: string,
  name: string,
  writes: readonly ((script: Script) => void)[],
  command: readonly string[] = ["grow"],
): void {
  const store = open(join(folder, name));
  for (const write of writes) {
    const writer = store.writer(store.createRecording({ ...meta, command }));
    write(new Script(writer));
    writer.finish(summary);
  }
  store.close();
}

async function diff(folder: string, options: Partial<DiffOptions> = {}) {
  const io = captureIo(folder);
  const exitCode = await showDiff({ a: "1", b: "2", ...options }, io);
  return { exitCode, out: io.outText(), err: io.errText() };
}

function two(): string {
  const folder = scratch();
  database(folder, "maptrail.db", [growing([false, false]), growing([true, false])]);
  return folder;
}

describe("diff for people", () => {
  it("says what changed, site by site and growth by growth", async () => {
    const { out, exitCode, err } = await diff(two(), { failOn: ["moved>+0", "peak>+10%"] });
    expect([exitCode, err]).toEqual([1, ""]);
    expect(out).toBe(`\
moved growths 0 → 1 (of 2 in both); mremap 1 µs in both; peak 120 KiB in both
A  recording 1 in maptrail.db   grow   exit 0   1.84 s   exact
B  recording 2 in maptrail.db   grow   exit 0   1.84 s   exact
caution: sites are not known in both, so calls are matched by kind and size alone

                   A        B      change
growths            2        2
moved              0        1          +1  from nothing
moved-share      0 %     50 %  +50 points  from nothing
in-place           2        1          −1         −50 %
mremap-time     1 µs     1 µs
peak         120 KiB  120 KiB
regions            4        4
calls              3        3
call-time     1.5 µs   1.5 µs
duration      1.84 s   1.84 s
processes          1        1
mmap               1        1
mremap             2        2

calls by program: 0 new, 0 gone, 1 changed, 1 the same
    changed  grow  mremap 2, moved 0 → 1

2 growths paired by site, size and order, 1 with the same outcome
  grow  mremap of 16 KiB to 32 KiB  1 + ⇢ → in place, now moved; first @4 in A, @4 in B

met    moved>+0   0 → 1 (+1, from nothing)
clear  peak>+10%  120 KiB → 120 KiB (no change)
`);
  });

  it("finds a recording equal to itself", async () => {
    const { out, exitCode } = await diff(two(), { b: "1", format: "json", failOn: ["calls>+0"] });
    expect(exitCode).toBe(0);
    const result = JSON.parse(out);
    expect(result.metrics.filter(({ change }: { change: number }) => change !== 0)).toEqual([]);
    expect(result.sites.every(({ status }: { status: string }) => status === "same")).toBe(true);
    expect(result.growths).toMatchObject([{ same: 1 }, { same: 1 }]);
  });
});

describe("diff in every format", () => {
  it("tells the same figures", async () => {
    const folder = two();
    const json = JSON.parse((await diff(folder, { format: "json" })).out);
    const moved = json.metrics.find(({ name }: { name: string }) => name === "moved");
    expect(moved).toEqual({
      name: "moved",
      unit: "count",
      a: 0,
      b: 1,
      change: 1,
      changePercent: null,
    });
    const { out: md } = await diff(folder, { format: "md" });
    expect(md).toContain("| moved | 0 | 1 | +1 | from nothing |");
    const { out: html } = await diff(folder, { format: "html" });
    expect(html).toContain('<td>moved</td><td class="n">0</td><td class="n">1</td>');
  });

  it("is a page that loads and runs nothing, whose policy holds its own style sheet", async () => {
    const { out } = await diff(two(), { format: "html" });
    const css = /<style>([\s\S]*?)<\/style>/.exec(out)?.[1] ?? "";
    const hash = createHash("sha256").update(css).digest("base64");
    expect(out).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(out).not.toMatch(/<script|<link|<img|<iframe|style=|https?:|\son[a-z]+=/i);
  });

  it("shows hostile names as text", async () => {
    const evil = "</code><script>alert(1)</script>`|\n\u001b[2J=cmd()'\"&\ud800";
    const folder = scratch();
    const write = (script: Script): void => {
      script.start(1, { exe: `/bin/${evil.replaceAll("/", "")}` });
      script.map(1, 8, 1).move(1, 8, 1, 2, 8).end(1);
    };
    database(folder, "maptrail.db", [write, growing([true, true])], [evil, evil]);
    const { out: html } = await diff(folder, { format: "html" });
    expect(html).toContain("&lt;script&gt;alert(1)");
    expect(html).not.toMatch(/<script/);
    expect(html).not.toContain("\u001b");
    const { out: md } = await diff(folder, { format: "md" });
    expect(md).not.toContain("\u001b");
    // Every cell and every line is where it was: no bar or newline of the name ends one.
    const table = md.split("\n").filter((line) => /^\| (new|gone) \|/.test(line));
    expect(table.length).toBeGreaterThan(1);
    for (const line of table) expect(line.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(md).toContain("| ``<code>");
    const { out: text } = await diff(folder);
    expect(text).not.toContain("\u001b");
    expect(JSON.parse((await diff(folder, { format: "json" })).out).a.recording.command[0]).toBe(
      evil,
    );
  });
});

describe("a recording is named", () => {
  const io = { cwd: "/here", env: {} };
  const cases: readonly (readonly [text: string, path: string, recording: number | undefined])[] = [
    ["3", "/here/maptrail.db", 3],
    ["#3", "/here/maptrail.db", 3],
    ["before.db", "/here/before.db", undefined],
    ["/x/before.db#12", "/x/before.db", 12],
    ["odd#name.db", "/here/odd#name.db", undefined],
    ["odd#1#2", "/here/odd#1", 2],
    ["./3", "/here/3", undefined],
  ];
  it.each(cases)("by %s", (text, path, recording) => {
    expect(parseRecordingRef(text, {}, io)).toEqual({ path, recording });
  });

  it.each(["", "#", "x.db#", "0", "x.db#0", "99999999999999999999", "#x"])(
    "not by '%s', which is quoted",
    (text) => {
      expect(() => parseRecordingRef(text, {}, io)).toThrow(`"${text}" names no recording`);
    },
  );

  it("in another database", async () => {
    const folder = scratch();
    database(folder, "a.db", [growing([false, false]), growing([true, true])]);
    database(folder, "b.db", [growing([true, true])]);
    const { out } = await diff(folder, { a: "a.db#1", b: "b.db" });
    expect(out).toContain("A  recording 1 in a.db");
    expect(out).toContain("B  recording 1 in b.db");
    expect(out).toContain("moved growths 0 → 2");
    await expect(diff(folder, { a: "a.db#7", b: "b.db" })).rejects.toThrow(/no recording 7/);
    await expect(diff(folder, { a: "c.db", b: "b.db" })).rejects.toThrow(/there is no database at/);
  });
});

describe("diff", () => {
  it("refuses a format that there is not, before it reads anything", async () => {
    await expect(diff("/nowhere", { format: "pdf" })).rejects.toThrow(
      /--format takes html, md, json, text, not "pdf"/,
    );
  });

  it("goes into a file, in the format that the file's name says", async () => {
    const folder = two();
    expect((await diff(folder, { output: "d.md" })).out).toBe("");
    expect(readFileSync(join(folder, "d.md"), "utf8")).toBe(
      (await diff(folder, { format: "md" })).out,
    );
    await diff(folder, { output: "d.md", format: "json" });
    expect(JSON.parse(readFileSync(join(folder, "d.md"), "utf8")).a.recording.id).toBe(1);
    await expect(diff(folder, { output: "no/d.html" })).rejects.toThrow(
      /"no\/d\.html" cannot be written/,
    );
  });

  it("says what makes the comparison weak", async () => {
    const folder = scratch();
    const reasons = ["a static program"];
    const coverage = { status: "none", reasons, modules: [], sites: [], via: "none" } as const;
    database(folder, "maptrail.db", [
      growing([false, false]),
      (script) => script.start(1, { coverage }).lost(1, 5, "the disk was full").end(1),
    ]);
    const { out } = await diff(folder, { failOn: ["peak>+1%"] });
    expect(out).toContain("caution: B is not fully covered\n");
    expect(out).toContain("caution: B lacks calls that were lost\n");
    expect(out).toContain("caution: B is unverifiable\n");
    expect(out).toContain("unknown  peak>+1%  cannot be told: a figure is missing");
  });

  it("exits with 3 when one of the two is damaged, and says which", async () => {
    const folder = two();
    const damaged = new Sqlite(join(folder, "maptrail.db"));
    damaged.exec(
      "DROP TRIGGER chunk_no_update; UPDATE chunk SET bytes = substr(bytes, 1, 60) WHERE recording = 2",
    );
    damaged.close();
    const { exitCode, err } = await diff(folder, { failOn: ["moved<-10%"] });
    expect(exitCode).toBe(3);
    expect(err).toMatch(/^maptrail: recording 2 in maptrail\.db: \d+ events could not be read/);
  });
});
