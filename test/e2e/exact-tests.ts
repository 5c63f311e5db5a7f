/** Every call, nothing else, in sequence: the recording of real programs and fixtures against strace. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatComparison } from "../helpers/compare-calls.ts";
import { recordUnderStrace } from "../helpers/exact.ts";
import { fixtureCases } from "../helpers/fixture-cases.ts";
import { oracleEnvironment, oraclePrograms } from "../helpers/oracle-programs.ts";
import { buildProgram } from "../helpers/programs.ts";
import { ofTier, type Tier } from "../helpers/tiers.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-exact-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder for the run's own files and one to work in. */
async function places(name: string): Promise<{ kept: string; work: string }> {
  const kept = join(folder, name);
  const work = join(kept, "work");
  await mkdir(work, { recursive: true });
  return { kept, work };
}

async function expectExact(
  name: string,
  kept: string,
  command: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
) {
  const { run, log, comparison } = await recordUnderStrace(kept, command, options);
  expect(log.problems).toEqual([]);
  const told = formatComparison(comparison);
  expect(comparison.mismatches.length, told).toBe(0);
  expect(comparison.matched, told).toBe(comparison.expected);
  expect(comparison.expected, told).toBeGreaterThan(0);
  console.log(`${name}: ${told}`);
  return run;
}

export function exactTests(tier: Tier): void {
  describe("programs", () => {
    for (const program of ofTier(tier, oraclePrograms)) {
      const reason = missingReason(["strace", ...program.needs]);
      it.skipIf(reason !== undefined)(titled(program.name, reason), async () => {
        const { kept, work } = await places(program.name);
        await program.prepare?.(work);
        const options = { cwd: work, env: oracleEnvironment(work) };
        const run = await expectExact(program.name, kept, program.command, options);
        if (program.output !== undefined) expect(run.stdout).toBe(program.output);
      });
    }
  });

  describe.each(["glibc", "musl"] as const)("fixtures with %s", (libc) => {
    const compiler = libc === "musl" ? ["musl-gcc"] : [];
    for (const item of ofTier(tier, fixtureCases).filter(
      (one) => one.exact && (libc === "glibc" || one.musl),
    )) {
      const reason = missingReason(["strace", ...compiler, ...(item.needs ?? [])]);
      const name = `${libc}-${item.name}`;
      it.skipIf(reason !== undefined)(titled(item.name, reason), async () => {
        const { kept, work } = await places(name);
        const command = [await buildProgram(item.program, { libc }), ...(item.args?.(work) ?? [])];
        const run = await expectExact(name, kept, command, { cwd: work, env: process.env });
        if (item.output !== undefined) expect(run.stdout).toBe(item.output);
      });
    }
  });
}
