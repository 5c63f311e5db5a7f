/** Tapes for the tests of what the TUI looks up, and a recording of more than one chunk. */
import { afterEach } from "vitest";
import { Tape } from "../../src/app/explore/tape.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { maps, page, scripted } from "./replay-sample.ts";

const tapes: Tape[] = [];
afterEach(() => {
  for (const tape of tapes.splice(0)) tape.close();
});

/** The newest recording in maptrail.db; closed when the test ends. */
export function tapeOf(folder: string): Tape {
  const tape = new Tape({}, { env: {}, cwd: folder });
  tapes.push(tape);
  return tape;
}

/** Takes all steps; what they come to. */
export function whole<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** More events than one chunk holds: maps, growths in place and elsewhere, refusals, a heap. */
export function longDatabase(): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap", "lib", "stack"));
    let heap = 0x5555_0000_2000;
    for (let i = 0; i < 3000; i++) {
      script.map(1, 1000 + i * 8, 2);
      if (i % 3 === 0) script.move(1, 1000 + i * 8, 2, 3, 1000 + i * 8);
      if (i % 7 === 0) script.move(1, 1000 + i * 8, 2, 4, 100_000 + i * 8);
      if (i % 100 === 0) {
        heap += (i % 200 === 0 ? 2 : -1) * page;
        script.rows({ kind: kindCodes.brk, process: 1, args: [heap], result: heap });
      }
      if (i % 11 === 0) {
        script.rows({ kind: kindCodes.munmap, process: 1, args: [1, page], result: -22 });
      }
    }
    script.end(1);
  });
}
