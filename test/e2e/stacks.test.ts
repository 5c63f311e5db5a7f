/** Call stacks: frame by frame against strace -k, whatever the program was compiled with and however it got to its call. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { projectRoot } from "../helpers/programs.ts";
import { sql } from "../helpers/recorded.ts";
import { countEnds, inOrder, recordedStacks } from "../helpers/stack-oracle.ts";
import { functionsAt, stackSources } from "../helpers/stack-programs.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { chainTests, compareStacks, fixtures } from "./stacks-tests.ts";

function recordedModules(database: string): unknown[] {
  return sql(database, "SELECT DISTINCT path FROM stack_module").map(({ path }) => path);
}

chainTests("-O2 -fomit-frame-pointer");

const reason = missingReason(["strace", "readelf", "cc"]);
describe.skipIf(reason)(titled("libraries", reason), () => {
  const shared = (...flags: string[]): string =>
    fixtures.build("cc", "library.c", "-O2", "-shared", "-fPIC", ...flags);

  it("are walked through with and without debug information, and where one takes another's place", async () => {
    const program = fixtures.build("cc", "chains.c", "-O2");
    const first = shared("-g");
    const second = shared("-DDEEPER", "-s");
    const database = fixtures.path("libraries");
    await compareStacks([program, "libraries", first, second], false, database);
    expect(recordedModules(database)).toEqual(expect.arrayContaining([first, second]));
  });
});

const cxx = missingReason(["strace", "c++"]);
describe.skipIf(cxx)(titled("C++", cxx), () => {
  it.each(["-O0", "-O2", "-O2 -fno-omit-frame-pointer"])("compiled with %s", async (flags) => {
    expect(
      await compareStacks([fixtures.build("c++", "objects.cc", ...flags.split(" "))]),
    ).toBeGreaterThan(40);
  });
});

const rust = missingReason(["strace", "rustc"]);
describe.skipIf(rust)(titled("Rust", rust), () => {
  it("is walked through like any other code", async () => {
    const program = fixtures.path("threads-rs");
    execFileSync("rustc", ["-O", "-o", program, join(stackSources, "threads.rs")]);
    // strace's libunwind ends inside code whose addresses are not its offsets, as lld lays it out.
    expect(await compareStacks([program], true)).toBeGreaterThan(40);
  });
});

/** Real programs, each long enough to load libraries and to grow. */
const programs: readonly (readonly [name: string, ...command: string[]])[] = [
  [
    "python3",
    "python3",
    "-c",
    "import json, decimal, threading; [bytearray(i * 5000) for i in range(300)]",
  ],
  ["git", "git", "-C", projectRoot, "log", "--stat", "-100"],
  [
    "sqlite3",
    "sqlite3",
    ":memory:",
    "CREATE TABLE t (a); WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 99) INSERT INTO t SELECT randomblob(99000) FROM c; SELECT count(*) FROM t",
  ],
  [
    "gcc",
    "gcc",
    "-O2",
    "-c",
    "-o",
    "/dev/null",
    join(projectRoot, "fixtures", "stacks", "chains.c"),
  ],
  [
    "node",
    "node",
    "-e",
    "const a = []; for (let i = 0; i < 1e5; i++) a.push({ i }); JSON.stringify(a)",
  ],
  ["perl", "perl", "-e", "my @a = map { $_ x 100 } 1 .. 50000; print scalar(@a)"],
];

describe("the share of calls whose stack reaches main or a thread's start", () => {
  it.each(programs)("%s", async (name, ...command) => {
    const database = fixtures.path(`share-${name}`);
    expect((await record(database, command)).status).toBe(0);
    const ends = countEnds(database);
    const all = [...ends.values()].reduce((sum, count) => sum + count, 0);
    const share = (ends.get("start") ?? 0) / all;
    console.log(`${name}: ${(share * 100).toFixed(1)} % of ${all} calls`, Object.fromEntries(ends));
    expect(all).toBeGreaterThan(5);
    expect(share).toBeGreaterThanOrEqual(0.95);
  });
});

const musl = missingReason(["musl-gcc"]);
describe.skipIf(musl)(titled("a program with musl, whose libc has no unwind tables", musl), () => {
  it("shows its own frames up to main", async () => {
    const program = fixtures.build("musl-gcc", "chains.c", "-O2", "-g", "-Wl,--eh-frame-hdr");
    const database = fixtures.path("musl");
    expect((await record(database, [program, "direct"])).status).toBe(0);
    const calls = inOrder(recordedStacks(database))[0]!;
    const own = calls.find(
      ({ call, frames }) => call === "mmap" && frames[0]?.startsWith("chains-"),
    );
    expect(own?.end).toBe("start");
    const addresses = own?.frames.map((frame) => frame.split("+")[1]!) ?? [];
    expect(functionsAt(program, addresses.slice(0, 4))).toEqual([
      "map_one",
      "direct_inner",
      "direct",
      "main",
    ]);
    console.log("musl:", Object.fromEntries(countEnds(database)));
  });

  it("says that a stack that begins inside libc is partial", async () => {
    const database = fixtures.path("musl-heap");
    const program = fixtures.build("musl-gcc", "chains.c", "-O2", "-g", "-Wl,--eh-frame-hdr");
    expect((await record(database, [program, "heap"])).status).toBe(0);
    const ends = countEnds(database);
    expect(ends.get("no-table") ?? 0).toBeGreaterThan(0);
    console.log("musl, through malloc:", Object.fromEntries(ends));
  });
});
