/** The text of /proc/PID/maps, parsed and written. Format: proc_pid_maps(5), fs/proc/task_mmu.c. */

export interface MapsLine {
  readonly start: number;
  readonly end: number;
  /** `rw-p`. */
  readonly permissions: string;
  readonly offset: number;
  /** major << 20 | minor. */
  readonly dev: number;
  /** Decimal text: an inode need not fit a double. */
  readonly inode: string;
  /** Unescaped, without ` (deleted)`; empty for anonymous memory. */
  readonly path: string;
  readonly deleted: boolean;
}

export interface ParsedMaps {
  readonly lines: readonly MapsLine[];
  /** Lines that could not be read, by number from 1. */
  readonly damage: readonly { readonly line: number; readonly reason: string }[];
}

const shape =
  /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][sp]) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\d+)(?: +(.*))?$/;
const deletedMark = " (deleted)";

/** The kernel escapes only line feeds in names, as `\012`; blanks are left as they are. */
function withLineFeeds(path: string): string {
  return path.includes("\\012") ? path.replaceAll("\\012", "\n") : path;
}

function parseLine(text: string): MapsLine | string {
  const match = shape.exec(text);
  if (match === null) return "not a line of /proc/PID/maps";
  const start = Number.parseInt(match[1]!, 16);
  const end = Number.parseInt(match[2]!, 16);
  if (end <= start && match[2]!.length <= match[1]!.length) return "the range is empty";
  const name = match[8] ?? "";
  const deleted = name.endsWith(deletedMark);
  return {
    start,
    end,
    permissions: match[3]!,
    offset: Number.parseInt(match[4]!, 16),
    dev: Number.parseInt(match[5]!, 16) * 0x10_0000 + Number.parseInt(match[6]!, 16),
    inode: match[7]!,
    path: withLineFeeds(deleted ? name.slice(0, -deletedMark.length) : name),
    deleted,
  };
}

/** Lines in the order of the text. Damaged lines are skipped and listed in `damage`. */
export function parseMaps(text: string): ParsedMaps {
  const lines: MapsLine[] = [];
  const damage: { line: number; reason: string }[] = [];
  let number = 0;
  for (const line of text.split("\n")) {
    number += 1;
    if (line === "") continue;
    const parsed = parseLine(line);
    if (typeof parsed === "string") damage.push({ line: number, reason: parsed });
    else if (lines.length > 0 && parsed.start < lines[lines.length - 1]!.end) {
      damage.push({ line: number, reason: "the range overlaps the one before" });
    } else lines.push(parsed);
  }
  return { lines, damage };
}

const pathColumn = 73;

/** One line as the kernel writes it, without the line feed. */
export function formatMapsLine(line: MapsLine): string {
  const major = Math.floor(line.dev / 0x10_0000);
  const minor = line.dev % 0x10_0000;
  const hex = (value: number, width: number) => value.toString(16).padStart(width, "0");
  const fields =
    `${hex(line.start, 8)}-${hex(line.end, 8)} ${line.permissions} ${hex(line.offset, 8)} ` +
    `${hex(major, 2)}:${hex(minor, 2)} ${line.inode}`;
  if (line.path === "") return `${fields} `;
  const mark = line.deleted ? deletedMark : "";
  return `${fields.padEnd(pathColumn - 1)} ${line.path.replaceAll("\n", "\\012")}${mark}`;
}
