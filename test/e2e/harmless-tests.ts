/** A fixture behaves as it does untraced: the same output, byte by byte, and the same status. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureCases } from "../helpers/fixture-cases.ts";
import { readEvents, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { ofTier, type Tier } from "../helpers/tiers.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-harmless-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

export function harmlessTests(tier: Tier): void {
  describe.each(["glibc", "musl"] as const)("fixtures with %s", (libc) => {
    const compiler = libc === "musl" ? ["musl-gcc"] : [];
    for (const item of ofTier(tier, fixtureCases).filter((one) => libc === "glibc" || one.musl)) {
      const reason = missingReason([...compiler, ...(item.needs ?? [])]);
      it.skipIf(reason !== undefined)(titled(item.name, reason), async () => {
        const place = join(folder, `${libc}-${item.name}`);
        // Folders of names of the same length, so that not even an argument's length differs.
        for (const name of ["alone", "taped"]) await mkdir(join(place, name), { recursive: true });
        const program = await buildProgram(item.program, { libc });
        const command = (name: string) => [program, ...(item.args?.(join(place, name)) ?? [])];
        const alone = await run(command("alone"), { cwd: place });
        const database = join(place, "harmless.db");
        const taped = await record(database, command("taped"), { cwd: place });
        expect(taped.stdout).toBe(alone.stdout);
        expect(taped.stderr).toBe(alone.stderr);
        const signal = alone.signal === null ? 0 : constants.signals[alone.signal];
        expect(taped).toMatchObject({ status: alone.status ?? 128 + signal, signal: null });
        expect((await readEvents(database)).length).toBeGreaterThan(0);
      });
    }
  });
}
