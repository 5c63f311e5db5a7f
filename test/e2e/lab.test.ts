/** The lab as a user runs it, with its children and its recording, on the kernel that is here. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabResult } from "../../src/lab/claim.ts";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { readStats } from "../helpers/recorded.ts";
import { run } from "../helpers/run.ts";
import { readVerdict } from "../helpers/verified.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-lab-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = ["lab", "--up-to", "4M"];

describe("maptrail lab", () => {
  it("finds every rule to hold, or the kernel to be too old for it", async () => {
    const result = await run(maptrailCommand(...options, "--json"), { cwd: folder });
    expect([result.status, result.stderr]).toEqual([0, ""]);
    const { kernel, claims } = JSON.parse(result.stdout) as LabResult;
    expect(kernel).toBe(release());
    expect(claims.length).toBeGreaterThan(12);
    for (const { id, standing, verdict, reason, checks } of claims) {
      if (standing === "belief") continue;
      const told = `${id}: ${reason ?? JSON.stringify(checks)}`;
      if (verdict === "not available") expect(reason, told).toMatch(/^needs Linux/);
      else expect(verdict, told).toBe("holds");
    }
    expect(await readdir(folder)).toEqual([]); // no database, no core file
  });

  it("measures the curve up to where it is told to", async () => {
    const only = ["--only", "move-cost", "--json"];
    const result = await run(maptrailCommand(...options, ...only), { cwd: folder });
    const { curve } = (JSON.parse(result.stdout) as LabResult).claims[0]!;
    expect(curve?.points.map(({ lengthBytes }) => lengthBytes)).toEqual([
      4096, 16384, 65536, 262144, 1048576, 4194304,
    ]);
    expect(curve?.stopped).toBeUndefined();
    for (const point of curve?.points ?? []) {
      expect(point.rounds).toBeGreaterThanOrEqual(6);
      for (const nanos of [point.moveNanos, point.alignedMoveNanos, point.copyNanos]) {
        expect(nanos).toBeGreaterThan(0);
      }
    }
  });

  it("is text of 80 columns at most", async () => {
    const result = await run(maptrailCommand(...options), { cwd: folder });
    expect(result.status).toBe(0);
    const lines = result.stdout.split("\n");
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(result.stdout).not.toContain("not available  realloc");
  });

  it("tells wrong usage", async () => {
    const size = await run(maptrailCommand("lab", "--up-to", "much"), { cwd: folder });
    expect([size.status, size.stdout]).toEqual([2, ""]);
    expect(size.stderr).toContain('--up-to takes a size such as 64M, not "much"');
    const name = await run(maptrailCommand("lab", "--only", "gravity"), { cwd: folder });
    expect(name.status).toBe(2);
    expect(name.stderr).toContain('the lab has no claim "gravity"');
  });

  it("can be recorded itself: the model follows all that it does to its memory", async () => {
    const database = join(folder, "lab.db");
    const claims = ["several-at-once", "dontunmap", "old-size-zero", "doubling-buffer"];
    await record(database, maptrailCommand("lab", "--only", ...claims));
    const { growth } = readStats(database);
    expect(growth.duplicated.count).toBe(1);
    expect(growth.relocated.count).toBeGreaterThanOrEqual(1); // dontunmap; on 6.17 several-at-once too
    expect(growth.inPlace.count).toBeGreaterThanOrEqual(6);
    const diverged = readVerdict(database).processes.filter(({ status }) => status === "diverged");
    expect(diverged).toEqual([]);
  });
});
