/** Programs that the hook cannot get into are in the recording, each with the reason, and run unharmed. */
import { existsSync, statSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { projectRoot } from "../helpers/programs.ts";
import { readProcesses, readStats } from "../helpers/recorded.ts";
import { type RunResult, run } from "../helpers/run.ts";
import {
  buildTarget,
  capabilityCopy,
  scriptOf,
  setIdCopy,
  type Target,
} from "../helpers/targets.ts";
import { missingReason, orFailOnCi, titled } from "../helpers/tools.ts";

const nobody = 65534;
let folder = "";
let plain = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-targets-"));
  await chmod(folder, 0o755);
  plain = await buildTarget(folder, "plain");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Why another user cannot run maptrail from here, as in a clone below /root: access(2), which finds its
 * files, does not heed the capabilities of a process whose real user is not root.
 */
function closedFolder(): string | undefined {
  for (let path = projectRoot; path !== dirname(path); path = dirname(path)) {
    if ((statSync(path).mode & 1) === 0) return orFailOnCi(`needs ${path} to be open to all users`);
  }
  return undefined;
}

function expectSame(taped: RunResult, alone: RunResult): void {
  expect(taped).toEqual({ ...alone, status: alone.status, signal: null });
}

/** Runs it untraced and recorded, once by the launcher and once by a shell; both must tell why. */
async function expectNotCovered(program: string, reason: RegExp): Promise<void> {
  const alone = await run([program]);
  expect(alone.stdout).not.toBe("");
  const database = `${program}.db`;
  expectSame(await record(database, [program]), alone);
  const [process, ...others] = readProcesses(database);
  expect(others).toEqual([]);
  expect(process).toMatchObject({ process: 1, how: "launch", exe: program, coverage: "none" });
  expect(process).toMatchObject({ reasons: [expect.stringMatching(reason)] });
  expect(process).toMatchObject({ endHow: "exit", endStatus: alone.status });
  const { coverage } = readStats(database);
  const counted = { processes: 1, reason: expect.stringMatching(reason) };
  expect(coverage).toMatchObject({ status: "none", reasons: [counted] });

  expectSame(await record(database, ["sh", "-c", '"$0"; exit $?', program]), alone);
  const [shell, child, ...more] = readProcesses(database);
  expect(more).toEqual([]);
  expect(shell).toMatchObject({ coverage: "full" });
  expect(child).toMatchObject({ how: "exec", exe: program, coverage: "none" });
  expect(child).toMatchObject({ parent: shell?.process, reasons: [expect.stringMatching(reason)] });
  expect(readStats(database).coverage.status).toBe("partial");
}

describe("a program that has no loader, or another one", () => {
  it.each<[Target, RegExp]>([
    ["static", /^statically linked/],
    ["static-pie", /static/],
    ["go-shaped", /^a static Go program/],
    ["static-32", /^a 32-bit program/],
  ])("%s", async (name, reason) => {
    await expectNotCovered(await buildTarget(folder, name), reason);
  });

  const no32 = existsSync("/lib/ld-linux.so.2") ? undefined : orFailOnCi("needs a 32-bit libc");
  it.skipIf(no32)(titled("dynamic-32", no32), async () => {
    // Its loader finds the empty 32-bit library, and has nothing to complain of on stderr.
    await expectNotCovered(await buildTarget(folder, "dynamic-32"), /^a 32-bit program/);
  });

  it("a script whose interpreter is static", async () => {
    const interpreter = await buildTarget(folder, "static");
    const script = await scriptOf(`${interpreter} /bin/true`, join(folder, "script"));
    const alone = await run([script]);
    const database = join(folder, "script.db");
    expectSame(await record(database, ["sh", "-c", '"$0"; exit $?', script]), alone);
    const [, child, grandchild] = readProcesses(database);
    expect(grandchild).toMatchObject({ coverage: "full" });
    expect(child).toMatchObject({ exe: script, coverage: "none" });
    expect(child).toMatchObject({ reasons: [expect.stringMatching(/^statically linked/)] });
  });
});

describe("a program whose loader does not obey", () => {
  const reason = missingReason(["root"]);
  it.skipIf(reason)(titled("set-user-id", reason), async () => {
    const copy = join(folder, "set-user-id");
    await setIdCopy(plain, copy, { uid: nobody, mode: 0o4755 });
    await expectNotCovered(copy, /^set-user-id or set-group-id/);
  });

  it.skipIf(reason)(titled("set-group-id", reason), async () => {
    const copy = join(folder, "set-group-id");
    await setIdCopy(plain, copy, { gid: nobody, mode: 0o2755 });
    await expectNotCovered(copy, /^set-user-id or set-group-id/);
  });

  const capable = missingReason(["root", "setpriv", "python3"]) ?? closedFolder();
  it.skipIf(capable)(titled("file capabilities", capable), async () => {
    const copy = await capabilityCopy(plain, join(folder, "capable"));
    const home = join(folder, "home");
    await mkdir(home);
    await chown(home, nobody, nobody);
    // To root they mean nothing, so another user records, who may still reach this folder.
    const may = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
    const user = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", ...may];
    const alone = await run([...user, copy]);
    expect(alone.stdout).toBe("0 arguments, secure 1\n");
    const database = join(home, "capable.db");
    const command = maptrailCommand("record", "-q", "--journal", home, "-o", database, "--", copy);
    expectSame(await run([...user, "env", `HOME=${home}`, ...command]), alone);
    expect(readProcesses(database)).toMatchObject([
      { coverage: "none", reasons: [expect.stringMatching(/^the file has capabilities/)] },
    ]);
  });
});

describe("what an uncovered program starts", () => {
  it("is covered, and known as its child", async () => {
    const parent = await buildTarget(folder, "static");
    const alone = await run([parent, plain]);
    const database = join(folder, "child.db");
    expectSame(await record(database, [parent, plain]), alone);
    expect(readProcesses(database)).toMatchObject([
      { process: 1, coverage: "none", how: "launch" },
      { process: 2, coverage: "full", parent: 1, exe: plain },
    ]);
    const { processes } = readStats(database);
    expect(processes.find(({ exe }) => exe === plain)?.calls).toBeGreaterThan(2);
  });

  it("and what it becomes itself", async () => {
    const first = await buildTarget(folder, "static-32");
    const alone = await run([first, plain]);
    expect(alone.stdout).toBe("32\n0 arguments, secure 0\n");
    const database = join(folder, "becomes.db");
    expectSame(await record(database, ["sh", "-c", '"$0" "$@"; exit $?', first, plain]), alone);
    const [shell, uncovered, covered, ...more] = readProcesses(database);
    expect(more).toEqual([]);
    expect(shell?.coverage).toBe("full");
    expect(uncovered).toMatchObject({ exe: first, coverage: "none" });
    expect(covered).toMatchObject({ exe: plain, coverage: "full", pid: uncovered?.pid });
  });
});

describe("a program that takes the hook out of its environment", () => {
  it.each([
    ["env -i", ["env", "-i"]],
    ["without a preload", ["env", "-u", "LD_PRELOAD"]],
    ["with an empty preload", ["env", "LD_PRELOAD="]],
    ["with a preload that is not there", ["env", "LD_PRELOAD=/nonexistent/x.so"]],
  ])("stays covered: %s", async (name, prefix) => {
    const alone = await run([...prefix, plain]);
    const database = join(folder, `${name.replaceAll(" ", "-")}.db`);
    expectSame(await record(database, [...prefix, plain]), alone);
    const last = readProcesses(database).at(-1);
    expect(last).toMatchObject({ exe: plain, coverage: "full", endHow: "exit", endStatus: 5 });
  });
});
