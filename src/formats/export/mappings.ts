/** Mappings as rows: one for each stay of a mapping in one range, as CSV or JSON lines. */

import { formatHex } from "../../base/units.ts";
import { csvCell } from "./byte-block.ts";
import type { Exporter, ExportOut, ExportSource, MappingStay } from "./exporter.ts";
import { TextBlock } from "./text-block.ts";

const columns: readonly (readonly [name: string, value: (stay: MappingStay) => string | number])[] =
  [
    ["process", (stay) => stay.process],
    ["pid", (stay) => stay.pid],
    ["mapping", (stay) => stay.mapping],
    ["parent", (stay) => stay.parent],
    ["start", (stay) => formatHex(stay.start)],
    ["end", (stay) => formatHex(stay.end)],
    ["bytes", (stay) => stay.end - stay.start],
    ["permissions", (stay) => stay.permissions],
    ["path", (stay) => stay.path],
    ["from_seq", (stay) => stay.fromSeq],
    ["from_nanos", (stay) => Math.round(stay.fromNanos)],
    ["gain", (stay) => stay.gain],
    ["to_seq", (stay) => stay.toSeq ?? ""],
    ["to_nanos", (stay) => (stay.toNanos === undefined ? "" : Math.round(stay.toNanos))],
    ["loss", (stay) => stay.loss ?? ""],
  ];

/** `---p` begins like a formula, too. */
function csvRow(stay: MappingStay): string {
  const cells = columns.map(([, value]) => {
    const cell = value(stay);
    return typeof cell === "number" ? String(cell) : csvCell(cell);
  });
  return `${cells.join(",")}\n`;
}

function jsonRow(stay: MappingStay): string {
  const object: Record<string, string | number | null> = {};
  for (const [name, value] of columns) {
    const cell = value(stay);
    object[name] = cell === "" && name !== "path" ? null : cell;
  }
  return `${JSON.stringify(object)}\n`;
}

async function write(
  source: ExportSource,
  out: ExportOut,
  head: string,
  line: (stay: MappingStay) => string,
): Promise<void> {
  const block = new TextBlock(out);
  block.add(head);
  for (const stay of source.stays()) {
    block.add(line(stay));
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
