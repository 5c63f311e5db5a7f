/** The exact comparison with strace: all other programs and fixtures, and other glibc versions beside the installed one. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatComparison } from "../helpers/compare-calls.ts";
import { recordUnderStrace } from "../helpers/exact.ts";
import { compilerFlags, fetchLibcs, otherLibcs, treeCommand } from "../helpers/libcs.ts";
import { oracleEnvironment } from "../helpers/oracle-programs.ts";
import { buildProgram } from "../helpers/programs.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { exactTests } from "./exact-tests.ts";

exactTests("long");

const folder = await mkdtemp(join(tmpdir(), "maptrail-libcs-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const needs = missingReason(["strace", "apt-get", "dpkg-deb"]);
const unfetched = needs ?? (await fetchLibcs());
const versions = otherLibcs();

const fixtures = ["realloc-growth", "malloc-threads", "fork-threads", "dlopen-loop", "vfork-exec"];
fixtures.push("spawn", "syscall-numbers", "mremap-variants", "map-shapes", "exec-from-thread");

const perl = 'my $t = ""; $t .= "x" x 50000 for 1..200; fork || exit 3; wait; print length $t';
const python = "b = bytearray()\nfor i in range(200): b.extend(bytes(100000))\nprint(len(b))";

it("all versions were fetched", ({ skip }) => {
  if (!process.env["CI"] && unfetched !== undefined) skip(unfetched);
  expect(unfetched).toBeUndefined();
  expect(versions.map((libc) => libc.version)).toEqual(
    expect.arrayContaining(["2.31", "2.41", "2.43"]),
  );
});

describe.skipIf(needs !== undefined).each(versions)(titled("glibc $version", needs), (libc) => {
  const exact = async (name: string, command: readonly string[]) => {
    const kept = join(folder, `${libc.version}-${name}`);
    const work = join(kept, "work");
    await mkdir(work, { recursive: true });
    const options = { cwd: work, env: oracleEnvironment(work) };
    const { run, log, comparison } = await recordUnderStrace(kept, command, options);
    const told = formatComparison(comparison);
    expect(log.problems).toEqual([]);
    expect(comparison.mismatches.length, told).toBe(0);
    expect(comparison.origins.program, told).toBeGreaterThan(0);
    console.log(`glibc ${libc.version} ${name}: ${told}`);
    return run;
  };

  it.each(fixtures)("%s", async (name) => {
    const program = await buildProgram(name, { flags: compilerFlags(libc) });
    expect((await exact(name, [program])).status).toBe(0);
  });

  it("perl", async () => {
    const run = await exact("perl", treeCommand(libc, "perl", ["-e", perl]));
    expect(run.stdout).toBe("10000000");
  });

  it("python3", async () => {
    const run = await exact("python3", treeCommand(libc, "python3", ["-S", "-c", python]));
    expect(run.stdout).toBe("20000000\n");
  });

  it("sqlite3", async () => {
    const query =
      "CREATE TABLE t(a); INSERT INTO t VALUES (hex(zeroblob(3000000))); SELECT length(a) FROM t;";
    const run = await exact("sqlite3", treeCommand(libc, "sqlite3", ["test.db", query]));
    expect(run.stdout).toBe("6000000\n");
  });
});
