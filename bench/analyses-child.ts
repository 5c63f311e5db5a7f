/** The measured part of analyses.ts: `analyses-child.js DB` prints AnalysesFigures as JSON. */
import { analyse } from "../src/app/passes/analyse.ts";
import { Replay } from "../src/replay/replay.ts";
import { defaultFeatures } from "../src/space/state/features.ts";
import { openStore } from "../src/store/open.ts";

export interface AnalysesFigures {
  readonly events: number;
  /** All analyses, including the replay and the decoding. */
  readonly seconds: number;
  /** The same in the process's own CPU time, which other programs do not affect. */
  readonly ownSeconds: number;
  readonly failures: readonly string[];
  /** Growths and blockers alone, which the end of a recording waits for. */
  readonly growthSeconds: number;
  readonly replaySeconds: number;
  /** Peak resident memory during all analyses. */
  readonly residentBytes: number;
}

const [path = ""] = process.argv.slice(2);
const store = openStore(path, { mode: "read" });
const row = store.recording();
const reader = store.reader(row.id);

function secondsOf(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1e3;
}

const failures: string[] = [];
const before = process.cpuUsage();
const seconds = secondsOf(() => {
  for (const { id, failure } of analyse(row, reader).results) {
    if (failure !== undefined) failures.push(`${id}: ${failure}`);
  }
});
const { user, system } = process.cpuUsage(before);
const residentBytes = process.resourceUsage().maxRSS * 1024;
const growthSeconds = secondsOf(() => {
  analyse(row, reader, { only: ["growth-ledger", "blockers"] });
});
const replaySeconds = secondsOf(() => {
  const replay = new Replay(reader, { features: defaultFeatures });
  for (const batch of reader.chunks({ columns: "space" })) replay.feed(batch);
});
const figures: AnalysesFigures = {
  events: row.eventCount,
  seconds,
  ownSeconds: (user + system) / 1e6,
  failures,
  growthSeconds,
  replaySeconds,
  residentBytes,
};
store.close();
process.stdout.write(JSON.stringify(figures));
