import { describe, expect, it } from "vitest";
import { printable } from "../../src/base/printable.ts";
import { createStyle } from "../../src/base/style.ts";
import { showsUnicode, styleFor, wantsColour } from "../../src/base/terminal.ts";

const terminal = { isTTY: true, columns: 100 };

describe("colour", () => {
  const cases: readonly (readonly [
    what: string,
    stream: object,
    env: Record<string, string>,
    boolean,
  ])[] = [
    ["a terminal", terminal, {}, true],
    ["a pipe", {}, {}, false],
    ["NO_COLOR", terminal, { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
    ["NO_COLOR against FORCE_COLOR", terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    ["FORCE_COLOR in a pipe", {}, { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR=0 on a terminal", terminal, { FORCE_COLOR: "0" }, false],
    ["a dumb terminal", terminal, { TERM: "dumb" }, false],
  ];
  for (const [what, stream, env, colour] of cases) {
    it(`${what}: ${colour ? "yes" : "no"}`, () => {
      expect(wantsColour(stream, env)).toBe(colour);
    });
  }
});

describe("the character set", () => {
  it("is that of LC_ALL, else LC_CTYPE, else LANG", () => {
    expect(showsUnicode({ LANG: "en_GB.UTF-8" })).toBe(true);
    expect(showsUnicode({ LANG: "C.utf8", LC_ALL: "C" })).toBe(false);
    expect(showsUnicode({ LANG: "C", LC_CTYPE: "C.UTF-8" })).toBe(true);
    expect(showsUnicode({ LANG: "de_DE.UTF-8", LC_ALL: "" })).toBe(true);
    expect(showsUnicode({})).toBe(false);
  });
});

describe("a style", () => {
  it("has an ASCII sign for each sign", () => {
    const signs = ["inPlace", "moved", "relocated", "refused", "shrunk", "born", "gone"] as const;
    const ascii = createStyle({ colour: false, unicode: false });
    const unicode = createStyle({ colour: false, unicode: true });
    expect(signs.map((sign) => ascii.sign(sign)).join("")).toBe("+>=x-o.");
    expect(signs.map((sign) => unicode.sign(sign)).join("")).toBe("+→⇒×−●○");
    expect(ascii.duration(14_000)).toBe("14 us");
  });

  it("paints only when colour is wanted, and never nothing", () => {
    const style = createStyle({ colour: true, unicode: true });
    expect(style.paint("strong", "x")).toBe("\u001b[1mx\u001b[0m");
    expect(style.paint("strong", "")).toBe("");
    expect(styleFor({}, { LANG: "C.UTF-8" }).paint("bad", "x")).toBe("x");
    expect(styleFor(terminal, {}).width).toBe(100);
    expect(styleFor({}, {}).width).toBeUndefined();
  });
});

describe("text from elsewhere", () => {
  it("cannot move the cursor", () => {
    expect(printable("a\u001b[2J\u0007\n\t\u009b\u007f\u0000z")).toBe(
      "a\\x1b[2J\\x07\\n\\t\\x9b\\x7f\\x00z",
    );
    expect(printable("/tmp/Zürich µ→")).toBe("/tmp/Zürich µ→");
  });
});
