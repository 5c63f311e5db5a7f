import { describe, expect, it } from "vitest";
import { originalEnvironment, parseStartedAs } from "../../src/app/started-as.ts";

describe("the note about the tool's own start", () => {
  it("knows nothing when there is none", () => {
    const nothing = { nofileSoft: undefined, ignoredSignals: [], environment: new Map() };
    expect(parseStartedAs(undefined)).toEqual(nothing);
    expect(parseStartedAs("")).toEqual(nothing);
    expect(parseStartedAs("nofile=unlimited sigign=zz later=1")).toEqual(nothing);
  });

  it("reads the limit and the ignored signals", () => {
    const note = parseStartedAs("nofile=1024 sigign=8000000000001001");
    expect(note.nofileSoft).toBe(1024);
    expect(note.ignoredSignals).toEqual([1, 13, 64]);
    expect(note.environment.size).toBe(0);
  });

  it("puts back what the shell changed in the environment and takes out what it added", () => {
    const env = {
      PATH: "/bin",
      PWD: "/real/folder",
      SHLVL: "1",
      _: "/usr/bin/node",
      MAPTRAIL_STARTED_AS: "nofile=1024 environ\nPWD=/link to/folder\nOLDPWD=/a\u0001b",
    };
    expect(originalEnvironment(env)).toEqual({
      PATH: "/bin",
      PWD: "/link to/folder",
      OLDPWD: "/a\nb",
    });
  });

  it("leaves the environment alone where the shell could not read it", () => {
    const env = { PWD: "/x", MAPTRAIL_STARTED_AS: "nofile=1024 sigign=0000000000000000" };
    expect(originalEnvironment(env)).toEqual({ PWD: "/x" });
  });
});
