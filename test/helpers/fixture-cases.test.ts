/** A fixture of each kind, untraced; and that every program has a case, and every case a tier. */
import { expect, it } from "vitest";
import { fixtureCases } from "./fixture-cases.ts";
import { fixtureTests } from "./fixture-cases-tests.ts";
import { programNames } from "./programs.ts";
import { ofTier } from "./tiers.ts";

it("there is a case for every program", () => {
  const used = new Set(fixtureCases.map((item) => item.program));
  expect([...used].sort()).toEqual(programNames());
  expect(new Set(fixtureCases.map((item) => item.name)).size).toBe(fixtureCases.length);
});

it("every case is in one tier", () => {
  const [quick, long] = [ofTier("quick", fixtureCases), ofTier("long", fixtureCases)];
  expect(quick.length).toBeGreaterThan(2);
  expect(quick.length + long.length).toBe(fixtureCases.length);
  expect(new Set([...quick, ...long])).toEqual(new Set(fixtureCases));
});

fixtureTests("quick");
