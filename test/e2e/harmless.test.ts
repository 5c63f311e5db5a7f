/** A program behaves as it does untraced: a fixture of each kind, and what is handed on to any program. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { harmlessTests } from "./harmless-tests.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-handed-on-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

harmlessTests("quick");

describe("what is handed on to the program", () => {
  const same = async (name: string, command: readonly string[], env?: NodeJS.ProcessEnv) => {
    const options = { cwd: folder, ...(env === undefined ? {} : { env }) };
    const alone = await run(command, options);
    const taped = await record(join(folder, `${name}.db`), command, options);
    expect(taped.stdout).toBe(alone.stdout);
    expect(taped.stderr).toBe(alone.stderr);
    expect(taped.status).toBe(alone.status);
    return alone;
  };

  it("an environment with a preload of the user's own", async () => {
    const env = { PATH: process.env["PATH"], LD_PRELOAD: "libm.so.6", EMPTY: "" };
    const alone = await same("preload", [await buildProgram("print-env")], env);
    expect(alone.stdout).toContain("getenv: libm.so.6, none");
  });

  it("env, also in a shell that a shell started", async () => {
    await same("env", ["sh", "-c", "env; exec sh -c 'env | sort'"]);
  });

  it("ignored signals and limits", async () => {
    const script = 'trap "" HUP INT PIPE; ulimit -n 256; ulimit -c 0; exec "$0"';
    const alone = await same("state", ["sh", "-c", script, await buildProgram("print-state")]);
    expect(alone.stdout).toContain("signal 13: ignored");
  });

  it("its name, its arguments and its input", async () => {
    const program = await buildProgram("print-state");
    await same("name", ["bash", "-c", `exec -a "odd name" "$0" "" "a b"`, program]);
    const taped = await record(join(folder, "input.db"), ["cat"], { input: "line\n\0end" });
    expect(taped.stdout).toBe("line\n\0end");
  });

  it("exit status and signals", async () => {
    const shell = (script: string) => record(join(folder, "end.db"), ["sh", "-c", script]);
    expect(await shell("exit 7")).toMatchObject({ status: 7, stdout: "", stderr: "" });
    expect(await shell("kill -TERM $$")).toMatchObject({ status: 143, signal: null });
  });
});
