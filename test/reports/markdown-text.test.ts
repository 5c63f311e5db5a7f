/** Text in Markdown: what stands for itself, and tables that hold together. */
import { describe, expect, it } from "vitest";
import { mdCode, mdTable, mdText } from "../../src/reports/markdown-text.ts";

describe("running text", () => {
  it.each([
    ["plain words, 3.1 ms", "plain words, 3.1 ms"],
    ["a*b_c`d[e]<f>|~&", "a\\*b\\_c\\`d\\[e\\]\\<f\\>\\|\\~\\&"],
    ["# no heading", "\\# no heading"],
    ["1. no list", "1\\. no list"],
    ["0.1.0", "0.1.0"],
    ["by @ada for #12", "by @<!-- -->ada for #<!-- -->12"],
    ["see https://a.example", "see https\\://a.example"],
    ["www.a.example", "www\\.a.example"],
    ["two\nlines\u001b[1m", "two\\\\nlines\\\\x1b\\[1m"],
  ])("%j", (text, markdown) => {
    expect(mdText(text)).toBe(markdown);
  });
});

describe("code", () => {
  it.each([
    ["", ""],
    ["sed -z", "`sed -z`"],
    ["a`b", "``a`b``"],
    ["`a``b", "``` `a``b ```"],
    ["<b>\n", "`<b>\\n`"],
  ])("%j", (text, markdown) => {
    expect(mdCode(text)).toBe(markdown);
  });
});

it("a pipe does not end a cell", () => {
  const columns = [{ name: "a" }, { name: "b", isNumber: true }];
  expect(mdTable(columns, [["`x|y`", "x\\|y"]])).toEqual([
    "| a | b |",
    "|---|---:|",
    "| `x\\|y` | x\\|y |",
  ]);
});
