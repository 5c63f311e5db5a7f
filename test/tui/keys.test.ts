import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bindings } from "../../src/tui/actions/keymap.ts";
import { KeyReader } from "../../src/tui/terminal/key-reader.ts";
import { type Key, parseKeys } from "../../src/tui/terminal/keys.ts";

const esc = "\u001b";

function names(text: string): string[] {
  return parseKeys(text).keys.map((key) => (key.kind === "key" ? key.name : key.what));
}

describe("what a terminal sends", () => {
  it.each([
    ["jjjj", ["j", "j", "j", "j"]],
    [`${esc}[A${esc}[B${esc}[C${esc}[D`, ["up", "down", "right", "left"]],
    [`${esc}OA${esc}OF`, ["up", "end"]],
    [`${esc}[1;2C${esc}[1;5D${esc}[1;6C`, ["shift-right", "ctrl-left", "ctrl-shift-right"]],
    [`${esc}[5~${esc}[6~${esc}[1~${esc}[4~`, ["page-up", "page-down", "home", "end"]],
    [
      `\u0003\u0004\r\t\u007f ${esc}[Z`,
      ["ctrl-c", "ctrl-d", "enter", "tab", "backspace", "space", "shift-tab"],
    ],
    [`${esc}[200~`, []],
    [`${esc}${esc}[A`, ["escape", "up"]],
    ["é世🙂", ["é", "世", "🙂"]],
  ])("%j", (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it("tells clicks, drags and the wheel with their cells, and leaves releases out", () => {
    expect(
      parseKeys(`${esc}[<0;10;11M${esc}[<0;10;11m${esc}[<32;12;11M${esc}[<64;1;1M${esc}[<65;1;1M`)
        .keys,
    ).toEqual([
      { kind: "mouse", what: "press", column: 9, row: 10 },
      { kind: "mouse", what: "drag", column: 11, row: 10 },
      { kind: "mouse", what: "wheel-up", column: 0, row: 0 },
      { kind: "mouse", what: "wheel-down", column: 0, row: 0 },
    ]);
  });

  it("gives the same keys wherever a read ends", () => {
    const piece = fc.constantFrom(
      ...[
        "j",
        "G",
        " ",
        "\r",
        `${esc}[A`,
        `${esc}[1;2C`,
        `${esc}[<64;10;11M`,
        `${esc}[5~`,
        `${esc}OB`,
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(60), (pieces, cut) => {
        const text = `${pieces.join("")}x`;
        const first = parseKeys(text.slice(0, cut));
        const second = parseKeys(first.rest + text.slice(cut));
        expect([...first.keys, ...second.keys]).toEqual(parseKeys(text).keys);
      }),
    );
  });

  it("makes something of any text, and takes all of it or a sequence's beginning", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const { rest } = parseKeys(text);
        expect(text.endsWith(rest)).toBe(true);
        expect(rest === "" || rest.startsWith(esc)).toBe(true);
      }),
    );
  });
});

describe("the keymap", () => {
  it("has no key twice in one place", () => {
    const seen = new Set<string>();
    for (const { keys, where } of bindings) {
      for (const key of keys) {
        const place = `${where} ${key}`;
        expect(seen, place).not.toContain(place);
        seen.add(place);
      }
    }
  });

  it("has only keys that a terminal can send", () => {
    const sent = new Map<string, string>(
      [
        ...["\u001b[A", "\u001b[B", "\u001b[C", "\u001b[D", "\u001b[H", "\u001b[F", "\u001b[Z"],
        ...["\u001b[1;2C", "\u001b[1;2D", "\u001b[5~", "\u001b[6~", "\t", "\r", " "],
        ...Array.from({ length: 26 }, (_, i) => String.fromCharCode(i + 1)),
        ...Array.from({ length: 94 }, (_, i) => String.fromCharCode(i + 33)),
      ].flatMap((text) =>
        parseKeys(text).keys.map((key: Key) => [key.kind === "key" ? key.name : "", text]),
      ),
    );
    sent.set("escape", esc);
    for (const { keys } of bindings) {
      for (const key of keys) expect([...sent.keys()]).toContain(key);
    }
  });
});

describe("a reader of keys", () => {
  it("waits for the rest of a sequence, and takes a lone escape for the key", async () => {
    const seen: string[] = [];
    const reader = new KeyReader((keys) => {
      for (const key of keys) seen.push(key.kind === "key" ? key.name : key.what);
    });
    reader.take(`j${esc}[`);
    expect(seen).toEqual(["j"]);
    reader.take("A");
    reader.take(`${esc}[<64;1`);
    reader.take("0;11M");
    expect(seen).toEqual(["j", "up", "wheel-up"]);
    reader.take(esc);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(seen).toEqual(["j", "up", "wheel-up", "escape"]);
    reader.take(esc);
    reader.close();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(seen).toHaveLength(4);
  });
});
