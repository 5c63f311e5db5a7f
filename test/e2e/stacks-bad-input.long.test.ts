/** Tables overwritten with more noise, and more stacks than the recorder keeps. */
import { expect, it } from "vitest";
import { maptrailCommand } from "../helpers/maptrail.ts";
import { run } from "../helpers/run.ts";
import { countEnds } from "../helpers/stack-oracle.ts";
import { fixtures, noiseTests } from "./stacks-bad-input-tests.ts";

noiseTests(2, 3, 4, 5, 6, 8, 9, 10, 11, 12);

it("more different stacks than a process keeps: their callers, and how many there were", async () => {
  const program = fixtures.build("cc", "chains.c", "-O1", "-fno-crossjumping");
  const database = fixtures.path("many");
  const command = ["record", "-o", database, "--", program, "many", "17"];
  const result = await run(maptrailCommand(...command));
  expect([result.status, result.stdout]).toEqual([0, "many\n"]);
  const { caller = 0, start = 0, ...others } = Object.fromEntries(countEnds(database));
  expect(others).toEqual({});
  expect(start).toBeGreaterThan(50_000);
  expect(caller).toBeGreaterThan(10_000);
  expect(caller + start).toBeGreaterThanOrEqual(2 ** 17);
  const said = /maptrail: ([\d,]+) calls came by stacks that found no room/.exec(result.stderr);
  // exit_group's stack, which countEnds leaves out, may be one of them.
  expect(Math.abs(Number(said?.[1]?.replaceAll(",", "")) - caller)).toBeLessThan(3);
});
