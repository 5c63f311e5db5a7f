/** Call stacks: frame by frame against strace -k, whatever the program was compiled with and however it got to its call. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { sql } from "../helpers/recorded.ts";
import { countEnds, inOrder, recordedStacks } from "../helpers/stack-oracle.ts";
import { functionsAt, stackSources } from "../helpers/stack-programs.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { chainTests, compareStacks, cxxTests, fixtures, shareTests } from "./stacks-tests.ts";

function recordedModules(database: string): unknown[] {
  return sql(database, "SELECT DISTINCT path FROM stack_module").map(({ path }) => path);
}

chainTests("-O2 -fomit-frame-pointer");
cxxTests("-O2");
shareTests("quick");

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

const rust = missingReason(["strace", "rustc"]);
describe.skipIf(rust)(titled("Rust", rust), () => {
  it("is walked through like any other code", async () => {
    const program = fixtures.path("threads-rs");
    execFileSync("rustc", ["-O", "-o", program, join(stackSources, "threads.rs")]);
    // strace's libunwind ends inside code whose addresses are not its offsets, as lld lays it out.
    expect(await compareStacks([program], true)).toBeGreaterThan(40);
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
