/** Conditions of a diff: what is read, what is refused and how, and what meets them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeConditions, parseCondition } from "../../../src/analyses/diff/conditions.ts";
import { changeOf, metrics } from "../../../src/analyses/diff/metrics.ts";

describe("a condition is read", () => {
  const cases: readonly (readonly [text: string, parsed: object])[] = [
    ["moved>+10%", { metric: "moved", relation: ">", amount: 10, isPercent: true }],
    ["moved>+100", { metric: "moved", relation: ">", amount: 100, isPercent: false }],
    ["moved>+0", { amount: 0 }],
    [" in-place <= -20.5% ", { metric: "in-place", relation: "<=", amount: -20.5 }],
    ["peak>=+64MiB", { metric: "peak", unit: "bytes", amount: 64 * 1024 ** 2 }],
    ["peak<-1k", { amount: -1024 }],
    ["mremap-time>+2ms", { unit: "nanos", amount: 2_000_000 }],
    ["mremap-time>+0", { unit: "nanos", amount: 0 }],
    ["moved-share>+5", { unit: "share", amount: 5, isPercent: false }],
    ["munmap>+3", { metric: "munmap", unit: "count", amount: 3 }],
    ["new-sites>+0", { metric: "new-sites", unit: "count" }],
  ];
  it.each(cases)("%s", (text, parsed) => {
    expect(parseCondition(text)).toMatchObject({ text: text.trim(), ...parsed });
  });

  it("for every metric that there is", () => {
    for (const { name } of metrics) {
      expect(parseCondition(`${name}>+10%`)).toMatchObject({ metric: name, amount: 10 });
    }
  });
});

describe("a condition that cannot be read is quoted", () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ["", /the condition "" has not the form METRIC RELATION CHANGE/],
    ["moved", /the condition "moved" has not the form/],
    ["moved=+1", /the condition "moved=\+1" has not the form/],
    ["moves>+1", /"moves>\+1" has "moves", which is no metric/],
    ["processStarted>+1", /"processStarted", which is no metric/],
    ["constructor>+1", /"constructor", which is no metric/],
    ["moved>10%", /"moved>10%" has "10%", which has no sign/],
    ["moved>", /has "", which has no sign/],
    ["moved>+", /has "\+", which is no change/],
    ["moved>+ten", /has "\+ten", which is no change/],
    ["moved>+1.5", /has "\+1\.5", which is no change/],
    ["moved>+%", /has "\+%", which is no change/],
    ["moved>+1e3", /has "\+1e3", which is no change/],
    ["moved>+-3", /has "\+-3", which is no change/],
    ["peak>+lots", /has "\+lots", which is no change/],
    ["duration>+3", /has "\+3", which is no change/],
  ];
  it.each(cases)("%s", (text, message) => {
    expect(() => parseCondition(text)).toThrow(message);
  });

  it("with what would be right for its metric", () => {
    const hintOf = (text: string): unknown => {
      try {
        parseCondition(text);
      } catch (error) {
        return (error as { hint?: string }).hint;
      }
      return undefined;
    };
    expect(hintOf("peak>+lots")).toBe("peak takes a change with its sign: +10% or +64MiB.");
    expect(hintOf("moves>+1")).toContain("moved, moved-share");
  });
});

function judge(text: string, a: number | undefined, b: number | undefined): string {
  const condition = parseCondition(text);
  const change = changeOf(condition.metric, condition.unit, a, b);
  return judgeConditions([condition], () => change)[0]!.status;
}

describe("a condition is met", () => {
  const cases: readonly (readonly [text: string, a: number, b: number, status: string])[] = [
    ["moved>+10%", 100, 110, "clear"],
    ["moved>+10%", 100, 111, "met"],
    ["moved>=+10%", 100, 110, "met"],
    ["moved>+10%", 30, 33, "clear"],
    ["moved>+0", 5, 5, "clear"],
    ["moved>+0", 5, 6, "met"],
    ["moved>+3", 5, 8, "clear"],
    ["moved>=+3", 5, 8, "met"],
    ["moved>+10%", 0, 0, "clear"],
    ["moved>+1000000%", 0, 1, "met"],
    ["moved<-10%", 0, 1, "clear"],
    ["in-place<-20%", 10, 8, "clear"],
    ["in-place<-20%", 10, 7, "met"],
    ["in-place<=-20%", 10, 8, "met"],
    ["in-place<-2", 10, 7, "met"],
    ["moved<+10%", 100, 90, "met"],
    ["moved-share>+5", 10, 15, "clear"],
    ["moved-share>+5", 100 / 3, 100 / 3 + 5, "clear"],
    ["moved>+0%", 1e9, 1e9 + 1, "met"],
    ["moved>=+0%", 0, 0, "met"],
    ["moved<+10%", 0, 0, "met"],
    ["moved-share>+5", 10, 15.1, "met"],
    ["moved-share>+40%", 10, 15, "met"],
    ["peak>+1KiB", 4096, 5121, "met"],
  ];
  it.each(cases)("%s from %d to %d: %s", (text, a, b, status) => {
    expect(judge(text, a, b)).toBe(status);
  });

  it("where a figure is missing nothing is clear", () => {
    expect(judge("peak>+10%", undefined, 5)).toBe("unknown");
    expect(judge("peak<-10%", 5, undefined)).toBe("unknown");
  });

  it("by whole numbers as integer arithmetic has it", () => {
    const count = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 0, max: 1000 }), (a, b, percent) => {
        const expected = 100 * (b - a) > percent * a && b !== a;
        expect(judge(`moved>+${percent}%`, a, b)).toBe(expected ? "met" : "clear");
      }),
    );
  });
});
