/** The kind of memory shown to people, from a region's mode. */
import type { MemoryKind } from "../../base/kinds.ts";
import { accessMask, kindOfMode, kinds, modes } from "./modes.ts";

/** MAP_STACK: libc gives it to the stacks of threads. The kernel ignores it. */
export const mapStack = 0x2_0000;

/**
 * The kind of a region with that mode. `isThreadStack`: its mmap had MAP_STACK, which is not a
 * part of the mode. Never `tool`: the tool's own memory is not in a space.
 */
export function memoryKindOf(mode: number, isThreadStack = false): MemoryKind {
  const backed = kindOfMode(mode);
  if (backed === kinds.special || backed === kinds.aio) return "kernel";
  if ((mode & accessMask) === 0) return "reserved";
  if (isThreadStack || backed === kinds.stack) return "stack";
  if ((mode & modes.shared) !== 0) return "shared";
  if (backed === kinds.file) return (mode & modes.exec) === 0 ? "file" : "libraryText";
  return (mode & modes.heap) === 0 ? "anonymous" : "heap";
}
