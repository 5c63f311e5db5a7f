/** Events as Parquet: the columns of the SQL table `event`, in row groups that are written one by one. */

import { gzipSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { errnoAt, exactValues, isCall, isResultKnown } from "../../events/describe.ts";
import { errnoName } from "../../events/errno.ts";
import { argumentCounts, kindOf } from "../../events/kinds.ts";
import { pidsOf } from "./csv.ts";
import type { Exporter, ExportOut, ExportSource } from "./exporter.ts";

/** Rows in memory at once: some 200 bytes each while they are encoded. */
const rowsPerGroup = 100_000;

type Encoding = "DELTA_BINARY_PACKED";
type Cell = number | bigint | string | null;

interface Column {
  readonly name: string;
  readonly type: "INT32" | "INT64" | "STRING";
  readonly isNullable: boolean;
  readonly encoding?: Encoding;
  data: Cell[];
}

function column(name: string, type: Column["type"], isNullable = false, isDelta = false): Column {
  return { name, type, isNullable, ...(isDelta && { encoding: "DELTA_BINARY_PACKED" }), data: [] };
}

class Columns {
  readonly seq = column("seq", "INT64", false, true);
  readonly process = column("process", "INT32");
  readonly pid = column("pid", "INT32");
  readonly tid = column("tid", "INT32");
  readonly call = column("call", "STRING");
  readonly at = column("at_nanos", "INT64", false, true);
  readonly duration = column("duration_nanos", "INT64", true, true);
  /** Delta encoding: differences of addresses take fewer bits than the addresses. */
  readonly args = Array.from({ length: 6 }, (_, i) => column(`arg${i}`, "INT64", true));
  readonly result = column("result", "INT64", true);
  readonly errno = column("errno", "STRING", true);
  readonly path = column("path", "STRING", true);
  readonly all = [
    ...[this.seq, this.process, this.pid, this.tid, this.call, this.at, this.duration],
    ...this.args,
    ...[this.result, this.errno, this.path],
  ];
}

export const parquet: Exporter = {
  name: "parquet",
  writes: "the columns of the SQL table event, for DuckDB, pandas and their kin",
  isBinary: true,
  run,
};

async function run(source: ExportSource, out: ExportOut): Promise<void> {
  const columns = new Columns();
  const bytes = new ByteWriter(1 << 20);
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(columns.all),
    codec: "GZIP",
    compressors: { GZIP: (input: Uint8Array) => gzipSync(input) },
    createdBy: "maptrail",
  });
  const pass = async (): Promise<void> => {
    await out.bytes(bytes.getBytes().slice());
    bytes.index = 0;
  };
  const group = async (): Promise<void> => {
    if (columns.seq.data.length === 0) return;
    writer.write({
      columnData: columns.all.map(({ name, data, encoding }) => ({
        name,
        data,
        ...(encoding && { encoding }),
      })),
      rowGroupSize: rowsPerGroup,
    });
    for (const one of columns.all) one.data = [];
    await pass();
  };
  const pids = pidsOf(source);
  for (const batch of source.batches()) {
    for (let row = 0; row < batch.length; row++) {
      addRow(columns, batch, row, source, pids);
      if (columns.seq.data.length === rowsPerGroup) await group();
    }
  }
  await group();
  writer.finish();
  await pass();
}

function schemaOf(
  columns: readonly Column[],
): ConstructorParameters<typeof ParquetWriter>[0]["schema"] {
  return [
    { name: "event", num_children: columns.length },
    ...columns.map(({ name, type, isNullable }) => ({
      name,
      type: type === "STRING" ? ("BYTE_ARRAY" as const) : type,
      ...(type === "STRING" && { converted_type: "UTF8" as const }),
      repetition_type: isNullable ? ("OPTIONAL" as const) : ("REQUIRED" as const),
    })),
  ];
}

function addRow(
  columns: Columns,
  batch: EventBatch,
  row: number,
  source: ExportSource,
  pids: Uint32Array,
): void {
  const kind = kindOf(batch.kind[row]!);
  const process = batch.process[row]!;
  const duration = batch.duration[row]!;
  const isShown = isCall(kind);
  columns.seq.data.push(BigInt(batch.firstSeq + row));
  columns.process.data.push(process);
  columns.pid.data.push(pids[process] ?? 0);
  columns.tid.data.push(batch.tid[row]!);
  columns.call.data.push(kind ?? `kind ${batch.kind[row]}`);
  columns.at.data.push(BigInt(Math.round(batch.at[row]!)));
  columns.duration.data.push(isShown && duration >= 0 ? BigInt(Math.round(duration)) : null);
  const count = isShown ? argumentCounts[kind] : 0;
  const flags = batch.flags[row]!;
  const exact = (flags & eventFlags.wide) === 0 ? undefined : exactValues(batch, row);
  for (let i = 0; i < 6; i++) {
    const value = exact?.args[i] ?? batch.args[i]![row]!;
    columns.args[i]!.data.push(i < count ? BigInt(value) : null);
  }
  const isKnown = isShown && isResultKnown(batch, row);
  columns.result.data.push(isKnown ? BigInt(exact?.result ?? batch.result[row]!) : null);
  const error = isShown ? errnoAt(batch, row) : 0;
  columns.errno.data.push(error === 0 ? null : errnoName(error));
  columns.path.data.push(source.pathOf(batch.file[row]!) ?? null);
}
