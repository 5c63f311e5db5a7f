import { readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type LabOptions, lab } from "../../src/app/lab.ts";
import { UserError } from "../../src/base/errors.ts";
import { scratch } from "../store/helpers.ts";
import { captureIo } from "./sample.ts";

/** Runs the lab with a child that is the given JavaScript. */
async function run(options: LabOptions, child = "") {
  const folder = scratch();
  const script = join(folder, "child.mjs");
  writeFileSync(script, child);
  const io = captureIo(folder);
  const exitCode = await lab(options, io, script);
  return { exitCode, out: io.outText(), err: io.errText() };
}

const faulting = "process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);";

describe("maptrail lab", () => {
  it("tries the claims that it is told to, and exits with 0 when they hold", async () => {
    const only = ["fixed-needs-maymove", "grow-in-place"];
    const { exitCode, out, err } = await run({ only });
    expect([exitCode, err]).toEqual([0, ""]);
    expect(out).toMatch(/^maptrail lab {2}Linux \S+, pages of 4 KiB\n\n\+ grow-in-place\n/);
    expect(out).toMatch(/\n\n2 of 2 hold\n$/);
  });

  it("exits with 1 when a rule does not hold", async () => {
    const only = ["shrink-frees-tail"];
    const alive = await run({ only, json: true }, "console.log('alive')");
    expect(alive.exitCode).toBe(1);
    const [claim] = JSON.parse(alive.out).claims;
    expect(claim).toMatchObject({ id: "shrink-frees-tail", standing: "rule", verdict: "differs" });
    expect(claim.checks.at(-1)).toEqual({
      subject: "a read there, in a child",
      expected: "SIGSEGV",
      observed: "exit 0",
      holds: false,
    });
    expect((await run({ only }, faulting)).exitCode).toBe(0);
  });

  it("exits with 0 when what is only said does not hold", async () => {
    const points = [4096, 16384, 65536].map((lengthBytes, i) => ({
      point: {
        lengthBytes,
        rounds: 9,
        moveNanos: 10 ** (i + 4),
        alignedMoveNanos: 1,
        copyNanos: 1,
      },
    }));
    const child = `for (const line of ${JSON.stringify(points)}) console.log(JSON.stringify(line));`;
    const { exitCode, out } = await run({ only: ["move-cost"], upToBytes: 65536 }, child);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/× differs {2}move-cost/);
    expect(out).toContain("promised nowhere");
  });

  it("says what a broken child said", async () => {
    const child = "console.error('noise'); throw new TypeError('no such thing')";
    const { out } = await run({ only: ["saved-pointer"], json: true }, child);
    expect(JSON.parse(out).claims[0].checks[2].observed).toBe("exit 1: TypeError: no such thing");
  });

  it("gives JSON whose counts are those of the claims", async () => {
    const { out } = await run({ only: ["fixed-overlap", "dontunmap"], json: true });
    const result = JSON.parse(out);
    expect(result).toMatchObject({ pageBytes: 4096, counts: { holds: 2, differs: 0 } });
    expect(result.claims.map(({ id }: { id: string }) => id)).toEqual([
      "fixed-overlap",
      "dontunmap",
    ]);
  });

  it("leaves no folder behind", async () => {
    const mine = () => readdirSync(tmpdir()).filter((name) => name.startsWith("maptrail-lab-"));
    const before = mine();
    await run({ only: ["fixed-overlap"] });
    expect(mine().filter((name) => !before.includes(name))).toEqual([]);
  });

  it("refuses claims that there are not, and sizes that make no curve", async () => {
    const unknown = run({ only: ["grow-in-place", "gravity"] });
    await expect(unknown).rejects.toThrow(UserError);
    await expect(unknown).rejects.toMatchObject({
      message: 'the lab has no claim "gravity"',
      hint: expect.stringMatching(/^There are grow-in-place, .*, move-cost\.$/),
    });
    await expect(run({ upToBytes: 4096 })).rejects.toThrow(
      "--up-to takes a size from 16 KiB to 1 GiB, not 4 KiB",
    );
    await expect(run({ upToBytes: 2 ** 31 })).rejects.toThrow("not 2 GiB");
  });
});
