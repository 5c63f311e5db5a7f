/** The launcher's small journal: the file that it tried to run, the arguments, and the outcome. */
import { decodeHeader, isDamage, type JournalHeader } from "../journal/wire/header.ts";
import { defines, enums, structs } from "../journal/wire/wire.gen.ts";

export interface Launch {
  readonly pid: number;
  readonly monoNanos: bigint;
  /** Rate of the time stamp counter, which all processes share. */
  readonly nanosPerTick: number | undefined;
  readonly path: string;
  readonly argv: readonly string[];
  readonly target: number;
  /** errno of the exec when it failed. */
  readonly errno: number | undefined;
}

function rateOf({ open, last }: JournalHeader): number | undefined {
  if (last === undefined) return undefined;
  const rate = Number(open.mono - last.mono) / Number(open.tsc - last.tsc);
  return rate > 0 && Number.isFinite(rate) ? rate : undefined;
}

/** Reads all of it; undefined for a file that is not one. */
export function readLaunch(bytes: Uint8Array): Launch | undefined {
  const header = decodeHeader(bytes);
  if (isDamage(header) || !header.features.launcher) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { record, text } = structs;
  const texts = new Map<number, Buffer[]>();
  let target = 0;
  let errno: number | undefined;
  for (let slot = 0; slot < header.cursor; slot++) {
    const at = defines.MT_HEADER_SIZE + slot * defines.MT_RECORD_SIZE;
    if (at + defines.MT_RECORD_SIZE > bytes.byteLength) break;
    const kind = view.getUint16(at + record.fields.kind.offset, true);
    if (kind === enums.kind.text) {
      const topic = view.getUint16(at + text.fields.topic.offset, true);
      const length = view.getUint16(at + text.fields.length.offset, true);
      const from = at + text.fields.bytes.offset;
      const pieces = texts.get(topic) ?? [];
      pieces.push(Buffer.from(bytes.subarray(from, from + length)));
      texts.set(topic, pieces);
    } else if (kind === enums.kind.execve) {
      target = view.getUint32(at + record.fields.target.offset, true);
    } else if (kind === enums.kind.exec_returned) {
      errno = -Number(view.getBigInt64(at + record.fields.result.offset, true));
    }
  }
  const textOf = (topic: number): string => Buffer.concat(texts.get(topic) ?? []).toString("utf8");
  return {
    pid: header.pid,
    monoNanos: header.open.mono,
    nanosPerTick: rateOf(header),
    path: textOf(enums.topic.path),
    argv: textOf(enums.topic.argv).split("\0").slice(0, -1),
    target,
    errno,
  };
}
