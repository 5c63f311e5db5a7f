import { describe, expect, it } from "vitest";
import { parseStartedAs } from "../../../src/app/record/started-as.ts";

describe("the note about the tool's own start", () => {
  it("knows nothing when there is none", () => {
    const nothing = { nofileSoft: undefined, ignoredSignals: [], environ: undefined };
    expect(parseStartedAs(undefined)).toEqual(nothing);
    expect(parseStartedAs("")).toEqual(nothing);
    expect(parseStartedAs("nofile=unlimited sigign=zz later=1")).toEqual(nothing);
  });

  it("reads the limit and the ignored signals", () => {
    const note = parseStartedAs("nofile=1024 sigign=8000000000001001");
    expect(note.nofileSoft).toBe(1024);
    expect(note.ignoredSignals).toEqual([1, 13, 64]);
  });

  it("gives the environment back byte for byte, from base64 in lines", () => {
    const block = Buffer.concat([Buffer.from("B=1\0A=\n"), Buffer.from([0xff, 0xfe, 0])]);
    const lines = block.toString("base64").replace(/(.{8})/g, "$1\n");
    const note = parseStartedAs(`nofile=1024 sigign=0 environ=${lines}`);
    expect(Buffer.from(note.environ ?? []).equals(block)).toBe(true);
  });
});
