/** A check in text and as JUnit XML: each rule, kept and broken, and what the recording cannot vouch for. */
import { describe, expect, it } from "vitest";
import type { CheckResult, Place, RuleVerdict } from "../../../src/analyses/rules/judge.ts";
import { createStyle, plainStyle } from "../../../src/base/style.ts";
import { checkText, placeText, ruleText, verdictText } from "../../../src/reports/check/check.ts";
import { junitXml } from "../../../src/reports/check/junit.ts";
import { statsOf } from "../figures.ts";
import { ascii, colours, painted } from "../painted.ts";

const place: Place = {
  seq: 32,
  process: 1,
  start: 0x7f00_0000_0000,
  bytes: 8192,
  pid: 4121,
  program: "se\u001bd",
  atNanos: 1_500_000,
  call: "mremap",
  site: "grow\u0007 (g.c:1)",
};
const bare: Place = { ...place, site: null, program: "sed" };

const verdict = (more: Partial<RuleVerdict>): RuleVerdict => ({
  rule: "max-moved",
  limit: 10,
  status: "broken",
  figure: 1100,
  where: [],
  reasons: [],
  ...more,
});

describe("a rule", () => {
  it.each([
    ["max-moved", 1000, "max-moved 1,000"],
    ["max-moved-share", 12.34, "max-moved-share 12.3 %"],
    ["max-regions", 65_530, "max-regions 65,530"],
    ["max-peak", 64 * 1024 ** 2, "max-peak 64 MiB"],
    ["no-leaks-over", 4096, "no-leaks-over 4 KiB"],
    ["no-wx", null, "no-wx"],
  ] as const)("%s with its limit", (rule, limit, text) => {
    expect(ruleText(verdict({ rule, limit }))).toBe(text);
  });

  const found: readonly (readonly [RuleVerdict["rule"], number | null, string])[] = [
    ["max-moved", 1100, "1,100 moved"],
    ["max-moved", null, "0 moved"],
    ["max-moved-share", 12.34, "12.3 % of growths moved"],
    ["max-regions", 1, "1 region at the most"],
    ["max-regions", 1234, "1,234 regions at the most"],
    ["max-peak", 2048, "2 KiB at the most"],
    ["no-refused", 0, "none was refused"],
    ["no-refused", 1001, "1,001 refused"],
    ["no-wx", 0, "nothing can be written and executed"],
    ["no-wx", 1, "memory was writable and executable 1 time"],
    ["no-wx", 2, "memory was writable and executable 2 times"],
    ["no-leaks-over", 0, "nothing was left"],
    ["no-leaks-over", 4096, "4 KiB left by one place"],
  ];
  it.each(found)("%s, %s: %s", (rule, figure, text) => {
    expect(verdictText(verdict({ rule, figure }), plainStyle)).toBe(text);
  });

  it("has three places where it is broken and one where it is kept", () => {
    const where = [1, 2, 3, 4].map((seq) => ({ ...bare, seq }));
    const texts = [1, 2, 3].map((seq) => `@${seq} mremap +8 KiB in 4121 sed`);
    expect(verdictText(verdict({ where }), plainStyle)).toBe(`1,100 moved: ${texts.join("; ")}`);
    expect(verdictText(verdict({ where, status: "kept" }), plainStyle)).toBe(
      `1,100 moved: ${texts[0]}`,
    );
    expect(verdictText(verdict({ where, figure: 0 }), plainStyle)).toBe("0 moved");
  });

  it("that nobody can judge says why", () => {
    const unknown = verdict({ status: "unknown", reasons: ["no ma\u001bps", "damage"] });
    expect(verdictText(unknown, plainStyle)).toBe("cannot be told: no ma\\x1bps; damage");
  });

  it("that wants exactness says what it misses", () => {
    const exact = (figure: number, ...reasons: string[]) =>
      verdictText(verdict({ rule: "require-exact", figure, reasons, where: [place] }), plainStyle);
    expect(exact(0)).toBe("exact, and every call covered");
    expect(exact(2, "1 ca\u001bll missing", "more")).toBe("1 ca\\x1bll missing");
    expect(exact(1)).toBe("not exact");
  });
});

describe("a place", () => {
  const text = (rule: RuleVerdict["rule"], more: Partial<Place> = {}) =>
    placeText(rule, { ...place, ...more }, ascii);

  it("has its event, what the rule is about, who asked and in which program", () => {
    const end = ", grow\\x07 (g.c:1) in 4121 se\\x1bd";
    expect(text("max-moved")).toBe(`@32 mremap +8 KiB${end}`);
    expect(text("no-wx")).toBe(`@32 mremap 0x7f00_0000_0000 + 8 KiB${end}`);
    expect(text("no-leaks-over")).toBe(`@32 mremap 0x7f00_0000_0000 + 8 KiB${end}`);
    expect(text("no-leaks-over", { mappings: 3 })).toBe(`@32 mremap and 2 others, 8 KiB${end}`);
    expect(text("no-leaks-over", { mappings: 2 })).toBe(`@32 mremap and 1 other, 8 KiB${end}`);
    expect(text("max-peak")).toBe(`@32 mremap, 1.5 ms${end}`);
    expect(text("max-regions", { atNanos: 1500 })).toBe(`@32 mremap, 1.5 us${end}`);
    expect(text("no-refused", { call: null })).toBe(`@32 +8 KiB${end}`);
    expect(text("no-wx", { seq: 0 })).toBe(`at the start 0x7f00_0000_0000 + 8 KiB${end}`);
    expect(text("max-moved", { site: null, program: "sed" })).toBe("@32 mremap +8 KiB in 4121 sed");
  });
});

