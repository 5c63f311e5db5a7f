/** Call stacks: frame by frame against strace -k, whatever the program was compiled with and however it got to its call. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { projectRoot } from "../helpers/programs.ts";
import { sql } from "../helpers/recorded.ts";
import { countEnds, inOrder, recordedStacks, straceStacks } from "../helpers/stack-oracle.ts";
import { codeShift, functionsAt, StackPrograms, stackSources } from "../helpers/stack-programs.ts";
import { missingReason, titled } from "../helpers/tools.ts";

const fixtures = new StackPrograms();
afterAll(() => fixtures.remove());

/**
 * Records the command and compares each call's stack with strace's of another run of it.
 *
 * @param oracleStops strace's unwinder may give up early; ours must reach the start all the same
 */
async function compareStacks(
  command: readonly string[],
  oracleStops = false,
  database = fixtures.path("recording"),
): Promise<number> {
  const recording = await record(database, command);
  expect([recording.status, recording.stderr]).toEqual([0, ""]);
  const seen = inOrder(await straceStacks(command, codeShift(command[0]!)));
  const recorded = inOrder(recordedStacks(database));
  expect(recorded.length).toBe(seen.length);
  let frames = 0;
  for (const [thread, calls] of recorded.entries()) {
    const all = seen[thread]!;
    // The loader's calls come before the hook.
    const same = thread === 0 ? all.slice(all.length - calls.length) : all;
    const ours = calls.map(({ call, frames }, i) => ({
      call,
      frames: oracleStops ? frames.slice(0, same[i]?.frames.length) : frames,
    }));
    expect(ours).toEqual(same);
    for (const { end } of calls) expect(end).toBe("start");
    frames += calls.reduce((sum, call) => sum + call.frames.length, 0);
  }
  return frames;
}

function recordedModules(database: string): unknown[] {
  return sql(database, "SELECT DISTINCT path FROM stack_module").map(({ path }) => path);
}

const reason = missingReason(["strace", "readelf", "cc"]);
const ways = [
  "direct",
  "heap",
  "tail",
  "inlined",
  "callback",
  "recursion",
  "aligned",
  "at-end",
  "repeated",
].concat(["handler", "alternate", "thread", "forked"]);

describe
  .skipIf(reason)
  .each([
    ["-O0 -g"],
    ["-O2 -fomit-frame-pointer"],
    ["-O2 -fno-omit-frame-pointer -g"],
    ["-O2 -s"],
    ["-O3 -march=native -no-pie"],
    ["-O1 -Wl,-z,noseparate-code"],
  ])(titled("a program compiled with %s", reason), (flags) => {
  let program = "";
  beforeAll(() => {
    program = fixtures.build("cc", "chains.c", ...flags.split(" "));
  });
  it.each(ways)("has the frames that strace shows: %s", async (way) => {
    expect(await compareStacks([program, way])).toBeGreaterThan(10);
  });
});

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
