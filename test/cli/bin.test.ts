import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseStartedAs } from "../../src/app/record/started-as.ts";
import { scratch } from "../store/helpers.ts";

const script = fileURLToPath(new URL("../../bin/maptrail.js", import.meta.url));
const nodeFolder = dirname(process.execPath);
const path = `${nodeFolder}:/usr/bin:/bin`;

/** Stands in for the command line: shows what reached it. */
const echoMain = `import { writeFileSync } from "node:fs";
export async function main(args) {
  const { env } = process;
  process.stdout.write(JSON.stringify({ args, env }));
  return 7;
}
`;

/** The script as it is installed, in a folder whose name has blanks. */
function install(): string {
  const folder = join(realpathSync(scratch()), "my tools");
  mkdirSync(join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "dist", "cli"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "dist", "cli", "main.js"), echoMain);
  const installed = join(folder, "bin", "maptrail.js");
  copyFileSync(script, installed);
  return installed;
}

interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function start(
  command: readonly string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Started {
  const [file = "", ...args] = command;
  const { env = { PATH: path }, cwd = "/" } = options;
  const result = spawnSync(file, args, { env, cwd, encoding: "utf8" });
  expect([result.stderr, result.status]).toEqual(["", 7]);
  return JSON.parse(result.stdout);
}

const shells = ["/bin/sh", "/usr/bin/dash", "/bin/bash"].filter(existsSync);

describe("the script that npm links", () => {
  it("is taken for a script of sh by the kernel, and for a module by node", () => {
    const installed = install();
    const words = ["a b", "", "-x", "*", "$HOME", "'"];
    expect(start([installed, ...words]).args).toEqual(words);
    expect(start([process.execPath, installed, ...words]).args).toEqual(words);
  });

  for (const shell of shells) {
    it(`works in ${shell}`, () => {
      const started = start([shell, install(), "list"]);
      expect(started.args).toEqual(["list"]);
      expect(started.env["MAPTRAIL_STARTED_AS"]).toMatch(/^nofile=\d+ sigign=[0-9a-f]{16}$/);
    });
  }

  it("works through symbolic links and through PATH", () => {
    const folder = scratch();
    symlinkSync(install(), join(folder, "real link"));
    symlinkSync("real link", join(folder, "maptrail"));
    expect(start([join(folder, "maptrail"), "x"]).args).toEqual(["x"]);
    expect(start(["./maptrail", "x"], { cwd: folder }).args).toEqual(["x"]);
    const env = { PATH: `${folder}:${path}` };
    expect(start(["/usr/bin/env", "maptrail", "x"], { env }).args).toEqual(["x"]);
  });

  it("says what to do when it is not built", () => {
    const installed = install();
    rmSync(join(dirname(installed), "..", "dist"), { recursive: true });
    const result = spawnSync(installed, ["list"], { env: { PATH: path }, encoding: "utf8" });
    expect([result.status, result.stdout]).toEqual([125, ""]);
    expect(result.stderr).toContain("npm run build");
  });

  it("says so when there is no node", () => {
    const result = spawnSync("/bin/sh", [install()], {
      env: { PATH: "/nowhere" },
      encoding: "utf8",
    });
    expect([result.status, result.stdout]).toEqual([125, ""]);
    expect(result.stderr).toBe(
      "maptrail: there is no node in PATH; install Node.js 20.19 or newer\n",
    );
  });
});

/** Entries in their order, as the note tells them. */
function toldEnvironment(started: { env: Record<string, string> }): string[] {
  const block = parseStartedAs(started.env["MAPTRAIL_STARTED_AS"]).environ ?? [];
  return Buffer.from(block).toString("utf8").split("\0").slice(0, -1);
}

describe("what the script notes before node starts", () => {
  const note = (command: readonly string[], env?: Record<string, string>) =>
    parseStartedAs(start(command, env === undefined ? {} : { env }).env["MAPTRAIL_STARTED_AS"]);

  it("is the soft limit of open files, which node raises", () => {
    const limited = ["/bin/sh", "-c", 'ulimit -Sn 123; exec "$0"', install()];
    expect(note(limited).nofileSoft).toBe(123);
  });

  it("is the signals that were ignored, which node resets", () => {
    const installed = install();
    expect(note([installed]).ignoredSignals).toEqual([]);
    expect(
      note(["/bin/sh", "-c", 'trap "" HUP PIPE; exec "$0"', installed]).ignoredSignals,
    ).toEqual([1, 13]);
    expect(note(["nohup", installed]).ignoredSignals).toContain(1);
  });

  it("comes whole from a shell that may not hear of its children", () => {
    // dash takes SIGCHLD for itself at its start, so that it cannot be told that it was ignored.
    const deaf = ["/bin/sh", "-c", 'trap "" CHLD; exec "$0" record', install()];
    expect(toldEnvironment(start(deaf))).toContain(`PATH=${path}`);
  });

  for (const shell of shells) {
    it(`lets the environment be told as it was before ${shell}`, () => {
      const installed = install();
      const real = realpathSync(scratch());
      symlinkSync(real, join(real, "link"));
      const common = { PATH: path, key: "exported", value: "too", TRICK: "a\nPWD=/false" };
      const environments: Record<string, string>[] = [
        common,
        { ...common, PWD: "/stale/folder", OLDPWD: "/older", SHLVL: "3", _: "/usr/bin/env" },
        { ...common, PWD: join(real, "link") },
        { ...common, PWD: "" },
      ];
      for (const env of environments) {
        const started = start([shell, installed, "record"], { env, cwd: real });
        const told = Object.entries(env).map(([name, value]) => `${name}=${value}`);
        expect(toldEnvironment(started)).toEqual(told);
      }
    });
  }

  it("leaves the environment out for commands that run no program", () => {
    // Reading it takes child processes, and nobody would ask for it.
    const started = start([install(), "list"]);
    expect(started.env["MAPTRAIL_STARTED_AS"]).toMatch(/^nofile=\d+ sigign=[0-9a-f]{16}$/);
  });
});
