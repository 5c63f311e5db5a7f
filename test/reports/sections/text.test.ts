/** The text of all analyses, as stats --full has it. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/analyses/analysis.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { analysesText } from "../../../src/reports/sections/text.ts";
import { colours, painted } from "../painted.ts";
import { resultOf } from "../report-sample.ts";

const finding: Finding = { sentence: "a_b", severity: "note", numbers: {}, events: [] };

describe("the text of analyses", () => {
  it("has a section for each, with its question, findings and tables", () => {
    const life = {
      site: "s",
      firstSeq: 1,
      born: 2,
      bornBytes: 3,
      died: 4,
      neverUnmapped: 5,
      neverUnmappedBytes: 6,
      churned: 7,
      churnedBytes: 8,
      churnSeq: 9,
    };
    const both = { keepers: { rows: [life], more: 0 }, churners: { rows: [life], more: 0 } };
    const results = [
      resultOf("lives", { data: both, findings: [finding] }),
      resultOf("hardening", {
        failure: "it broke",
        data: { atOnce: { rows: [] }, inTurn: { rows: [] } },
      }),
      resultOf("unheard-of"),
    ];
    expect(painted(analysesText({ results }, colours))).toEqual({
      text: `\
title of lives  lives?
  · a_b
  never unmapped  mapped  unmapped  again  never unmapped  bytes
  s                    2         4      7               5    6 B

  mapped again  mapped  unmapped  again  never unmapped  bytes
  s                  2         4      7               5    6 B

title of hardening  hardening?
  no result: it broke

title of unheard-of  unheard-of?
  nothing to tell`,
      roles: [
        ...["strong title of lives", "quiet lives?", "quiet ·"],
        ...["never unmapped", "mapped", "unmapped", "again", "never unmapped", "bytes"].map(
          (one) => `quiet ${one}`,
        ),
        ...["mapped again", "mapped", "unmapped", "again", "never unmapped", "bytes"].map(
          (one) => `quiet ${one}`,
        ),
        ...["strong title of hardening", "quiet hardening?", "bad no result: it broke"],
        ...["strong title of unheard-of", "quiet unheard-of?", "quiet nothing to tell"],
      ],
    });
  });

  it("is a hundred columns wide", () => {
    const long = { ...finding, sentence: "word ".repeat(40).trim() };
    const lines = analysesText(
      { results: [resultOf("x", { findings: [long] })] },
      plainStyle,
    ).split("\n");
    // 19 words of five characters less the last blank are 94, and four stand before them.
    expect(lines[1]).toBe(`  · ${"word ".repeat(19).trim()}`);
  });
});
