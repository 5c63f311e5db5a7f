/** What a program must not notice, and tables of its own that are overwritten with noise. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { run } from "../helpers/run.ts";
import { countEnds } from "../helpers/stack-oracle.ts";
import { StackPrograms } from "../helpers/stack-programs.ts";

export const fixtures = new StackPrograms();
afterAll(() => fixtures.remove());

/** What a program must not notice. */
export async function expectUnaffected(command: readonly string[]): Promise<Map<string, number>> {
  const database = fixtures.path("unaffected");
  const alone = await run(command);
  const recorded = await record(database, command);
  expect([recorded.stdout, recorded.status, recorded.signal]).toEqual([
    alone.stdout,
    alone.status,
    alone.signal,
  ]);
  return countEnds(database);
}

function sectionOf(program: string, name: string): { offset: number; bytes: number } {
  const text = execFileSync("readelf", ["-SW", program], { encoding: "utf8" });
  const line = new RegExp(
    `\\] ${name.replace(".", "\\.")} +\\w+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)`,
  );
  const found = line.exec(text);
  if (found === null) throw new Error(`${program} has no ${name}`);
  return { offset: Number.parseInt(found[1]!, 16), bytes: Number.parseInt(found[2]!, 16) };
}

/** Up to the sixth seed one byte in sixteen is noise, and after it every byte. */
export function noiseTests(...seeds: readonly number[]): void {
  describe("tables that are not what they should be", () => {
    it.each([".eh_frame", ".eh_frame_hdr"])(
      `%s overwritten with noise, ${seeds.length} times`,
      async (name) => {
        const program = fixtures.build("cc", "chains.c", "-O2");
        const bytes = readFileSync(program);
        const section = sectionOf(program, name);
        const total = new Map<string, number>();
        for (const seed of seeds) {
          let state = seed * 0x9e37_79b1;
          const noisy = Buffer.from(bytes);
          for (let i = 0; i < section.bytes; i++) {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
            if (seed > 6 || state >>> 28 === 0) noisy[section.offset + i] = state >>> 16;
          }
          const damaged = fixtures.path("noisy");
          writeFileSync(damaged, noisy, { mode: 0o755 });
          for (const [end, count] of await expectUnaffected([damaged, "recursion"])) {
            total.set(end, (total.get(end) ?? 0) + count);
          }
        }
        console.log(name, Object.fromEntries(total));
        const partial = [...total].filter(([end]) => end !== "start" && end !== "none");
        expect(partial.length).toBeGreaterThan(0);
      },
    );
  });
}
