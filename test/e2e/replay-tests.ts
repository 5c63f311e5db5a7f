/** That the proof can fail, and that threads at full speed leave a possible history. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainStyle } from "../../src/base/style.ts";
import { verifyText } from "../../src/reports/verify.ts";
import { type Change, ChangedHistory, changes } from "../helpers/changed-history.ts";
import { record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { sql } from "../helpers/recorded.ts";
import { readVerdict } from "../helpers/verified.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-replay-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const trials = 60;

function tryChanges(history: ChangedHistory, how: Change): { visible: number; caught: number } {
  let visible = 0;
  let caught = 0;
  for (let i = 0; i < trials; i++) {
    const { rows, what } = history.change(how);
    const isTold = history.divergedIn(rows) > 0;
    if (isTold) caught += 1;
    if (!history.isVisible(rows)) continue;
    visible += 1;
    expect(isTold, what).toBe(true);
  }
  return { visible, caught };
}

/** A million events in all three together, fewer on CI. */
const eventsInAll = process.env["CI"] === undefined ? 1_000_000 : 150_000;

export function changedTests(...names: readonly string[]): void {
  describe("one wrong event in the recording of a real program", () => {
    it.each(names)("is told wherever it shows: %s", async (name) => {
      const database = join(folder, `${name}.db`);
      await record(database, [await buildProgram(name)]);
      const history = new ChangedHistory(database, 5);
      try {
        expect(history.divergedIn(history.rows)).toBe(0);
        expect(history.textsCompared).toBeGreaterThan(0);
        expect(history.isVisible(history.rows)).toBe(false);
        let toldInAll = 0;
        const told: string[] = [];
        for (const how of changes) {
          const { visible, caught } = tryChanges(history, how);
          toldInAll += caught;
          told.push(`${how}: ${visible} of ${trials} show in the maps, ${caught} are told`);
        }
        console.log(`${name} (${history.rows.length} events): ${told.join("; ")}`);
        expect(toldInAll).toBeGreaterThan(0);
      } finally {
        history.close();
      }
    });
  });
}

export function fullSpeedTests(...threadCounts: readonly number[]): void {
  describe("threads at full speed", () => {
    it.each(threadCounts)("%i of them leave no impossible step", async (threads) => {
      const database = join(folder, `threads-${threads}.db`);
      const program = await buildProgram("map-loop");
      // Four of the calls that it counts come with a fifth.
      const calls = String(Math.ceil((eventsInAll / 3 / threads) * 0.85));
      const command = [program, String(threads), calls, "-"];
      await record(database, command, { timeoutMillis: 120_000 });
      const result = readVerdict(database);
      expect(result.processes, verifyText(result, plainStyle)).toMatchObject([
        { status: "exact", contradictionCount: 0, divergenceCount: 0 },
      ]);
      const [events] = sql(database, "SELECT sum(event_count) AS count FROM chunk");
      expect(events?.["count"]).toBeGreaterThan(eventsInAll / 3);
    });
  });
}
