/**
 * The Trace Event Format, which Perfetto and chrome://tracing read: calls as slices on their threads,
 * mapped bytes and regions as counters. Times are microseconds with three decimals.
 */

import { printable } from "../../base/printable.ts";
import { formatHex } from "../../base/units.ts";
import type { EventBatch } from "../../events/batch.ts";
import { errnoAt, exactValues, isCall, isResultKnown, meaningOf } from "../../events/describe.ts";
import { errnoName } from "../../events/errno.ts";
import { isMemoryCallCode, kindOf } from "../../events/kinds.ts";
import type { ExportedProcess, Exporter, ExportOut, ExportSource } from "./exporter.ts";
import { TextBlock } from "./text-block.ts";

export const perfetto: Exporter = {
  name: "perfetto",
  writes: "Chrome trace JSON: calls as slices, mapped bytes and regions as counters",
  isBinary: false,
  run,
};

async function run(source: ExportSource, out: ExportOut): Promise<void> {
  const block = new TextBlock(out);
  const counters = new Counters();
  block.add(`{"displayTimeUnit":"ns","otherData":${otherData(source)},"traceEvents":[\n`);
  block.add(metadata(source.processes));
  for (const { batch, mappedBytes, regions } of source.measured()) {
    for (let row = 0; row < batch.length; row++) {
      if (!isCall(kindOf(batch.kind[row]!))) continue;
      block.add(`,\n${slice(batch, row, source)}`);
      block.add(counters.after(batch, row, mappedBytes[row]!, regions[row]!));
      if (block.isFull) await block.flush();
    }
  }
  block.add("\n]}\n");
  await block.flush();
}

function otherData({ recording }: ExportSource): string {
  const { command, source, startedAtUnixNanos } = recording;
  return JSON.stringify({
    command: command.map(printable),
    source,
    startedAtUnixNanos: String(startedAtUnixNanos),
  });
}

/**
 * The trace's pid is the number of the process in the recording: after an exec the same pid is
 * another process. Names carry the pid.
 */
function metadata(processes: readonly ExportedProcess[]): string {
  const first = { name: "maptrail", ph: "M", pid: 0, tid: 0, args: {} };
  const events: object[] = [{ ...first, name: "process_name", args: { name: "maptrail" } }];
  for (const { process, pid, exe, argv } of processes) {
    const program = exe.slice(exe.lastIndexOf("/") + 1) || argv[0] || "unknown program";
    const name = `${printable(program)} (pid ${pid})`;
    const common = { ph: "M", pid: process, tid: pid };
    events.push(
      { ...common, name: "process_name", args: { name } },
      { ...common, name: "process_sort_index", args: { sort_index: process } },
      { ...common, name: "process_labels", args: { labels: argv.map(printable).join(" ") } },
    );
  }
  return events.map((event) => JSON.stringify(event)).join(",\n");
}

/** Microseconds. */
function micros(nanos: number): string {
  return (nanos / 1000).toFixed(3);
}

function slice(batch: EventBatch, row: number, source: ExportSource): string {
  const kind = kindOf(batch.kind[row]!) ?? "";
  const duration = batch.duration[row]!;
  const category = isMemoryCallCode(batch.kind[row]!) ? "memory" : "process";
  const head =
    `{"name":"${kind}","cat":"${category}","pid":${batch.process[row]},"tid":${batch.tid[row]}` +
    `,"ts":${micros(batch.at[row]!)}`;
  // Events without a duration are instants on their thread.
  const shape = duration < 0 ? `,"ph":"i","s":"t"` : `,"ph":"X","dur":${micros(duration)}`;
  return `${head}${shape},"args":${JSON.stringify(argsOf(batch, row, source))}}`;
}

function argsOf(batch: EventBatch, row: number, source: ExportSource): Record<string, unknown> {
  const meaning = meaningOf(batch, row, source.pageBytes) ?? {};
  const { addr, newAddr, ...rest } = meaning;
  const error = errnoAt(batch, row);
  const path = source.pathOf(batch.file[row]!);
  return {
    event: batch.firstSeq + row,
    ...(addr !== undefined && { addr: formatHex(addr) }),
    ...(newAddr !== undefined && { newAddr: formatHex(newAddr) }),
    ...rest,
    ...(path !== undefined && { path }),
    ...(isResultKnown(batch, row) && { result: formatHex(exactValues(batch, row).result) }),
    ...(error !== 0 && { errno: errnoName(error) }),
  };
}

/** Counters are written when they change. */
class Counters {
  readonly #mapped = new Map<number, number>();
  readonly #regions = new Map<number, number>();

  /** Behind the call, with a comma before each. */
  after(batch: EventBatch, row: number, mappedBytes: number, regions: number): string {
    if (Number.isNaN(mappedBytes)) return "";
    const process = batch.process[row]!;
    const at = micros(batch.at[row]! + Math.max(0, batch.duration[row]!));
    let text = "";
    if (this.#mapped.get(process) !== mappedBytes) {
      this.#mapped.set(process, mappedBytes);
      text += counter("mapped", process, at, "bytes", mappedBytes);
    }
    if (this.#regions.get(process) !== regions) {
      this.#regions.set(process, regions);
      text += counter("regions", process, at, "count", regions);
    }
    return text;
  }
}

function counter(name: string, process: number, at: string, key: string, value: number): string {
  return `,\n{"name":"${name}","ph":"C","pid":${process},"tid":0,"ts":${at},"args":{"${key}":${value}}}`;
}
