/** The files of an import: opened, looked at, and read in pieces. */

import { createReadStream, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { exitCodes, UserError } from "../../base/errors.ts";
import type { GivenMaps, ImportFile } from "../../formats/import/importer.ts";

/** Enough to recognise a text by. */
const headBytes = 1 << 16;
const pieceBytes = 1 << 20;

export interface OpenFile extends ImportFile {
  /** Whole lines from the beginning, as Latin-1; less where the text is one long line. */
  readonly head: string;
  readonly isEmpty: boolean;
}

/** `-` is the standard input. Throws a UserError for what cannot be read. */
export async function openFile(name: string, cwd: string): Promise<OpenFile> {
  const pieces =
    name === "-"
      ? process.stdin
      : createReadStream(pathOf(name, cwd), { highWaterMark: pieceBytes });
  const iterator: AsyncIterator<Uint8Array> = explaining(name, pieces)[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < headBytes) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    first.push(value);
    bytes += value.length;
  }
  return {
    name: name === "-" ? "standard input" : name,
    isEmpty: bytes === 0,
    head: wholeLines(Buffer.concat(first).subarray(0, headBytes), bytes > headBytes),
    chunks: {
      async *[Symbol.asyncIterator]() {
        yield* first;
        for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
          yield next.value;
        }
      },
    },
  };
}

function pathOf(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new UserError(`there is no file "${name}"`, {
      hint: "maptrail import FILE reads a log; - is the standard input.",
    });
  }
  if (stat.isDirectory()) {
    throw new UserError(`"${name}" is a folder`, { hint: `Name its files: ${name}/*` });
  }
  return path;
}

async function* explaining(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (cause) {
    throw cannotRead(name, cause);
  }
}

function cannotRead(name: string, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`"${name}" cannot be read: ${why}`, {
    exitCode: exitCodes.damagedInput,
    cause,
  });
}

function wholeLines(bytes: Uint8Array, isCut: boolean): string {
  const last = bytes.lastIndexOf(10);
  const end = isCut && last > 0 ? last : bytes.length;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString("latin1");
}

/** When the text was written: the file's modification time, or now for standard input. */
export function writtenAtUnixNanos(name: string, cwd: string): bigint {
  if (name === "-") return BigInt(Date.now()) * 1_000_000n;
  return statSync(resolve(cwd, name), { bigint: true }).mtimeNs;
}

/** `FILE` or `PID=FILE`. */
export function givenMaps(text: string, when: GivenMaps["when"], cwd: string): GivenMaps {
  const [, pid, file = text] = /^(\d+)=(.*)$/s.exec(text) ?? [];
  const path = pathOf(file, cwd);
  try {
    return { pid: pid === undefined ? undefined : Number(pid), bytes: readFileSync(path), when };
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

/** The numbers in names count as numbers, so that log.9 comes before log.10. */
export function inNameOrder(names: readonly string[]): string[] {
  const collator = new Intl.Collator("en", { numeric: true });
  return [...names].sort((a, b) => collator.compare(basename(a), basename(b)));
}
