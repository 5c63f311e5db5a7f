import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordOptions } from "../../src/app/record/record-options.ts";
import { main } from "../../src/cli/main.ts";
import { expandShortForm } from "../../src/cli/short-form.ts";
import { captureIo } from "../app/sample.ts";

const seen: RecordOptions[] = [];

vi.mock("../../src/app/record/record.ts", () => ({
  record: async (options: RecordOptions) => {
    seen.push(options);
    return { exitCode: 7 };
  },
}));

beforeEach(() => {
  seen.length = 0;
});

describe("maptrail record", () => {
  const cases: readonly (readonly [args: string, options: Partial<RecordOptions>])[] = [
    ["record ls", { command: ["ls"] }],
    ["record -- ls -la", { command: ["ls", "-la"] }],
    ["record ls -la --json", { command: ["ls", "-la", "--json"] }],
    ["record ls -o x --help", { command: ["ls", "-o", "x", "--help"] }],
    ["record -o a.db -q ls -q", { db: "a.db", quiet: true, command: ["ls", "-q"] }],
    [
      "record --detach-after-exit --journal /j -- -odd",
      { detachAfterExit: true, journal: "/j", command: ["-odd"] },
    ],
    ["record sh -- -c x", { command: ["sh", "--", "-c", "x"] }],
    ["record -- -- x", { command: ["--", "x"] }],
    ["-- ls -la", { command: ["ls", "-la"] }],
    ["-o a.db -- ls", { db: "a.db", command: ["ls"] }],
    [
      "--db=a.db --quiet -- stats --json",
      { db: "a.db", quiet: true, command: ["stats", "--json"] },
    ],
    ["--journal /j -- record", { journal: "/j", command: ["record"] }],
    ["-o a.db record ls", { db: "a.db", command: ["ls"] }],
  ];
  for (const [args, options] of cases) {
    it(`maptrail ${args}`, async () => {
      expect(await main(args.split(" "), captureIo("/"))).toBe(7);
      expect(seen).toEqual([options]);
    });
  }

  it("keeps arguments as they are, empty ones too", async () => {
    await main(["--", "printf", "%s|", "", "a b", "-n"], captureIo("/"));
    expect(seen[0]?.command).toEqual(["printf", "%s|", "", "a b", "-n"]);
  });
});

describe("the short form", () => {
  it("is only that where -- comes before any command", () => {
    expect(expandShortForm(["--", "x"])).toEqual(["record", "--", "x"]);
    expect(expandShortForm(["-o", "--", "--", "x"])).toEqual(["record", "-o", "--", "--", "x"]);
    expect(expandShortForm(["events", "--", "x"])).toEqual(["events", "--", "x"]);
    expect(expandShortForm(["-o", "a.db", "list"])).toEqual(["-o", "a.db", "list"]);
    expect(expandShortForm([])).toEqual([]);
  });
});
