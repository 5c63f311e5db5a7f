/** Events as comma-separated values, RFC 4180: a row for each event, with the columns of the SQL table and decoded ones. */

import { formatHex } from "../../base/units.ts";
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { errnoAt, exactValues, isCall, isResultKnown, meaningOf } from "../../events/describe.ts";
import { errnoName } from "../../events/errno.ts";
import { argumentCounts, kindOf } from "../../events/kinds.ts";
import { ByteBlock } from "./byte-block.ts";
import type { Exporter, ExportOut, ExportSource } from "./exporter.ts";

const columns = [
  ...["seq", "process", "pid", "tid", "at_nanos", "duration_nanos", "call"],
  ...["arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "result", "errno"],
  ...["addr", "length", "new_addr", "new_length", "prot", "flags", "path"],
];

export const csv: Exporter = {
  name: "csv",
  writes: "a row an event: numbers in decimal, arguments and addresses in hexadecimal",
  isBinary: false,
  run,
};

async function run(source: ExportSource, out: ExportOut): Promise<void> {
  const block = new ByteBlock();
  const pids = pidsOf(source);
  block.ascii(columns.join(","));
  block.endRow();
  for (const batch of source.batches()) {
    for (let row = 0; row < batch.length; row++) {
      writeRow(block, batch, row, source, pids);
      if (block.isFull) await out.bytes(block.take());
    }
  }
  await out.bytes(block.take());
}

/** By the process's number. */
export function pidsOf({ processes }: Pick<ExportSource, "processes">): Uint32Array {
  const most = processes.reduce((highest, { process }) => Math.max(highest, process), 0);
  const pids = new Uint32Array(most + 1);
  for (const { process, pid } of processes) pids[process] = pid;
  return pids;
}

function writeRow(
  block: ByteBlock,
  batch: EventBatch,
  row: number,
  source: ExportSource,
  pids: Uint32Array,
): void {
  const process = batch.process[row]!;
  const kind = kindOf(batch.kind[row]!);
  block.decimal(batch.firstSeq + row);
  block.comma();
  block.decimal(process);
  block.comma();
  block.decimal(pids[process] ?? 0);
  block.comma();
  block.decimal(batch.tid[row]!);
  block.comma();
  block.decimal(Math.max(0, Math.round(batch.at[row]!)));
  block.comma();
  const duration = batch.duration[row]!;
  if (isCall(kind) && duration >= 0) block.decimal(Math.round(duration));
  block.comma();
  block.ascii(kind ?? `kind ${batch.kind[row]}`);
  if (!isCall(kind)) {
    block.ascii(",,,,,,,,,,,,,,,");
    block.endRow();
    return;
  }
  writeValues(block, batch, row, argumentCounts[kind]);
  writeMeaning(block, batch, row, source);
  block.endRow();
}

/** Six arguments, the result, and the error's name. */
function writeValues(block: ByteBlock, batch: EventBatch, row: number, count: number): void {
  const flags = batch.flags[row]!;
  const exact = (flags & eventFlags.wide) === 0 ? undefined : exactValues(batch, row);
  for (let i = 0; i < 6; i++) {
    block.comma();
    if (i >= count) continue;
    if (exact === undefined) block.hex(batch.args[i]![row]!);
    else block.ascii(formatHex(exact.args[i]!));
  }
  block.comma();
  if (isResultKnown(batch, row)) {
    if (exact === undefined) block.hex(batch.result[row]!);
    else block.ascii(formatHex(exact.result));
  }
  block.comma();
  const error = errnoAt(batch, row);
  if (error !== 0) block.ascii(errnoName(error));
}

function writeMeaning(
  block: ByteBlock,
  batch: EventBatch,
  row: number,
  source: ExportSource,
): void {
  const meaning = meaningOf(batch, row, source.pageBytes);
  block.comma();
  if (meaning?.addr !== undefined) block.hex(meaning.addr);
  block.comma();
  if (meaning?.length !== undefined) block.decimal(whole(meaning.length));
  block.comma();
  if (meaning?.newAddr !== undefined) block.hex(meaning.newAddr);
  block.comma();
  if (meaning?.newLength !== undefined) block.decimal(whole(meaning.newLength));
  block.comma();
  if (meaning?.prot !== undefined) block.cell(meaning.prot);
  block.comma();
  const words = meaning?.flags ?? meaning?.advice;
  if (words !== undefined) block.cell(words);
  block.comma();
  const file = batch.file[row]!;
  if (file !== 0) block.cell(source.pathOf(file) ?? "");
}

/** An invalid length can be negative here: as the kernel's unsigned number it fits no column. */
function whole(bytes: number): number {
  return bytes >= 0 ? bytes : bytes + 2 ** 64;
}
