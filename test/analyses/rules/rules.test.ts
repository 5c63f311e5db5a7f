/** Rules as they are read from options and from a file. */
import { describe, expect, it } from "vitest";
import { parseLimit, parseRules, rulesSet } from "../../../src/analyses/rules/rules.ts";
import { UserError } from "../../../src/base/errors.ts";

describe("a rules file", () => {
  it("has the words of the options, numbers as numbers or as text", () => {
    const json = `{ "max-moved": 10, "max-moved-share": "20%", "max-regions": "400",
      "max-peak": "1.5GiB", "no-refused": true, "no-wx": false, "no-leaks-over": 4096 }`;
    expect(parseRules(json, "r.json")).toEqual({
      "max-moved": 10,
      "max-moved-share": 20,
      "max-regions": 400,
      "max-peak": 1.5 * 1024 ** 3,
      "no-refused": true,
      "no-wx": false,
      "no-leaks-over": 4096,
    });
  });

  const cases: readonly (readonly [json: string, message: RegExp])[] = [
    ["", /^r\.json is not JSON: /],
    ['{"max-moved": 1', /^r\.json is not JSON: /],
    ["[]", /^r\.json is not an object of rules$/],
    ["null", /^r\.json is not an object of rules$/],
    ['{"max-move": 1}', /^r\.json has "max-move", which is no rule$/],
    ['{"__proto__": 1}', /^r\.json has "__proto__", which is no rule$/],
    ['{"maxMoved": 1}', /^r\.json has "maxMoved", which is no rule$/],
    ['{"max-moved": -1}', /^max-moved in r\.json takes a whole number from 0 on, not "-1"$/],
    ['{"max-moved": 1.5}', /not "1\.5"$/],
    ['{"max-moved": 1e300}', /not "1e\+300"$/],
    ['{"max-moved": true}', /^max-moved in r\.json takes a whole number from 0 on, not true$/],
    ['{"max-moved-share": 101}', /takes a percentage from 0 to 100, as in 20 or 20%, not "101"$/],
    ['{"max-peak": "lots"}', /takes a size, as in 4096, 64KiB or 1\.5GiB, not "lots"$/],
    ['{"no-wx": "yes"}', /^no-wx in r\.json takes true or false, not "yes"$/],
    ['{"no-wx": null}', /not null$/],
    ['{"max-peak": [1]}', /not \[1\]$/],
  ];
  it.each(cases)("that has %s is refused", (json, message) => {
    expect(() => parseRules(json, "r.json")).toThrow(message);
  });
});

it("a file that is refused says what would be right", () => {
  const hint = (json: string) => {
    try {
      parseRules(json, "r.json");
    } catch (error) {
      return error instanceof UserError ? error.hint : undefined;
    }
    return undefined;
  };
  expect(hint("5")).toBe('Write it as in { "max-moved": 10, "max-peak": "64MiB", "no-wx": true }.');
  expect(hint('{ "max-move": 1 }')).toBe(
    "Rules are max-moved, max-moved-share, max-regions, max-peak, no-refused, no-wx, no-leaks-over, require-exact.",
  );
});

describe("a limit by option", () => {
  it("is quoted with the option when it cannot be read", () => {
    expect(() => parseLimit("max-peak", "big", "--max-peak")).toThrow(
      /^--max-peak takes a size, as in 4096, 64KiB or 1\.5GiB, not "big"$/,
    );
    expect(parseLimit("max-moved-share", "12.5 %", "--max-moved-share")).toBe(12.5);
    expect(parseLimit("max-moved-share", " 100", "--max-moved-share")).toBe(100);
    expect(parseLimit("max-moved", " 9007199254740991 ", "--max-moved")).toBe(2 ** 53 - 1);
    expect(() => parseLimit("max-moved", "9007199254740992", "--max-moved")).toThrow(
      /^--max-moved takes a whole number from 0 on, not "9007199254740992"$/,
    );
  });
});

it("a rule that is false is not set", () => {
  expect(rulesSet({ "no-wx": false, "no-refused": true, "max-moved": 0 })).toEqual([
    "max-moved",
    "no-refused",
  ]);
});
