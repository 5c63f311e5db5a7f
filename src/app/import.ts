/** `maptrail import`: makes a recording of another tool's log. */

import { rmSync, statSync } from "node:fs";
import { exitCodes, UserError } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { countOf, formatCount } from "../base/units.ts";
import { packageVersion } from "../base/version.ts";
import type {
  GivenMaps,
  Importer,
  ImportResult,
  ImportSink,
  Origin,
} from "../formats/import/importer.ts";
import { importerFor, importerNamed } from "../formats/import/importers.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import type { RecordingWriter } from "../store/writer.ts";
import {
  givenMaps,
  inNameOrder,
  type OpenFile,
  openFile,
  writtenAtUnixNanos,
} from "./io/import-files.ts";
import type { Io } from "./io/io.ts";
import { type DatabaseChoice, databasePath } from "./open/database.ts";
import { writeSummary } from "./record/summary.ts";

export interface ImportOptions extends DatabaseChoice {
  readonly files: readonly string[];
  readonly format?: string | undefined;
  /** `[PID=]FILE`: what was mapped before the first call of the log. */
  readonly maps?: readonly string[] | undefined;
  /** `[PID=]FILE`: what was mapped after the last one. */
  readonly endMaps?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
}

/** Rows between two writes to the database: appended rows stay in memory until then. */
const rowsPerFlush = 200_000;

/**
 * Returns the exit code: 3 when lines could not be read, though the rest was kept. Throws a UserError
 * when nothing could be imported; then nothing is kept.
 */
export async function importFiles(options: ImportOptions, io: Io): Promise<number> {
  const names = inNameOrder(options.files);
  const { cwd } = io;
  const maps = [
    ...(options.maps ?? []).map((text) => givenMaps(text, "start", cwd)),
    ...(options.endMaps ?? []).map((text) => givenMaps(text, "end", cwd)),
  ];
  const files: OpenFile[] = [];
  for (const name of names) files.push(await openFile(name, cwd));
  const importer = chooseImporter(files, options.format);
  const path = databasePath(options, io);
  const isNew = statSync(path, { throwIfNoEntry: false }) === undefined;
  const store = openStore(path, { mode: "create" });
  try {
    const startedAt = writtenAtUnixNanos(names[0]!, cwd);
    const { recording, result } = await store.atomically(() =>
      importInto(store, importer, files, maps, { cwd, startedAt }),
    );
    await writeProblems(result, io);
    if (options.quiet !== true) await writeSummary({ store, path, recording }, io);
    return result.problemCount > 0 ? exitCodes.damagedInput : exitCodes.ok;
  } catch (error) {
    if (isNew && store.recordings().length === 0) rmSync(path, { force: true });
    throw error;
  } finally {
    store.close();
  }
}

function chooseImporter(files: readonly OpenFile[], format: string | undefined): Importer {
  const first = files.find((file) => !file.isEmpty);
  if (first === undefined) {
    const name = files.map((file) => file.name).join(", ");
    throw new UserError(`${name} is empty: there is nothing to import`, {
      exitCode: exitCodes.damagedInput,
      hint: "strace -f -ttt -T -o FILE CMD writes a log.",
    });
  }
  if (format !== undefined) return importerNamed(format);
  const importer = importerFor(first.name, first.head);
  for (const file of files) {
    if (file.isEmpty || importerFor(file.name, file.head) === importer) continue;
    throw new UserError(`${file.name} is not of the same format as ${first.name}`, {
      hint: "Several files are one recording; import others apart, or say --format NAME.",
    });
  }
  return importer;
}

interface Place {
  readonly cwd: string;
  readonly startedAt: bigint;
}

async function importInto(
  store: Store,
  importer: Importer,
  files: readonly OpenFile[],
  maps: readonly GivenMaps[],
  place: Place,
): Promise<{ recording: number; result: ImportResult }> {
  const sink = new RecordingSink(store, importer, place);
  const result = await importer.run({ files, sink, maps });
  const { lines, calls, problemCount } = result;
  sink.writer.finish({
    status: problemCount === 0 ? "complete" : "damaged",
    durationNanos: result.durationNanos,
    totals: JSON.stringify({ lines, calls, unreadable: problemCount }),
  });
  return { recording: sink.recording, result };
}

/** Begins the recording once the importer knows where it comes from. */
class RecordingSink implements ImportSink {
  recording = 0;
  readonly #store: Store;
  readonly #importer: Importer;
  readonly #place: Place;
  #writer: RecordingWriter | undefined;
  #rows = 0;

  constructor(store: Store, importer: Importer, place: Place) {
    this.#store = store;
    this.#importer = importer;
    this.#place = place;
  }

  get writer(): RecordingWriter {
    if (this.#writer === undefined) this.begin({ command: [], startedAtUnixNanos: undefined });
    return this.#writer!;
  }

  begin({ command, startedAtUnixNanos }: Origin): void {
    this.recording = this.#store.createRecording({
      command,
      cwd: this.#place.cwd,
      startedAtUnixNanos: startedAtUnixNanos ?? this.#place.startedAt,
      source: this.#importer.name,
      toolVersion: packageVersion(),
      // Where the log was written is not known: not on this machine, perhaps.
      host: {},
    });
    this.#writer = this.#store.writer(this.recording);
  }

  blob(bytes: Uint8Array): number {
    return this.writer.blob(bytes);
  }

  file(file: { readonly dev: number; readonly inode: string; readonly path: string }): number {
    return this.writer.file(file);
  }

  append(batch: Parameters<ImportSink["append"]>[0]): void {
    const { writer } = this;
    writer.append(batch);
    this.#rows += batch.length;
    if (this.#rows < rowsPerFlush) return;
    this.#rows = 0;
    writer.flush("");
  }
}

async function writeProblems(result: ImportResult, io: Io): Promise<void> {
  const { problems, problemCount, lines, calls } = result;
  if (problemCount === 0) return;
  const { style } = io.err;
  const messages = problems.slice(0, 5).map(({ file, line, reason, text }) => {
    return `maptrail: ${printable(file)}, line ${line}: ${reason}: "${printable(text)}"\n`;
  });
  const more = problemCount - messages.length;
  if (more > 0)
    messages.push(`maptrail: and ${countOf(more, "more line")} that could not be read\n`);
  messages.push(
    `maptrail: ${formatCount(lines - problemCount)} of ${countOf(lines, "line")} were read, ` +
      `${countOf(calls, "call")} kept\n`,
  );
  await io.err.write(style.paint("bad", messages.join("")));
}
