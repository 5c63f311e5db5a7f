/** The measured part of gate.ts: `gate-child.js check|diff DB` prints GateFigures as JSON. */
import { showCheck } from "../src/app/check.ts";
import { showDiff } from "../src/app/diff.ts";
import { textIo } from "../src/app/io/text-io.ts";
import { openStore } from "../src/store/open.ts";

export interface GateFigures {
  /** Of both sides together. */
  readonly events: number;
  readonly seconds: number;
  /** Peak resident memory of the process. */
  readonly residentBytes: number;
}

const [what = "", db = ""] = process.argv.slice(2);
const store = openStore(db);
const { eventCount } = store.recording();
store.close();
const io = textIo({ cwd: "/" });
const began = performance.now();
if (what === "diff") await showDiff({ db, a: "1", b: "1" }, io);
else {
  const rules = {
    "max-moved": "0",
    "no-wx": true,
    "max-peak": "1G",
    "no-leaks-over": "1M",
  } as const;
  await showCheck({ db, rules }, io);
}
const figures: GateFigures = {
  events: what === "diff" ? 2 * eventCount : eventCount,
  seconds: (performance.now() - began) / 1e3,
  residentBytes: process.resourceUsage().maxRSS * 1024,
};
if (io.text() === "") throw new Error(`${what} said nothing: ${io.errorText()}`);
process.stdout.write(JSON.stringify(figures));
