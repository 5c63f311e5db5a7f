import { constants } from "node:os";
import { expect, it } from "vitest";
import { errnoNumber } from "../../src/events/errno.ts";

it("agrees with the names that node knows on this machine", () => {
  const known = Object.entries(constants.errno);
  expect(known.length).toBeGreaterThan(70);
  for (const [name, number] of known) expect([name, errnoNumber(name)]).toEqual([name, number]);
});
