/** Short listings: callers, recordings, checks of the machine, rows of a query. */
import { describe, expect, it } from "vitest";
import type { RecordingFacts } from "../../src/analyses/stats.ts";
import { createStyle, plainStyle } from "../../src/base/style.ts";
import { type CallerGroup, callersText } from "../../src/reports/callers.ts";
import { checksText } from "../../src/reports/checks.ts";
import { recordingListText } from "../../src/reports/recordings.ts";
import { csvText, jsonRows, rowTable } from "../../src/reports/rows.ts";
import { statsOf } from "./figures.ts";
import { colours, painted } from "./painted.ts";

describe("callers", () => {
  const group = (name: string, more: Partial<CallerGroup> = {}): CallerGroup => {
    return { name, calls: 1500, grownBytes: 0, moves: 0, nanos: 2500, ...more };
  };

  it("have what they asked for and what it cost", () => {
    const groups = [
      group("grow", { grownBytes: 4096, moves: 1200 }),
      group("a\u001b", { calls: 2 }),
    ];
    expect(painted(callersText(groups, "function", colours))).toEqual({
      text: `\
calls  grown  moves    time  function
1,500  4 KiB  1,200  2.5 µs  grow
    2                2.5 µs  a\\x1b`,
      roles: [
        ...["calls", "grown", "moves", "time", "function"].map((name) => `quiet ${name}`),
        "attention 1,200",
      ],
    });
    expect(callersText([], "function", plainStyle)).toBe("no calls");
  });

  it("are forty at the most, and the others are counted", () => {
    const many = (count: number) =>
      painted(
        callersText(
          Array.from({ length: count }, (_, i) => group(`g${i}`)),
          "file",
          colours,
        ),
      );
    expect(many(40).text.split("\n")).toHaveLength(41);
    expect(many(41).text.split("\n").slice(-2)).toEqual([
      "1,500                2.5 µs  g39",
      "1 more in --json",
    ]);
    expect(many(41).roles.at(-1)).toBe("quiet 1 more in --json");
    expect(many(1541).roles.at(-1)).toBe("quiet 1,501 more in --json");
  });

  it("are cut to the terminal", () => {
    const narrow = (unicode: boolean) => createStyle({ colour: false, unicode, width: 26 });
    const groups = [group("abcdefghij")];
    expect(callersText(groups, "by", narrow(true)).split("\n")[1]).toBe(
      "1,500                2.5 …",
    );
    expect(callersText(groups, "by", narrow(false)).split("\n")[1]).toBe(
      "1,500                2....",
    );
  });
});

describe("recordings", () => {
  it("are listed with when, how long, how many and how they ended", () => {
    const { recording } = statsOf();
    const list: RecordingFacts[] = [
      recording,
      { ...recording, id: 12, status: "damaged", durationNanos: null, exit: { signal: 6 } },
      {
        ...recording,
        id: 13,
        status: "recording",
        exit: null,
        command: ["/bin/a", "b".repeat(60)],
      },
    ];
    expect(painted(recordingListText(list, colours))).toEqual({
      text: `\
no  started                took  events  status     end                command
 3  2025-11-23 14:20:00  1.84 s  12,431  complete   exit 0             python3 grow.py
12  2025-11-23 14:20:00          12,431  damaged    killed by SIGABRT  python3 grow.py
13  2025-11-23 14:20:00  1.84 s  12,431  recording                     a ${"b".repeat(43)}...`,
      roles: [
        ...["no", "started", "took", "events", "status", "end", "command"].map((n) => `quiet ${n}`),
        "bad damaged",
        "attention recording",
      ],
    });
  });
});

describe("checks of a machine", () => {
  const ok = { status: "ok", subject: "kernel", finding: "6.18" } as const;
  const warn = {
    status: "warn",
    subject: "strace",
    finding: "none",
    remedy: "install it",
  } as const;
  const bad = { status: "bad", subject: "ptrace", finding: "refused", remedy: "allow it" } as const;

  it("have their remedies beneath them, and a verdict", () => {
    expect(painted(checksText([ok, warn], colours))).toEqual({
      text: `\
ok    kernel  6.18
warn  strace  none
              install it

this machine can record`,
      roles: ["good ok", "attention warn", "strong install it", "good this machine can record"],
    });
    const verdict = "this machine cannot record yet; see the lines marked bad";
    expect(painted(checksText([bad], colours))).toEqual({
      text: `bad  ptrace  refused\n             allow it\n\n${verdict}`,
      roles: ["bad bad", "strong allow it", `bad ${verdict}`],
    });
  });
});

describe("rows of a query", () => {
  const bytes = Uint8Array.of(1, 0xab);
  const columns = ["n", "big", "text", "raw"];
  const rows = [
    [1, 2n ** 60n, "a\u001b", bytes],
    [-20, 3n, null, undefined],
  ];

  it("are a table in which columns of numbers align right", () => {
    expect(painted(rowTable(columns, rows, colours))).toEqual({
      text: `\
  n                  big  text   raw
  1  1152921504606846976  a\\x1b  X'01ab'
-20                    3`,
      roles: ["quiet n", "quiet big", "quiet text", "quiet raw"],
    });
    // A column of nothing is none of numbers; one with a NULL in it is none either.
    expect(
      rowTable(
        ["wide", "wider"],
        [
          [undefined, null],
          [undefined, 1],
        ],
        plainStyle,
      ),
    ).toBe("wide  wider\n\n      1");
    expect(rowTable(["wide"], [[undefined], [7]], plainStyle)).toBe("wide\n\n   7");
  });

  it("are JSON with each key once and every number as it is", () => {
    expect(
      jsonRows(["a", "a", 'q"', "a"], [[1, 2n ** 60n, "x", Number.POSITIVE_INFINITY]]),
    ).toEqual(['{"a":1,"a_2":1152921504606846976,"q\\"":"x","a_3":null}']);
    expect(jsonRows(["a", "b", "c"], [[bytes, null, undefined]])).toEqual([
      '{"a":"01ab","b":null,"c":null}',
    ]);
  });

  it("are CSV with quotes where they must be", () => {
    expect(
      csvText(
        ["a", "b,c"],
        [
          ['say "x"', "line\nfeed"],
          [null, bytes],
          ["cr\r", 1.5],
        ],
      ),
    ).toBe('a,"b,c"\n"say ""x""","line\nfeed"\n,X\'01ab\'\n"cr\r",1.5\n');
  });
});
