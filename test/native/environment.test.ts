/** What goes into an environment at an exec comes out of it again, and leaves the program's own as it was. */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDriver } from "../helpers/native-driver.ts";

const folder = mkdtempSync(join(tmpdir(), "maptrail-environment-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
let driver = "";
beforeAll(() => {
  const flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
  driver = buildDriver(folder, "environment", ["exec/environment.c"], flags);
});

interface Trip {
  readonly carried: readonly string[];
  readonly directory: string | undefined;
  readonly cleaned: readonly string[];
}

function travel(directory: string, entries: readonly string[]): Trip {
  const input = Buffer.from(
    [directory, ...entries].map((entry) => `${entry}\0`).join(""),
    "latin1",
  );
  const { status, stdout, stderr } = spawnSync(driver, { input });
  expect(status, stderr.toString()).toBe(0);
  const words = stdout.toString("latin1").split("\0").slice(0, -1);
  const end = words.indexOf("");
  const [found, ...cleaned] = words.slice(end + 1);
  return { carried: words.slice(0, end), directory: found, cleaned };
}

const ours = (directory: string) => `LD_PRELOAD=${directory}/$LIB/maptrail.so`;

describe("the environment", () => {
  it("is carried with the two variables, and cleaned of both", () => {
    expect(travel("/dev/shm/j", ["A=1", "B"])).toEqual({
      carried: ["A=1", "B", ours("/dev/shm/j"), "MAPTRAIL_HOOK=/dev/shm/j"],
      directory: "/dev/shm/j",
      cleaned: ["A=1", "B"],
    });
  });

  it("may be empty", () => {
    const { carried, cleaned } = travel("/j", []);
    expect(carried).toHaveLength(2);
    expect(cleaned).toEqual([]);
  });

  it("keeps a preload of the program's own, in its place and behind ours", () => {
    const entries = ["A=1", "LD_PRELOAD=own.so:other.so", "B=2"];
    const { carried, cleaned } = travel("/j", entries);
    expect(carried[1]).toBe(`${ours("/j")}:own.so:other.so`);
    expect(cleaned).toEqual(entries);
  });

  it("keeps an empty preload, and names that only begin like ours", () => {
    const entries = [
      "LD_PRELOAD=",
      "LD_PRELOADED=1",
      "MAPTRAIL_HOOKS=2",
      "MAPTRAIL_HOOK",
      "LD_PRELOAD",
    ];
    expect(travel("/j", entries).cleaned).toEqual(entries);
  });

  it("comes back whole, whatever is in it", () => {
    const byte = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
    const word = fc.array(byte, { minLength: 1, maxLength: 30 }).map((bytes) => bytes.join(""));
    const list = fc.oneof(word, fc.constant(""), fc.constant("/j/$LIB/maptrail.so"));
    const entry = fc.oneof(
      { weight: 4, arbitrary: word },
      { weight: 1, arbitrary: list.map((value) => `LD_PRELOAD=${value}`) },
      { weight: 1, arbitrary: fc.constant("LD_LIBRARY_PATH=/lib") },
    );
    const entries = fc
      .array(entry, { maxLength: 12 })
      .filter((all) => !all.some((one) => one.startsWith("MAPTRAIL_HOOK=")));
    fc.assert(
      fc.property(entries, (all) => {
        const { directory, cleaned } = travel("/j", all);
        expect(directory).toBe("/j");
        expect(cleaned).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });
});
