/** The measured part of symbols.ts: `symbols-child.js DB` prints SymbolFigures as JSON. */
import { callSites } from "../src/sites/call-sites.ts";
import { openStore } from "../src/store/open.ts";

export interface SymbolFigures {
  readonly events: number;
  readonly stacks: number;
  readonly sites: number;
  readonly frames: number;
  readonly named: number;
  /** Reading all events, each with its site's name. */
  readonly siteSeconds: number;
  /** Reading every distinct stack with the names of all its frames. */
  readonly stackSeconds: number;
}

const store = openStore(process.argv[2] ?? "", { mode: "read" });
const row = store.recording();
const reader = store.reader(row.id);
const began = performance.now();
const sites = callSites(reader, row);
const names = new Set<string>();
const stacks = new Set<number>();
let events = 0;
for (const batch of reader.chunks()) {
  for (let at = 0; at < batch.length; at += 1) {
    names.add(sites.name(sites.siteOf(batch, at)));
    if (batch.stack[at] !== 0) stacks.add(sites.stackNumberOf(batch, at));
    events += 1;
  }
}
const between = performance.now();
let frames = 0;
let named = 0;
for (const number of stacks) {
  for (const frame of sites.stack(number).frames) {
    frames += 1;
    if (frame.function !== undefined) named += 1;
  }
}
const figures: SymbolFigures = {
  events,
  stacks: stacks.size,
  sites: names.size,
  frames,
  named,
  siteSeconds: (between - began) / 1e3,
  stackSeconds: (performance.now() - between) / 1e3,
};
store.close();
process.stdout.write(JSON.stringify(figures));
