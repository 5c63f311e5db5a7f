/** Programs that go on in the background when the one that started them has ended. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maptrailCommand } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { readProcesses, readStats } from "../helpers/recorded.ts";
import { type RunResult, run } from "../helpers/run.ts";
import { buildTarget } from "../helpers/targets.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-detach-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Place {
  readonly database: string;
  readonly journal: string;
  readonly record: (flags: readonly string[], command: readonly string[]) => string[];
}

async function place(name: string): Promise<Place> {
  const journal = join(folder, name, "journal");
  await mkdir(journal, { recursive: true });
  const database = join(folder, name, "tape.db");
  return {
    database,
    journal,
    record: (flags, command) =>
      maptrailCommand("record", "-o", database, "--journal", journal, ...flags, "--", ...command),
  };
}

/** A background process that holds none of its starter's streams, and says its pid. */
const background = (work: string) => [
  "sh",
  "-c",
  `${work} </dev/null >/dev/null 2>&1 & echo $!; exit 3`,
];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a daemon that outlives its parent", () => {
  it("is waited for, and all of it is in the recording", async () => {
    const { database, journal, record } = await place("waits");
    const taped = await run(record(["-q"], [await buildProgram("daemon")]));
    expect(taped).toMatchObject({ status: 0, stdout: "parent ends\ndaemon ends\n", stderr: "" });
    const processes = readProcesses(database);
    expect(processes.map(({ how, endHow }) => [how, endHow])).toEqual([
      ["launch", "exit"],
      ["fork", "exit"],
      ["fork", "exit"],
    ]);
    expect(readStats(database).calls).toMatchObject({ mmap: { count: expect.anything() } });
    expect(readStats(database).processes[2]?.calls).toBeGreaterThanOrEqual(60);
    expect(readdirSync(journal)).toEqual([]);
  });

  it("is left alone with --detach-after-exit, and told to be running", async () => {
    const { database, journal, record } = await place("detaches");
    const start = performance.now();
    const taped = await run(record(["-q", "--detach-after-exit"], background("exec sleep 30")));
    expect(performance.now() - start).toBeLessThan(15_000);
    const pid = Number(taped.stdout);
    expect(taped).toMatchObject({ status: 3, stderr: "" });
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGTERM");
    const processes = readProcesses(database);
    expect(processes.find((one) => one.pid !== pid)).toMatchObject({
      endHow: "exit",
      endStatus: 3,
    });
    expect(processes.findLast((one) => one.pid === pid)).toMatchObject({ endHow: "running" });
    expect(readStats(database).recording).toMatchObject({ status: "complete", exit: { code: 3 } });
    expect(readdirSync(journal)).toEqual([]);
  });

  it("can still call what it likes after the recorder has gone", async () => {
    const { database, record } = await place("survives");
    const out = join(folder, "survives", "out");
    const work =
      "for i in 1 2 3 4 5 6; do sleep 0.1; head -c 300000 /dev/zero | sort | wc -c; done";
    const script = `(${work}; echo over) </dev/null >${out} 2>&1 & exit 0`;
    const taped = await run(record(["-q", "--detach-after-exit"], ["sh", "-c", script]));
    expect(taped).toMatchObject({ status: 0, stderr: "" });
    expect(readStats(database).recording).toMatchObject({ status: "complete" });
    for (let i = 0; i < 100; i++) {
      if ((await run(["tail", "-n1", out])).stdout === "over\n") break;
      await sleep(100);
    }
    expect((await run(["cat", out])).stdout).toBe(`${"300001\n".repeat(6)}over\n`);
  });

  it("is waited for as well when no hook can be in it", async () => {
    const { database, record } = await place("uncovered");
    const program = await buildTarget(join(folder, "uncovered"), "static");
    const start = performance.now();
    const taped = await run(record(["-q"], background(`exec ${program} /bin/sleep 1`)));
    expect(taped).toMatchObject({ status: 3, stderr: "" });
    expect(performance.now() - start).toBeGreaterThan(1000);
    const pid = Number(taped.stdout);
    expect(readProcesses(database)).toMatchObject([
      { coverage: "full", endHow: "exit" },
      { pid, coverage: "full" },
      { pid, coverage: "none", exe: program },
      { coverage: "full", exe: expect.stringMatching(/sleep$/), endHow: "exit", endStatus: 0 },
    ]);
  });
});

describe("Ctrl-C while a daemon is waited for", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("%s ends the recording and keeps it", async (signal) => {
    const { database, journal, record } = await place(signal);
    const [cli = "", ...args] = record([], background("exec sleep 30"));
    const recorder = spawn(cli, args, { stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<Partial<RunResult>>((resolve) =>
      recorder.on("close", (status, by) => resolve({ status, signal: by })),
    );
    let said = "";
    recorder.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    const pid = Number(await new Promise((resolve) => recorder.stdout.once("data", resolve)));
    await sleep(600); // the shell has ended by now, the recorder waits
    recorder.kill(signal);
    expect(await ended).toEqual({ status: 3, signal: null });
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGTERM");
    expect(said).toMatch(/^maptrail {2}/);
    expect(readStats(database).recording).toMatchObject({ status: "complete", exit: { code: 3 } });
    expect(readProcesses(database).findLast((one) => one.pid === pid)?.endHow).toBe("running");
    expect(readdirSync(journal)).toEqual([]);
  });
});
