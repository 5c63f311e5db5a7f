/** The kernel's word on real programs: every process that left a second maps text replays exactly. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerifyResult } from "../../src/analyses/verify.ts";
import { plainStyle } from "../../src/base/style.ts";
import { verifyText } from "../../src/reports/verify.ts";
import { fixtureCases } from "../helpers/fixture-cases.ts";
import { record } from "../helpers/maptrail.ts";
import { oracleEnvironment, oraclePrograms } from "../helpers/oracle-programs.ts";
import { buildProgram } from "../helpers/programs.ts";
import { ofTier, type Tier } from "../helpers/tiers.ts";
import { missingReason, titled } from "../helpers/tools.ts";
import { readVerdict } from "../helpers/verified.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-verify-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function places(name: string): Promise<{ database: string; work: string }> {
  const kept = join(folder, name);
  const work = join(kept, "work");
  await mkdir(work, { recursive: true });
  return { database: join(kept, "verify.db"), work };
}

/** Ends without exit_group, by its last thread's exit: nothing reads the maps then. */
const leavesNoText = new Set(["end-by-thread"]);

/** Other threads mapped while the maps were read: said, and nothing that a program can be blamed for. */
const unstable = "calls ran while its maps were read";

/** No process diverged; one that was compared is exact, and one that was not says why. */
function expectProven(name: string, result: VerifyResult, provesAll: boolean): void {
  const told = verifyText(result, plainStyle);
  console.log(`${name}: ${told}`);
  expect(result.processes.length).toBeGreaterThan(0);
  for (const { status, texts, ranges, reason } of result.processes) {
    expect(status, told).not.toBe("diverged");
    if (status === "exact") expect(ranges, told).toBeGreaterThan(5);
    else expect(reason, told).toMatch(/\w/);
    if (provesAll && texts > 0 && reason !== unstable) expect(status, told).toBe("exact");
  }
  const moving = result.processes.filter(({ reason }) => reason === unstable).length;
  if (provesAll) expect(result.exact + moving, told).toBeGreaterThan(0);
}

export function verifyTests(tier: Tier): void {
  describe("programs", () => {
    for (const program of ofTier(tier, oraclePrograms)) {
      const reason = missingReason(program.needs);
      it.skipIf(reason !== undefined)(titled(program.name, reason), async () => {
        const { database, work } = await places(program.name);
        await program.prepare?.(work);
        await record(database, program.command, { cwd: work, env: oracleEnvironment(work) });
        expectProven(program.name, readVerdict(database), true);
      });
    }
  });

  describe.each(["glibc", "musl"] as const)("fixtures with %s", (libc) => {
    const compiler = libc === "musl" ? ["musl-gcc"] : [];
    for (const item of ofTier(tier, fixtureCases).filter((one) => libc === "glibc" || one.musl)) {
      const reason = missingReason([...compiler, ...(item.needs ?? [])]);
      it.skipIf(reason !== undefined)(titled(item.name, reason), async () => {
        const name = `${libc}-${item.name}`;
        const { database, work } = await places(name);
        const command = [await buildProgram(item.program, { libc }), ...(item.args?.(work) ?? [])];
        await record(database, command, { cwd: work });
        const provesAll = item.exact === true && !leavesNoText.has(item.name);
        expectProven(name, readVerdict(database), provesAll);
      });
    }
  });
}
