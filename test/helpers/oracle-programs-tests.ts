/** The programs run well by themselves and under strace, and strace sees them map. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oracleEnvironment, oraclePrograms } from "./oracle-programs.ts";
import { run } from "./run.ts";
import { runUnderStrace } from "./strace.ts";
import { ofTier, type Tier } from "./tiers.ts";
import { missingReason, titled } from "./tools.ts";

export function oracleProgramTests(tier: Tier): void {
  describe("programs for the exact comparison", () => {
    for (const program of ofTier(tier, oraclePrograms)) {
      const needs = ["strace", ...program.needs];
      const reason = missingReason(needs);
      it.skipIf(reason !== undefined)(titled(program.name, reason), async () => {
        const outputs: string[] = [];
        for (const traced of [false, true]) {
          const folder = await mkdtemp(join(tmpdir(), "maptrail-oracle-"));
          await program.prepare?.(folder);
          const options = { cwd: folder, env: oracleEnvironment(folder) };
          const log = join(tmpdir(), `maptrail-oracle-${process.pid}.strace`);
          if (traced) {
            const seen = await runUnderStrace(log, program.command, options);
            outputs.push(seen.run.stdout);
            expect(seen.run.stderr).toBe("");
            expect(seen.log.problems).toEqual([]);
            expect(seen.log.calls.filter((call) => call.call === "mmap").length).toBeGreaterThan(5);
            await rm(log);
          } else {
            const alone = await run(program.command, options);
            expect(alone).toMatchObject({ status: 0, signal: null, stderr: "" });
            outputs.push(alone.stdout);
          }
          await rm(folder, { recursive: true });
        }
        if (program.output !== undefined) expect(outputs[0]).toBe(program.output);
        expect(outputs[1]).toBe(outputs[0]);
      });
    }
  });
}
