/** The findings on the page: their order, their parts, their pictures. */
import { describe, expect, it } from "vitest";
import type { AnalysisResult, Finding } from "../../../src/analyses/analysis.ts";
import { findingsSection } from "../../../src/reports/page/findings-section.ts";
import { analysesOf, reportOf, resultOf } from "../report-sample.ts";

describe("the findings", () => {
  const finding = (
    sentence: string,
    severity: Finding["severity"],
    more: Partial<Finding> = {},
  ): Finding => {
    return { sentence, severity, numbers: {}, events: [], ...more };
  };
  const bars = {
    lifetimes: [
      { fromNanos: 1, count: 1 },
      { fromNanos: 2, count: 1 },
    ],
  };
  const text = (...results: readonly AnalysisResult[]) =>
    findingsSection(reportOf({ analyses: analysesOf(...results) })).text;

  it("stand by analysis, the worst first, and among equals in their order", () => {
    const order = text(
      resultOf("good", { findings: [finding("g", "good")] }),
      resultOf("silent"),
      resultOf("failed", { failure: "it <broke>" }),
      resultOf("note 1", { findings: [finding("n", "note")] }),
      resultOf("bad", { findings: [finding("n", "note"), finding("b", "bad")] }),
      resultOf("note 2", { findings: [finding("n", "note")] }),
      resultOf("attention", { findings: [finding("a", "attention")] }),
    );
    const questions = [...order.matchAll(/<p class="question">([^<]*)</g)].map(
      ([, words]) => words,
    );
    expect(questions).toEqual(["bad?", "attention?", "note 1?", "note 2?", "good?", "failed?"]);
    expect(order).toContain('<p class="bad">No result: it &lt;broke&gt;</p>');
    expect(order).toMatch(/^<section><h2>What stands out<\/h2>/);
    expect(order).not.toContain("Nothing stands out here");
  });

  it("have their sign, advice and first six events", () => {
    const events = Array.from({ length: 1206 }, (_, i) => i + 1);
    const one = finding("it took 3 ms", "attention", { advice: "do <less>", events });
    const plain = finding("n", "note", { events: [7] });
    const shown = text(resultOf("x", { findings: [one, plain], basis: ["events", "inference"] }));
    expect(shown).toContain(
      '<li><span class="sign attention" aria-hidden="true">▲</span><h3>it took 3\u00a0ms</h3><p class="advice">do &lt;less&gt;.</p><p class="events">@1 @2 @3 @4 @5 @6 and 1,200 more</p></li>',
    );
    expect(shown).toContain(
      '<li><span class="sign quiet" aria-hidden="true">·</span><h3>n</h3><p class="events">@7</p></li>',
    );
    expect(shown).toContain('<p class="basis">Rests on events, inference.</p>');
    expect(text(resultOf("x", { findings: [finding("n", "note")] }))).not.toContain('events">');
    const six = finding("n", "note", { events: events.slice(0, 6) });
    expect(text(resultOf("x", { findings: [six] }))).toContain(">@1 @2 @3 @4 @5 @6</p>");
  });

  it("have a picture beside them, and those without findings have theirs alone", () => {
    const told = text(resultOf("lives", { data: bars, findings: [finding("n", "note")] }));
    expect(told).toMatch(/<\/div>\n<figure><svg class="plot"/);
    const silent = text(resultOf("lives", { data: bars }), resultOf("hardening"));
    expect(silent).toMatch(
      /^<section><h2>Nothing stands out here<\/h2><div class="plots"><figure><p class="question">lives\?<\/p><svg/,
    );
    expect(silent.match(/<figure>/g)).toHaveLength(1);
    expect(text()).toBe("");
  });
});
