/** The fixtures themselves: each builds, behaves untraced as its case says, and does so twice. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FixtureCase, fixtureCases } from "./fixture-cases.ts";
import { type BuildOptions, buildProgram } from "./programs.ts";
import { run } from "./run.ts";
import { ofTier, type Tier } from "./tiers.ts";
import { missingReason, titled } from "./tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-fixtures-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function runCase(item: FixtureCase, options: BuildOptions, place: string) {
  await mkdir(join(folder, place));
  const program = await buildProgram(item.program, options);
  return run([program, ...(item.args?.(join(folder, place)) ?? [])]);
}

export function fixtureTests(tier: Tier): void {
  describe.each(["glibc", "musl"] as const)("untraced with %s", (libc) => {
    const compiler = libc === "musl" ? ["musl-gcc"] : [];
    for (const item of ofTier(tier, fixtureCases).filter((one) => libc === "glibc" || one.musl)) {
      const reason = missingReason([...compiler, ...(item.needs ?? [])]);
      it.skipIf(reason !== undefined)(titled(item.name, reason), async () => {
        const first = await runCase(item, { libc }, `${libc}-${item.name}-1`);
        expect(first.stderr).toBe("");
        if (item.output !== undefined) expect(first.stdout).toBe(item.output);
        expect(first.signal).toBe(item.signal ?? null);
        expect(first.status).toBe(item.signal === undefined ? (item.status ?? 0) : null);
        expect(await runCase(item, { libc }, `${libc}-${item.name}-2`)).toEqual(first);
      });
    }
  });
}
