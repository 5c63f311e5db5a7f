/** Columns of text. What is expected follows UAX #11 and what terminals do, worked out by hand. */
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { charactersOf, displayWidth } from "../../src/base/display-width.ts";

describe("the width of a text", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["Zürich µ→│█", 11],
    ["漢字", 4],
    ["한글", 4],
    ["かな", 4],
    ["ＡＢ", 4], // fullwidth forms
    ["ｱ", 1], // a halfwidth form
    ["e\u0301", 1], // a combining accent
    ["a\u200bb", 2], // a space of no width
    ["🙂", 2],
    ["👨\u200d👩\u200d👧", 2], // three people joined into one picture
    ["👍🏽", 2], // a picture and its skin tone
    ["🇩🇪", 2], // two letters that make a flag
    ["\u001b[31m漢\u001b[0m", 2],
  ])("%j is %d", (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it("is the library's, also for what is not looked up in it", () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => `a${String.fromCharCode(code)}b`);
    expect(all.filter((text) => displayWidth(text) !== stringWidth(text))).toEqual([]);
  });
});

describe("the characters of a text", () => {
  it("are what a terminal shows in one place", () => {
    expect([...charactersOf("a字e\u0301👍🏽")]).toEqual(["a", "字", "e\u0301", "👍🏽"]);
    expect([...charactersOf("─→a")]).toEqual(["─", "→", "a"]);
  });
});
