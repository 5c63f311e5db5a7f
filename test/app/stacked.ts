/** A recording whose calls come from known places of a real program, for what shows who asked. */
import { join } from "node:path";
import { kindCodes } from "../../src/events/kinds.ts";
import type { StackEnd } from "../../src/events/stack.ts";
import type { RecordingWriter } from "../../src/store/writer.ts";
import { batchOf, type EventRow } from "../store/batches.ts";
import { appendEnd, appendStart, meta, open, scratch, startOf, summary } from "../store/helpers.ts";
import { buildIdOf, callAddresses, compile } from "../symbols/builds.ts";

/** Return addresses in the fixture, by the function that they lie in. */
export interface Places {
  readonly program: string;
  readonly grow: number;
  readonly fill: number;
  readonly main: number;
}

let built: Places | undefined;

export function places(): Places {
  built ??= build();
  return built;
}

function build(): Places {
  const program = compile("chain.c", "-g", "-O1");
  const of = (name: string): number =>
    (callAddresses(program, new RegExp(`^${name}$`))[0] ?? -1) + 1;
  return { program, grow: of("grow"), fill: of("fill"), main: of("main") };
}

/** The libc of this process, which a stack's first and last frames lie in. */
export function libc(): string {
  const report = process.report.getReport() as { sharedObjects?: string[] };
  const path = report.sharedObjects?.find((name) => /\/libc\.so|\/ld-musl/.test(name));
  if (path === undefined) throw new Error("this process has no libc");
  return path;
}

export type NamedFrame = "libc" | "grow" | "fill" | "main" | { readonly runtime: number };

export interface StackBuilder {
  stack(frames: readonly NamedFrame[], end?: StackEnd): number;
  append(rows: readonly EventRow[]): void;
  readonly writer: RecordingWriter;
}

/** Makes maptrail.db in a scratch folder and returns the folder. */
export function stackedDatabase(fill: (builder: StackBuilder) => void, pid = 4121): string {
  const folder = scratch();
  const store = open(join(folder, "maptrail.db"));
  const writer = store.writer(store.createRecording(meta));
  appendStart(writer, startOf(1, { pid, exe: places().program, argv: [places().program] }));
  const { program, ...offsets } = places();
  const own = writer.module(program, buildIdOf(program));
  const lib = writer.module(libc(), buildIdOf(libc()));
  fill({
    writer,
    append: (rows) => writer.append(batchOf(rows)),
    stack: (frames, end = "start") =>
      writer.stack(
        frames.map((frame) => {
          if (frame === "libc") return { module: lib, offset: 0x30000 };
          if (typeof frame === "object") return { module: 0, offset: frame.runtime };
          return { module: own, offset: offsets[frame] };
        }),
        end,
      ),
  });
  appendEnd(writer, { process: 1, how: "exit", status: 0, atNanos: 12_000_000 });
  writer.finish(summary);
  store.close();
  return folder;
}

const MiB = 1024 ** 2;
const base = 0x7f12_3400_0000;

/** Two mmaps, a growth in place, a move: by grow under fill, and by main alone. */
export function growingRows(byGrow: number, byMain: number): EventRow[] {
  const rows: Omit<EventRow, "at" | "slot">[] = [
    { kind: kindCodes.mmap, args: [0, MiB, 3, 0x22, -1], result: base, stack: byMain },
    {
      kind: kindCodes.mremap,
      args: [base, MiB, 2 * MiB, 1],
      result: base,
      stack: byGrow,
      duration: 900,
    },
    {
      kind: kindCodes.mremap,
      args: [base, 2 * MiB, 8 * MiB, 1],
      result: base + 64 * MiB,
      stack: byGrow,
      duration: 14_000,
    },
    { kind: kindCodes.mmap, args: [0, MiB, 3, 0x22, -1], result: base, stack: byGrow },
  ];
  return rows.map((row, i) => ({
    tid: 4121,
    duration: 1000,
    ...row,
    at: (i + 1) * 1_000_000,
    slot: i,
  }));
}
