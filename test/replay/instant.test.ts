import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { parseInstant, resolveInstant } from "../../src/replay/instant.ts";

const extent = { eventCount: 200, durationNanos: 4_000_000_000 };

describe("moments", () => {
  const cases: readonly (readonly [text: string, resolved: object])[] = [
    ["#12", { seq: 12 }],
    ["@12", { seq: 12 }],
    ["1.25s", { atNanos: 1_250_000_000 }],
    ["14us", { atNanos: 14_000 }],
    ["2 min", { atNanos: 120_000_000_000 }],
    ["0s", { atNanos: 0 }],
    ["50%", { atNanos: 2_000_000_000 }],
    ["100%", { atNanos: 4_000_000_000 }],
    ["12.5 %", { atNanos: 500_000_000 }],
    ["start", { seq: 1 }],
    ["end", { seq: 200 }],
  ];
  for (const [text, resolved] of cases) {
    it(`reads ${text}`, () => {
      expect(resolveInstant(parseInstant(text), extent)).toEqual(resolved);
    });
  }

  it("has no event in an empty recording", () => {
    const empty = { eventCount: 0, durationNanos: 0 };
    expect(resolveInstant(parseInstant("start"), empty)).toEqual({ seq: 0 });
    expect(resolveInstant(parseInstant("end"), empty)).toEqual({ seq: 0 });
  });

  for (const text of ["", "12", "1.25", "101%", "-1s", "now", "#", "1e9s"]) {
    it(`refuses "${text}" and says what would be right`, () => {
      expect(() => parseInstant(text)).toThrow(UserError);
      expect(() => parseInstant(text)).toThrow(`"${text}" is no moment`);
    });
  }
});
