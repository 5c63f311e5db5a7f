/** All importers, and which of them a text is for. */

import { UserError } from "../../base/errors.ts";
import { printable } from "../../base/printable.ts";
import { bpftrace } from "./bpftrace.ts";
import type { Importer } from "./importer.ts";
import { mapsFiles } from "./maps-files.ts";
import { perfScript } from "./perf-script.ts";
import { perfTrace } from "./perf-trace.ts";
import { strace } from "./strace/importer.ts";

export const importers: readonly Importer[] = [strace, perfTrace, perfScript, bpftrace, mapsFiles];

/** Less than half of the lines of one format is another program's text. */
const leastShare = 0.5;

export function importerNamed(name: string): Importer {
  const found = importers.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new UserError(`"${name}" is no format that can be imported`, {
    hint: `There are ${importers.map((one) => one.name).join(", ")}.`,
  });
}

/** The importer whose lines the text begins with; `head` as in Importer.detect. Throws a UserError. */
export function importerFor(name: string, head: string): Importer {
  const shares = importers.map((one) => ({ one, share: one.detect(head) }));
  const best = shares.reduce((a, b) => (b.share > a.share ? b : a));
  if (best.share >= leastShare) return best.one;
  const first = head.split("\n").find((line) => line.trim() !== "") ?? "";
  const line = printable(Buffer.from(first.slice(0, 80), "latin1").toString("utf8"));
  throw new UserError(`${name} is in no format that can be imported: it begins with "${line}"`, {
    exitCode: 3,
    hint: `--format NAME says which it is: ${importers.map((one) => one.name).join(", ")}.`,
  });
}
