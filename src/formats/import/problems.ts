/** Lines that could not be read: the first ones kept, all counted. */

import type { Problem } from "./importer.ts";
import type { LogLine } from "./lines.ts";

const mostKept = 20;
const mostText = 80;

export class ProblemLog {
  readonly kept: Problem[] = [];
  count = 0;

  add(line: LogLine, reason: string): void {
    this.count += 1;
    if (this.kept.length >= mostKept) return;
    const { bytes, start, end, name, number } = line;
    const shown = bytes.subarray(start, Math.min(end, start + mostText));
    this.kept.push({ file: name, line: number, reason, text: new TextDecoder().decode(shown) });
  }
}
