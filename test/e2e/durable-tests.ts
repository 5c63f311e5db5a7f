/** What the program saw complete is in the recording, whoever is killed when. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingCalls, readCallLog } from "../helpers/call-log.ts";
import { maptrailCommand, readEvents, toRecordedCalls } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { sql } from "../helpers/recorded.ts";
import { run } from "../helpers/run.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-durable-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts map-loop under the recorder, and waits until the program is at work. */
async function start(place: string, threads: number) {
  await mkdir(join(place, "journal"), { recursive: true });
  const log = join(place, "calls");
  const pidFile = join(place, "pid");
  // The shell becomes the program, so the pid that it writes is the program's.
  const script = 'echo $$ > "$0"; exec "$@"';
  const program = [await buildProgram("map-loop"), String(threads), "0", log];
  const flags = ["--quiet", "--journal", join(place, "journal"), "-o", join(place, "durable.db")];
  const [cli = "", ...args] = maptrailCommand(
    "record",
    ...flags,
    "--",
    "sh",
    "-c",
    script,
    pidFile,
  );
  const recorder = spawn(cli, [...args, ...program], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => recorder.on("close", () => resolve()));
  await new Promise((resolve) => recorder.stdout.once("data", resolve));
  const pid = Number(await run(["cat", pidFile]).then((result) => result.stdout));
  return { recorder, ended, pid, log, database: join(place, "durable.db") };
}

async function expectNothingMissing(log: string, database: string) {
  const logged = readCallLog(log);
  const recorded = toRecordedCalls(await readEvents(database));
  expect(logged.flatMap((thread) => thread.calls).length).toBeGreaterThan(0);
  expect(missingCalls(logged, recorded)).toEqual([]);
  const [stackless] = sql(
    database,
    `SELECT count(*) AS calls FROM event e LEFT JOIN stack s ON s.id = e.stack
     WHERE e.call IN ('mmap', 'munmap', 'mremap', 'mprotect') AND s.id IS NULL`,
  );
  expect(stackless?.["calls"]).toBe(0);
  const check = await run(["sqlite3", database, "PRAGMA integrity_check"]);
  expect(check.stdout).toBe("ok\n");
}

/** The program is killed once with each number of threads, the recorder with each of the first quarter. */
export function durableTests(threadCounts: readonly number[]): void {
  describe("kill -9 at a random moment", () => {
    it.each(threadCounts)("of the program with %i threads, run %#", async (threads) => {
      const place = await mkdtemp(join(folder, "program-"));
      const { ended, pid, log, database } = await start(place, threads);
      await sleep(Math.random() * 120);
      process.kill(pid, "SIGKILL");
      await ended;
      await expectNothingMissing(log, database);
      await rm(place, { recursive: true });
    });

    it.each(threadCounts.slice(0, Math.ceil(threadCounts.length / 4)))(
      "of the recorder, whose program has %i threads, run %#",
      async (threads) => {
        const place = await mkdtemp(join(folder, "recorder-"));
        const { recorder, ended, pid, log, database } = await start(place, threads);
        await sleep(Math.random() * 300);
        recorder.kill("SIGKILL");
        await sleep(Math.random() * 50);
        // The program goes on by itself; it is ended here so that its log stands still.
        process.kill(pid, "SIGKILL");
        await ended;
        const [session] = readdirSync(join(place, "journal"));
        expect(session).toBeDefined();
        const recovered = await run(
          maptrailCommand("recover", join(place, "journal", session ?? "")),
        );
        expect(recovered.status, recovered.stderr).toBe(0);
        await expectNothingMissing(log, database);
        expect(existsSync(join(place, "journal", session ?? ""))).toBe(false);
        await rm(place, { recursive: true });
      },
    );
  });
}
