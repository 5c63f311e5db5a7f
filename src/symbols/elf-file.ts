/** Opens files with code on disk; only regular files are ever read. */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type ElfImage, type RandomAccessBytes, readElf } from "./elf.ts";

/** An open ELF file; `close` it. */
export interface ElfFile {
  readonly path: string;
  readonly source: RandomAccessBytes;
  readonly image: ElfImage;
  /** Unix time of the last change to the file or its inode. */
  readonly changedAtMillis: number;
  close(): void;
}

/** `isMissing`: there is no such file. */
export interface Unreadable {
  readonly reason: string;
  readonly isMissing: boolean;
}

export function openElf(path: string): ElfFile | Unreadable {
  let fd: number;
  try {
    // Opening a pipe would block until it has a writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return { reason: isMissing ? "it is gone" : `it cannot be opened (${code})`, isMissing };
  }
  const stat = fstatSync(fd);
  const close = (): void => closeSync(fd);
  const source: RandomAccessBytes = {
    lengthBytes: stat.size,
    read: (offset, lengthBytes) => readBytes(fd, stat.size, offset, lengthBytes),
  };
  const image = stat.isFile() ? readElf(source) : { reason: "it is no regular file" };
  if ("reason" in image) {
    close();
    return { reason: image.reason, isMissing: false };
  }
  return { path, source, image, changedAtMillis: stat.ctimeMs, close };
}

function readBytes(
  fd: number,
  fileBytes: number,
  offset: number,
  lengthBytes: number,
): DataView | undefined {
  if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > fileBytes) return undefined;
  const bytes = new Uint8Array(lengthBytes);
  try {
    const count = readSync(fd, bytes, 0, lengthBytes, offset);
    return count === lengthBytes ? new DataView(bytes.buffer) : undefined;
  } catch {
    // An error of the disk is damage like any other.
    return undefined;
  }
}
