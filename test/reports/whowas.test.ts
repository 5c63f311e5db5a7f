/** `maptrail whowas` as text, from answers that are made up. */
import { describe, expect, it } from "vitest";
import { plainStyle } from "../../src/base/style.ts";
import {
  type NamedEvent,
  type Owner,
  type WhowasAnswer,
  whowasSentence,
  whowasText,
} from "../../src/reports/whowas.ts";
import { ascii, colours, painted } from "./painted.ts";

const event = (seq: number, name: string, more: Partial<NamedEvent> = {}): NamedEvent => ({
  seq,
  atNanos: seq * 1_000_000,
  tid: 77,
  name,
  text: `${name}(...)`,
  ...more,
});

const ownerOf = (more: Partial<Owner> = {}): Owner => ({
  pid: 41,
  mapping: 5,
  what: "anonymous",
  permissions: "rw-p",
  start: 0x1000,
  end: 0x3000,
  gain: "mapped",
  from: event(3, "mmap"),
  to: event(8, "munmap"),
  loss: "unmapped",
  movedTo: undefined,
  ...more,
});

const answerOf = (owners: readonly Owner[], more: Partial<WhowasAnswer> = {}): WhowasAnswer => ({
  address: 0x2345,
  pid: 41,
  program: "sort",
  atNanos: 10_000_000,
  moment: "its end",
  owners,
  below: undefined,
  above: undefined,
  ...more,
});

const near = { what: "[heap]", mapping: 2, permissions: "rw-p", distance: 4096 };
const live = { to: undefined, loss: undefined };
const end = "nobody has owned it since";

describe("the sentence", () => {
  const by = "by munmap @8, 2 ms before its end";
  const sentences: readonly (readonly [string, WhowasAnswer])[] = [
    ["nobody ever owned 0x2345", answerOf([])],
    [
      "nobody ever owned 0x2345; #2 [heap] ends 4 KiB below it, #3 x.so begins 8 KiB above it",
      answerOf([], { below: near, above: { ...near, what: "x.so", mapping: 3, distance: 8192 } }),
    ],
    [
      "nobody ever owned 0x2345; #2 [heap] ends right below it",
      answerOf([], { below: { ...near, distance: 0 } }),
    ],
    ["nobody ever owned 0x2345; #2 [heap] begins 4 KiB above it", answerOf([], { above: near })],
    [`0x2345 was unmapped ${by}; ${end}`, answerOf([ownerOf()])],
    [`0x2345 was mapped over ${by}; ${end}`, answerOf([ownerOf({ loss: "replaced" })])],
    [`0x2345 was cut off ${by}; ${end}`, answerOf([ownerOf({ loss: "shrunk" })])],
    [
      `0x2345 was gone when the maps were read ${by}; ${end}`,
      answerOf([ownerOf({ loss: "not found" })]),
    ],
    [`0x2345 went with its process ${by}; ${end}`, answerOf([ownerOf({ loss: "ended" })])],
    [`0x2345 was lost ${by}; ${end}`, answerOf([ownerOf({ loss: undefined })])],
    [
      `0x2345 moved to 0x9_0345 by mremap @8 in grow (g.c:1), 2 ms before its end; ${end}`,
      answerOf([
        ownerOf({
          loss: "moved",
          movedTo: 0x9_0345,
          to: event(8, "mremap", { site: "grow (g.c:1)" }),
        }),
      ]),
    ],
    [
      "0x2345 belongs to #5, rw-p anonymous, since mmap @3, 7 ms before @12",
      answerOf([ownerOf({ loss: "moved" }), ownerOf(live)], { moment: "@12" }),
    ],
    [
      "0x2345 belongs to #5, rw-p anonymous, from before the recording",
      answerOf([ownerOf({ ...live, from: undefined })]),
    ],
    // A moment that lies before the event is none at all.
    [
      "0x2345 belongs to #5, rw-p anonymous, since mmap @3, 0 ns before its end",
      answerOf([ownerOf(live)], { atNanos: 5 }),
    ],
    [
      "0x2345 belongs to #5, rw-p /lib/\\x1b[31mx.so, since mmap @3 in \\x07, 7 ms before its end",
      answerOf([
        ownerOf({
          ...live,
          what: "/lib/\u001b[31mx.so",
          from: event(3, "mmap", { site: "\u0007" }),
        }),
      ]),
    ],
    [
      "nobody ever owned 0x2345; #2 \\x1b ends 4 KiB below it, #2 \\x1b begins 4 KiB above it",
      answerOf([], { below: { ...near, what: "\u001b" }, above: { ...near, what: "\u001b" } }),
    ],
  ];
  it.each(sentences)("%s", (sentence, answer) => {
    expect(whowasSentence(answer, plainStyle)).toBe(sentence);
    expect(painted(whowasSentence(answer, colours)).roles).toEqual(["strong 0x2345"]);
  });
});

