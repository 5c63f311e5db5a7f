/** What a journal holds besides the rows of calls: texts, process calls that need handling, losses. */
import type { Moment } from "../../events/kinds.ts";

interface ItemBase {
  /** Begin stamp of the record, or of the text's last piece. */
  readonly slot: number;
  /** Nanoseconds since the start of the recording. */
  readonly atNanos: number;
}

export interface TextItem extends ItemBase {
  readonly type: "text";
  readonly topic: "coverage" | "exe" | "argv" | "note";
  readonly tid: number;
  /** argv: ProcessCallItem.pathKey of the exec that it is for, or "0" for the process itself. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The text was longer than could be written or read. */
  readonly cut: boolean;
}

export interface MapsItem extends ItemBase {
  readonly type: "maps";
  readonly moment: Moment;
  readonly tid: number;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly cut: boolean;
  /** No memory call ran while the maps were read, so they are the exact state at this point of history. */
  readonly stable: boolean;
}

/** Follows the row of a process call, which is the batch's last row. */
export interface ProcessCallItem extends ItemBase {
  readonly type: "processCall";
  readonly call: "clone" | "vfork" | "execve" | "execveat" | "exit_group";
  readonly tid: number;
  readonly args: readonly number[];
  /** The child's pid or -errno; undefined when the call never came back. */
  readonly result: number | undefined;
  /** enum mt_target bits of the program that an exec runs, 0 unknown. */
  readonly target: number;
  /** EventBatch.file of the row. */
  readonly file: number;
  /** Key of the program's path, hexadecimal text; "0" is none. */
  readonly pathKey: string;
  /** exec: made by the process whose journal it is in, not by a child that shares its memory. */
  readonly isOwn: boolean;
}

/** Slots that were reserved and never filled: their writers died, or found no room in the file. */
export interface LostItem extends ItemBase {
  readonly type: "lost";
  readonly count: number;
}

/** The program installed a seccomp filter. */
export interface SealedItem extends ItemBase {
  readonly type: "sealed";
  readonly tid: number;
}

export type JournalItem = TextItem | MapsItem | ProcessCallItem | LostItem | SealedItem;
