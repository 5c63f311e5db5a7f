import { describe, expect, it } from "vitest";
import { baseName, commandText, programName } from "../../src/base/program.ts";

describe("a program's name", () => {
  it.each([
    [
      "a link to another program",
      "/usr/bin/redis-check-rdb",
      ["redis-server", "--port", "0"],
      "redis-server",
    ],
    ["an applet of one file", "/bin/busybox", ["/bin/sleep", "1"], "sleep"],
    ["a login shell", "/usr/bin/bash", ["-bash"], "bash"],
    ["a dash alone", "/usr/bin/env", ["-"], "-"],
    ["no arguments", "/usr/bin/env", [], "env"],
    ["an empty argv[0]", "/usr/bin/env", [""], "env"],
    ["nothing known", "", [], "unknown program"],
  ])("%s", (_, exe, argv, name) => {
    expect(programName({ exe, argv })).toBe(name);
  });

  it("of a process that is not in the log", () => {
    expect(programName(undefined)).toBe("unknown program");
  });
});

it("a base name", () => {
  expect([baseName("/usr/bin/env"), baseName("env"), baseName("a/")]).toEqual(["env", "env", "a/"]);
});

describe("a command line", () => {
  it("shows the program without its folder, and quotes as a shell needs it", () => {
    expect(commandText(["/usr/bin/sed", "-z", "s/\\n/ /g", "it's"])).toBe(
      "sed -z 's/\\n/ /g' 'it'\\''s'",
    );
  });

  it("is cut at a width", () => {
    expect(commandText(["sort", "0123456789"], 10)).toBe("sort 01...");
    expect(commandText([])).toBe("unknown command");
  });
});