describe("the owners", () => {
  it("stand with how they came and went, in columns that all share", () => {
    const first = ownerOf({
      from: undefined,
      gain: "found",
      to: event(4, "mremap", { site: "grow (g.c:1)" }),
      loss: "moved",
      movedTo: 0x9_0345,
    });
    const second = ownerOf({ mapping: 12, what: "/lib/x.so", end: 0x2800, permissions: "r-xp" });
    const third = ownerOf({ mapping: 13, ...live, from: event(9, "brk") });
    expect(painted(whowasText([answerOf([first, second, third])], colours))).toEqual({
      text: `\
0x2345 belongs to #13, rw-p anonymous, since brk @9, 1 ms before its end

  #5  0x1000 + 8 KiB  rw-p anonymous
      found                              before the recording
    → moved to 0x9_0345  @4  0.004000 s  mremap(...)           thread 77  grow (g.c:1)
  #12  0x1000 + 6 KiB  r-xp /lib/x.so
      mapped             @3  0.003000 s  mmap(...)             thread 77
    ○ unmapped           @8  0.008000 s  munmap(...)           thread 77
  #13  0x1000 + 8 KiB  rw-p anonymous
      mapped             @9  0.009000 s  brk(...)              thread 77`,
      roles: ["strong 0x2345", "attention →", "quiet ○"],
    });
  });

  it("are told of with their neighbours where nobody holds the address", () => {
    const more = { below: near, above: { ...near, distance: 8192 } };
    const lines = whowasText([answerOf([ownerOf()], more)], ascii).split("\n");
    expect(lines[1]).toBe("#2 [heap] ends 4 KiB below it, #2 [heap] begins 8 KiB above it");
    expect(lines[2]).toBe("");
    expect(lines[5]).toMatch(/^ {4}\. unmapped {2}@8/);
    // Not where somebody holds it, nor a second time where nobody ever did.
    const held = whowasText([answerOf([ownerOf(live)], more)], plainStyle);
    expect(held).not.toContain("below it");
    expect(whowasText([answerOf([], more)], plainStyle).split("\n")).toHaveLength(1);
    const one = painted(whowasText([answerOf([ownerOf()], { below: near })], colours));
    expect(one.roles[1]).toBe("quiet #2 [heap] ends 4 KiB below it");
  });

  it("have their process named where there are several", () => {
    const text = whowasText([answerOf([ownerOf(), ownerOf({ pid: 42, ...live })])], plainStyle);
    expect(text).toContain("\n  #5 of 41  0x1000");
    expect(text).toContain("\n  #5 of 42  0x1000");
    expect(whowasText([answerOf([ownerOf(), ownerOf()])], plainStyle)).not.toContain(" of 41");
  });

  it("are the last twenty, and the others are counted", () => {
    const owners = (count: number) =>
      Array.from({ length: count }, (_, i) => ownerOf({ mapping: i + 1 }));
    const text = (count: number) => whowasText([answerOf(owners(count))], plainStyle).split("\n");
    expect(text(20)).toHaveLength(2 + 60);
    expect(text(21).slice(1, 4)).toEqual([
      "",
      "  1 earlier owner",
      "  #2  0x1000 + 8 KiB  rw-p anonymous",
    ]);
    expect(text(25)[2]).toBe("  5 earlier owners");
    expect(text(25)).toHaveLength(3 + 60);
  });

  it("say lost where it is not known how", () => {
    const text = whowasText([answerOf([ownerOf({ loss: undefined })])], plainStyle);
    expect(text).toContain("\n    ○ lost    @8");
  });
});

describe("several answers", () => {
  it("begin with the process that each is of", () => {
    const other = answerOf([], { pid: 42, program: "ca\u001bt" });
    expect(painted(whowasText([answerOf([]), other], colours))).toEqual({
      text: `\
pid 41 sort
nobody ever owned 0x2345

pid 42 ca\\x1bt
nobody ever owned 0x2345`,
      roles: ["quiet pid 41 sort", "strong 0x2345", "quiet pid 42 ca\\x1bt", "strong 0x2345"],
    });
  });
});
