/** Mappings as rows: one for each residency interval (a mapping in one range, from one event to another), as CSV or JSON lines. */

import { formatHex } from "../../base/units.ts";
import type { ResidencyInterval } from "../../space/residency-interval.ts";
import { csvCell } from "./byte-block.ts";
import type { Exporter, ExportOut, ExportSource } from "./exporter.ts";
import { TextBlock } from "./text-block.ts";

const columns: readonly (readonly [
  name: string,
  value: (interval: ResidencyInterval) => string | number,
])[] = [
  ["process", (interval) => interval.process],
  ["pid", (interval) => interval.pid],
  ["mapping", (interval) => interval.mapping],
  ["parent", (interval) => interval.parent],
  ["start", (interval) => formatHex(interval.start)],
  ["end", (interval) => formatHex(interval.end)],
  ["bytes", (interval) => interval.end - interval.start],
  ["permissions", (interval) => interval.permissions],
  ["path", (interval) => interval.path],
  ["from_seq", (interval) => interval.fromSeq],
  ["from_nanos", (interval) => Math.round(interval.fromNanos)],
  ["gain", (interval) => interval.gain],
  ["to_seq", (interval) => interval.toSeq ?? ""],
  ["to_nanos", (interval) => (interval.toNanos === undefined ? "" : Math.round(interval.toNanos))],
  ["loss", (interval) => interval.loss ?? ""],
];

/** `---p` begins like a formula, too. */
function csvRow(interval: ResidencyInterval): string {
  const cells = columns.map(([, value]) => {
    const cell = value(interval);
    return typeof cell === "number" ? String(cell) : csvCell(cell);
  });
  return `${cells.join(",")}\n`;
}

function jsonRow(interval: ResidencyInterval): string {
  const object: Record<string, string | number | null> = {};
  for (const [name, value] of columns) {
    const cell = value(interval);
    object[name] = cell === "" && name !== "path" ? null : cell;
  }
  return `${JSON.stringify(object)}\n`;
}

async function write(
  source: ExportSource,
  out: ExportOut,
  head: string,
  line: (interval: ResidencyInterval) => string,
): Promise<void> {
  const block = new TextBlock(out);
  block.add(head);
  for (const interval of source.residencyIntervals()) {
    block.add(line(interval));
    if (block.isFull) await block.flush();
  }
  await block.flush();
}

export const mappingsCsv: Exporter = {
  name: "mappings-csv",
  writes: "a row for each range that a mapping ever lived in",
  isBinary: false,
  run: (source, out) => write(source, out, `${columns.map(([name]) => name).join(",")}\n`, csvRow),
};

export const mappingsJsonl: Exporter = {
  name: "mappings-jsonl",
  writes: "the same as JSON, an object a line",
  isBinary: false,
  run: (source, out) => write(source, out, "", jsonRow),
};
