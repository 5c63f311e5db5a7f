import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { kindCodes, moments } from "../../src/events/kinds.ts";
import { enums, structs } from "../../src/journal/wire/wire.gen.ts";

const root = join(import.meta.dirname, "../..");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the generator beside a header that `change` was applied to. */
function copyWith(change: (header: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), "wire-test-"));
  folders.push(folder);
  for (const part of ["scripts", "src/native", "src/journal"])
    mkdirSync(join(folder, part), { recursive: true });
  for (const file of ["scripts/wire.mjs", "src/journal/wire/wire.gen.ts"])
    cpSync(join(root, file), join(folder, file));
  const header = readFileSync(join(root, "src/native/record.h"), "utf8");
  writeFileSync(join(folder, "src/native/record.h"), change(header));
  return folder;
}

const check = (folder: string) =>
  spawnSync(process.execPath, ["scripts/wire.mjs", "--check"], { cwd: folder, encoding: "utf8" });

describe("the wire layout", () => {
  it("is what the header says", () => {
    expect(check(root)).toMatchObject({ status: 0, stderr: "" });
  });

  it.each([
    [
      "a swapped field",
      "uint32_t tid;\n\tuint32_t dev;",
      "uint32_t dev;\n\tuint32_t tid;",
      "-      tid: { offset: 8, bytes: 4 }",
    ],
    [
      "a new kind",
      "MT_KIND_SEALED = 66",
      "MT_KIND_OTHER = 70,\n\tMT_KIND_SEALED = 66",
      "+    other: 70,",
    ],
    [
      "a changed flag",
      "#define MT_FLAG_FILE 4u",
      "#define MT_FLAG_FILE 16u",
      "+  MT_FLAG_FILE: 16,",
    ],
  ])("fails the check after %s, with a diff, until it is generated again", (_, from, to, line) => {
    const folder = copyWith((header) => {
      expect(header).toContain(from);
      return header.replace(from, to);
    });
    const failed = check(folder);
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain(line);
    execFileSync(process.execPath, ["scripts/wire.mjs"], { cwd: folder });
    expect(check(folder).status).toBe(0);
  });

  it("is drawn in the header, field by field, as it is generated", () => {
    const header = readFileSync(join(root, "src/native/record.h"), "utf8");
    const rows = [...header.matchAll(/^ \* {3}\+0x(\w\w) {2}((?:\w\w )+) *(\w+)(?:\[(\d)\])? /gm)];
    const drawn = rows.map(([, at, bytes, name, index]) => ({
      field: index === undefined ? name : `${name}[${index}]`,
      offset: Number.parseInt(at!, 16),
      bytes: bytes!.trim().split(" ").length,
    }));
    const generated = Object.entries(structs.record.fields).flatMap(([field, layout]) => {
      const { offset, bytes } = layout;
      if (!("count" in layout)) return [{ field, offset, bytes }];
      const elements = Array.from({ length: layout.count }, (_, i) => i);
      return elements.map((i) => ({ field: `${field}[${i}]`, offset: offset + i * bytes, bytes }));
    });
    expect(drawn).toEqual(generated);
    const values = new Map(drawn.map(({ field }, i) => [field, rows[i]![2]!.trim()]));
    expect(values.get("state")).toBe(`0${enums.state.done} 00 00 00`);
    expect(values.get("kind")).toBe(`0${enums.kind.mremap} 00`);
  });

  it("names each call and moment as events do", () => {
    const noCalls = ["none", "exec_returned", "text", "clock", "stack", "sealed"];
    const calls = Object.keys(enums.kind).filter((name) => !noCalls.includes(name));
    for (const name of calls) expect(kindCodes).toHaveProperty(name);
    expect(enums.moment).toEqual(moments);
    expect(structs.record.bytes).toBe(structs.text.bytes);
  });
});
