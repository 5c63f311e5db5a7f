/** Text laid out in columns: what is seen counts, not how it is written. */
import { describe, expect, it } from "vitest";
import {
  alignColumns,
  cutLine,
  padEnd,
  padStart,
  shortenPath,
  wrap,
} from "../../src/base/columns.ts";

describe("columns", () => {
  it("align by what is seen, not by colour codes", () => {
    const red = "\u001b[31mab\u001b[0m";
    expect(padStart(red, 4)).toBe(`  ${red}`);
    expect(padEnd(red, 4)).toBe(`${red}  `);
    expect(alignColumns([["a", "1"], [red, "22"], ["abc"]], [{}, { align: "right" }])).toEqual([
      "a     1",
      `${red}   22`,
      "abc",
    ]);
  });

  it("align wide characters, and letters with marks, by the columns that they take", () => {
    const rows = [
      ["漢字", "1"],
      ["e\u0301", "2"],
      ["abcd", "3"],
    ];
    expect(alignColumns(rows, [{}, {}])).toEqual(["漢字  1", "e\u0301     2", "abcd  3"]);
    expect(padStart("字", 4)).toBe("  字");
    expect(wrap("漢字 漢字 ab", 9)).toEqual(["漢字 漢字", "ab"]);
  });
});

describe("a line that does not fit", () => {
  it("is cut, with its colour ended", () => {
    expect(cutLine("abcdef", 6)).toBe("abcdef");
    expect(cutLine("abcdefg", 6)).toBe("abcde…");
    expect(cutLine("abcdefg", 6, "...")).toBe("abc...");
    expect(cutLine("ab\u001b[31mcdefg\u001b[0m", 4)).toBe("ab\u001b[31mc…\u001b[0m");
    expect(cutLine("→→→", 2)).toBe("→…");
    expect(cutLine("abc", 0)).toBe("…");
  });

  it("is cut before a character that would be halved", () => {
    expect(cutLine("漢字漢字", 6)).toBe("漢字…");
    expect(cutLine("漢字漢字", 7)).toBe("漢字漢…");
    expect(cutLine("ae\u0301\u0302bc", 3)).toBe("ae\u0301\u0302…");
  });
});

describe("paths", () => {
  const path = "/usr/lib/x86_64-linux-gnu/libz.so.1";
  it("are shortened from the left, never in their name", () => {
    expect(shortenPath(path, 60)).toBe(path);
    expect(shortenPath(path, 30)).toBe("…/x86_64-linux-gnu/libz.so.1");
    expect(shortenPath(path, 12)).toBe("…/libz.so.1");
    expect(shortenPath(path, 3)).toBe("…/libz.so.1");
    expect(shortenPath(path, 29, "...")).toBe(".../libz.so.1");
    expect(shortenPath("name-without-folders", 5)).toBe("name-without-folders");
  });

  it("are measured in columns: each of these names takes four", () => {
    expect(shortenPath("/漢字/漢字/漢字", 15)).toBe("/漢字/漢字/漢字");
    expect(shortenPath("/漢字/漢字/漢字", 14)).toBe("…/漢字/漢字");
    expect(shortenPath("/漢字/漢字/漢字", 10)).toBe("…/漢字");
  });
});
