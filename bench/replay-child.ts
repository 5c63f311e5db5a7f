/** The measured part of replay.ts: `replay-child.js DB SEEKS` prints ReplayFigures as JSON. */
import { writeCheckpoints } from "../src/replay/checkpoints.ts";
import { Replay } from "../src/replay/replay.ts";
import { Seeker } from "../src/replay/seek.ts";
import { defaultFeatures } from "../src/space/state/features.ts";
import { openStore } from "../src/store/open.ts";
import { randomFrom } from "./random.ts";

export interface ReplayFigures {
  readonly replaySeconds: number;
  /** Replay with checkpoints written to the database. */
  readonly passSeconds: number;
  readonly seekMillis: { readonly median: number; readonly p99: number; readonly longest: number };
  readonly residentBytes: number;
}

const [path = "", seeks = "0"] = process.argv.slice(2);
const store = openStore(path, { mode: "write" });
const row = store.recording();
const reader = store.reader(row.id);

function secondsOf(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1e3;
}

const replaySeconds = secondsOf(() => {
  const replay = new Replay(reader, { features: defaultFeatures });
  for (const batch of reader.chunks({ columns: "space" })) replay.feed(batch);
  const report = replay.spaceOf(1)?.reports.items[0];
  if (report !== undefined) throw new Error(`@${report.seq} ${report.reason}`);
});
const passSeconds = secondsOf(() => writeCheckpoints(store, row, reader));
const seeker = new Seeker(reader, row);
const random = randomFrom(11);
const times = Array.from({ length: Number(seeks) }, () => {
  const seq = 3 + random(row.eventCount - 3);
  return secondsOf(() => {
    if (seeker.spaceAt(1, seq) === undefined) throw new Error(`no space at @${seq}`);
  });
}).sort((a, b) => a - b);
const rank = (share: number): number => 1e3 * times[Math.floor(share * (times.length - 1))]!;
const figures: ReplayFigures = {
  replaySeconds,
  passSeconds,
  seekMillis: { median: rank(0.5), p99: rank(0.99), longest: rank(1) },
  residentBytes: process.memoryUsage.rss(),
};
store.close();
process.stdout.write(JSON.stringify(figures));
