import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ClosedPipe } from "../../src/cli/io.ts";
import { main } from "../../src/cli/main.ts";
import { createProgram } from "../../src/cli/program.ts";
import { captureIo, sampleDatabase } from "../app/sample.ts";
import { scratch } from "../store/helpers.ts";

async function run(args: readonly string[], folder = scratch(), env: Record<string, string> = {}) {
  const io = captureIo(folder);
  const exitCode = await main(args, { ...io, env });
  return { exitCode, out: io.outText(), err: io.errText() };
}

describe("help", () => {
  it("is 80 columns wide at most and a page long", async () => {
    const { out, exitCode } = await run(["--help"]);
    const lines = out.trimEnd().split("\n");
    expect(exitCode).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(34);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("names every command that there is, and no other", async () => {
    const { out } = await run(["--help"]);
    const io = captureIo(scratch());
    const commands = createProgram(io, "0", () => undefined).commands.map((command) =>
      command.name(),
    );
    const named = [...out.matchAll(/^ {2}([a-z]+) .* {3,}\S/gm)].map((match) => match[1]);
    expect(named.filter((name) => name !== "maptrail").sort()).toEqual([...commands].sort());
  });

  it("is what no arguments at all get, as a mistake", async () => {
    const { out, err, exitCode } = await run([]);
    expect([out, exitCode]).toEqual(["", 2]);
    expect(err).toContain("maptrail [-o FILE] -- CMD ...");
  });

  it("is there for each command, by both ways of asking", async () => {
    const { out, exitCode } = await run(["events", "--help"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("Usage: maptrail events [options] [FILTER ...]");
    expect((await run(["help", "events"])).out).toBe(out);
    const widest = Math.max(...out.split("\n").map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(80);
  });

  it("has no exclamation marks in its sentences", async () => {
    const { out } = await run(["--help"]);
    expect(out).not.toContain("!");
  });
});

describe("the version", () => {
  it("is that of the package", async () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    expect(await run(["--version"])).toEqual({ exitCode: 0, out: `${version}\n`, err: "" });
    expect((await run(["-V"])).out).toBe(`${version}\n`);
  });
});

describe("wrong usage", () => {
  const cases: readonly (readonly [args: string, message: RegExp])[] = [
    ["frob", /^maptrail: unknown command 'frob'\n {2}maptrail --help lists the commands\.\n$/],
    ["statz", /unknown command 'statz' \(Did you mean stats\?\)/],
    ["events --frob", /unknown option '--frob' .*\n {2}maptrail events --help lists its options/],
    ["events --limit many", /--limit takes a whole number from 0 on, not "many"/],
    ["stats --recording 0", /--recording takes a whole number from 1 on, not "0"/],
    ["sql --json --csv x", /'--csv' cannot be used with option '--json'/],
    ["record", /missing required argument 'cmd'/],
    ["record --", /missing required argument 'cmd'/],
    ["recover", /missing required argument 'dir'/],
    ["list extra", /too many arguments/],
    ["events nonsense", /the filter has "nonsense"/],
  ];
  for (const [args, message] of cases) {
    it(`maptrail ${args}: exits with 2 and says why`, async () => {
      const { exitCode, out, err } = await run(args.split(" "));
      expect([exitCode, out]).toEqual([2, ""]);
      expect(err).toMatch(message);
    });
  }
});

describe("a command", () => {
  it("finds its database by option before or after its name, or by MAPTRAIL_DB", async () => {
    const path = `${sampleDatabase()}/maptrail.db`;
    for (const args of [
      ["list", "-o", path],
      ["-o", path, "list"],
      ["list", "--db", path],
      [`--db=${path}`, "list"],
    ]) {
      expect((await run(args)).out, args.join(" ")).toContain("sort -k 2");
    }
    expect((await run(["-o", "/nowhere.db", "list", "-o", path])).out).toContain("sort -k 2");
    expect((await run(["list"], scratch(), { MAPTRAIL_DB: path })).out).toContain("sort -k 2");
    const missing = await run(["list"]);
    expect(missing.exitCode).toBe(2);
    expect(missing.err).toMatch(/^maptrail: there is no database at .*\n {2}\S/);
  });

  it("takes its filter as words and as options", async () => {
    const folder = sampleDatabase();
    const words = await run(["events", "mremap", "moved", "--json"], folder);
    const options = await run(
      ["events", "--call", "mremap", "--outcome", "moved", "--json"],
      folder,
    );
    expect(words.out).toBe(options.out);
    expect(JSON.parse(words.out)).toMatchObject({ seq: 7 });
  });

  it("ends quietly when its reader has gone away", async () => {
    const io = captureIo(sampleDatabase());
    const out = { ...io.out, write: () => Promise.reject(new ClosedPipe()) };
    expect(await main(["events"], { ...io, out })).toBe(0);
    expect(io.errText()).toBe("");
  });

  it("tells one line of an unexpected error, and where it was on request", async () => {
    const io = captureIo(sampleDatabase());
    const out = { ...io.out, write: () => Promise.reject(new Error("ENOSPC: no space\nmore")) };
    expect(await main(["events"], { ...io, out })).toBe(125);
    expect(io.errText()).toMatch(
      /^maptrail: unexpected: ENOSPC: no space\n {2}This is a fault of maptrail.*MAPTRAIL_DEBUG=1.*\n$/,
    );
    const debugged = captureIo(io.cwd);
    await main(["events"], { ...debugged, out, env: { MAPTRAIL_DEBUG: "1" } });
    expect(debugged.errText()).toMatch(/\n {4}at /);
  });
});