const { recording } = statsOf();
const resultOf = (rules: readonly RuleVerdict[], ...doubts: string[]): CheckResult => {
  const status = rules.every((one) => one.status === "kept") ? "kept" : "broken";
  return { recording, status, rules, doubts, damage: [] };
};
const kept = verdict({ rule: "no-wx", limit: null, status: "kept", figure: 0 });
const broken = verdict({ where: [bare] });
const unknown = verdict({ rule: "max-peak", limit: 4096, status: "unknown", reasons: ["x"] });

describe("the text of a check", () => {
  it("has a line for each rule, the doubts, and the verdict", () => {
    const result = resultOf([kept, broken, unknown], "1 call\u001b is missing");
    const head = "not exact, so figures are only what was seen:";
    expect(painted(checkText(result, colours))).toEqual({
      text: `\
kept     no-wx           nothing can be written and executed
broken   max-moved 10    1,100 moved: @32 mremap +8 KiB in 4121 sed
unknown  max-peak 4 KiB  cannot be told: x
${head}
  1 call\\x1b is missing
recording 3: 2 of 3 rules broken`,
      roles: [
        ...["good kept", "bad broken", "bad unknown"],
        ...[`attention ${head}`, "bad recording 3: 2 of 3 rules broken"],
      ],
    });
  });

  it("that broke nothing is good, with or without doubts", () => {
    expect(painted(checkText(resultOf([kept]), colours))).toEqual({
      text: "kept  no-wx  nothing can be written and executed\nrecording 3: 1 rule kept",
      roles: ["good kept", "good recording 3: 1 rule kept"],
    });
  });

  it("has five doubts at the most, and less to say of them where a rule asks for exactness", () => {
    const doubts = (count: number) => Array.from({ length: count }, (_, i) => `doubt ${i}`);
    const lines = (count: number) =>
      checkText(resultOf([kept], ...doubts(count)), plainStyle)
        .split("\n")
        .slice(2, -1);
    expect(lines(5)).toEqual(doubts(5).map((one) => `  ${one}`));
    expect(lines(6)).toEqual([...doubts(5).map((one) => `  ${one}`), "  and 1 more"]);
    expect(lines(7).at(-1)).toBe("  and 2 more");
    const exact = verdict({ rule: "require-exact", limit: null, figure: 1, reasons: ["a"] });
    expect(checkText(resultOf([exact], "a"), plainStyle).split("\n")[1]).toBe("not exact:");
  });

  it("is cut to the terminal", () => {
    const narrow = (unicode: boolean) => createStyle({ colour: false, unicode, width: 20 });
    const result = resultOf([kept]);
    expect(checkText(result, narrow(true)).split("\n")[0]).toBe("kept  no-wx  nothin…");
    expect(checkText(result, narrow(false)).split("\n")[0]).toBe("kept  no-wx  noth...");
  });
});

describe("the XML of a check", () => {
  it("has a case for each rule, in the form that services read", () => {
    const some = resultOf([kept, { ...broken, where: [bare, place] }, unknown], "a <b>", "c");
    const result = { ...some, recording: { ...recording, command: ["/bin/a&b", "x"] } };
    const head = 'tests="3" failures="2" errors="0"';
    expect(junitXml(result)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="maptrail check" ${head} time="1.840">
<testsuite name="recording 3: &#39;a&amp;b&#39; x" ${head} skipped="0" time="1.840" timestamp="2025-11-23T14:20:00">
<testcase name="no-wx" classname="maptrail.&#39;a&amp;b&#39; x" time="0"><system-out>nothing can be written and executed</system-out></testcase>
<testcase name="max-moved 10" classname="maptrail.&#39;a&amp;b&#39; x" time="0"><failure message="1,100 moved: @32 mremap +8 KiB in 4121 sed; @32 mremap +8 KiB, grow\\x07 (g.c:1) in 4121 se\\x1bd" type="broken">@32 mremap +8 KiB in 4121 sed
@32 mremap +8 KiB, grow\\x07 (g.c:1) in 4121 se\\x1bd</failure></testcase>
<testcase name="max-peak 4 KiB" classname="maptrail.&#39;a&amp;b&#39; x" time="0"><failure message="cannot be told: x" type="unknown">x</failure></testcase>
<system-err>a &lt;b&gt;
c</system-err>
</testsuite>
</testsuites>
`);
  });

  it("has no doubts where there are none, and no time where it is not known", () => {
    const result = { ...resultOf([kept]), recording: { ...recording, durationNanos: null } };
    expect(junitXml(result)).not.toContain("system-err");
    expect(junitXml(result)).toContain('failures="0" errors="0" time="0.000"');
  });
});
