/** A progress line on a terminal; nothing in pipes. */

import { formatShare } from "../../base/units.ts";
import type { Output } from "./io.ts";

export interface ProgressLine {
  update(done: number, all: number): void;
  /** Takes the line away. */
  end(): void;
}

export function progressLine(output: Output, what: string): ProgressLine {
  let last = "";
  return {
    update(done, all) {
      const text = `${what}: ${formatShare(done, all)}`;
      if (!output.isTTY || text === last) return;
      last = text;
      void output.write(`\r\u001b[K${text}`);
    },
    end() {
      if (last !== "") void output.write("\r\u001b[K");
    },
  };
}
