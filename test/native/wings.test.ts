/** The folders of src/native keep to their ladder, and no file includes or calls one that comes back to it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../helpers/programs.ts";
import { definedIn, includesOf, violations } from "./includes.ts";

const root = join(projectRoot, "src/native");
const sources = new Map(
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[chS]$/.test(name))
    .map((name) => [name, readFileSync(join(root, name), "utf8")]),
);

describe("src/native", () => {
  it("keeps to the ladder of its folders, and has no cycle", () => {
    expect(violations(sources)).toEqual([]);
  });

  it("was read: its includes and functions are there to be judged", () => {
    expect(includesOf(sources.get("hook/dispatch.c") ?? "")).toContain("hook/call.h");
    expect(definedIn(sources.get("stack/unwind.c") ?? "")).toEqual(["mt_stack_of"]);
    expect(definedIn(sources.get("hook/dispatch.c") ?? "")).toEqual(["mt_dispatch"]);
    const inHook = sources.get("hook/start.c") ?? "";
    expect(definedIn(inHook)).toEqual([]); // a constructor that nobody calls, and static functions
  });
});

describe("a rule that is broken is named", () => {
  const header = (path: string): [string, string] => [path, ""];
  const cases: readonly (readonly [files: [string, string][], complaint: string])[] = [
    [
      [["stack/step.c", '#include "hook/call.h"'], header("hook/call.h")],
      "stack/step.c: stack includes hook, allowed are ., journal, patch, stack/space, stack/tables",
    ],
    [
      [["launcher/launcher.c", '#include "journal/open.h"'], header("journal/open.h")],
      "launcher/launcher.c: launcher includes journal, allowed are ., exec",
    ],
    [
      [["hook/call.c", '#include "call.h"'], header("hook/call.h")],
      "hook/call.c: includes call.h, which is not a path from src/native",
    ],
    [[["attic/old.c", ""]], "attic/old.c: it stands in no folder of the ladder"],
    [
      [["journal/room.c", "int mt_make_room(int slot)\n{\n}\n"], header("journal/room.h")],
      "journal/room.c: mt_make_room is not declared in room.h",
    ],
    [
      [
        ["hook/call.c", '#include "hook/exec.h"'],
        header("hook/call.h"),
        ["hook/exec.c", '#include "hook/call.h"'],
        header("hook/exec.h"),
      ],
      "cycle: hook/call -> hook/exec -> hook/call",
    ],
  ];
  it.each(cases)("%j", (files, complaint) => {
    expect(violations(new Map(files))).toEqual([complaint]);
  });

  it("but not an include in a comment, or a source's own header", () => {
    const files: [string, string][] = [
      ["stack/step.c", '/* #include "hook/call.h" */\n#include "stack/step.h"\n'],
      ["stack/step.h", ""],
    ];
    expect(violations(new Map(files))).toEqual([]);
  });
});
