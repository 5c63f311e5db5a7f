/** The settings of a terminal: Node does not offer termios(3). */
import koffi from "koffi";

const tcgetattr = koffi.load("libc.so.6").func("int tcgetattr(int, void *)");

/** struct termios of glibc and musl is 60 bytes; c_lflag is its fourth word (bits/termios-struct.h). */
const termiosBytes = 128;
const localFlagsAt = 12;
const ICANON = 0o2;
const ECHO = 0o10;

/**
 * Whether the terminal echoes and edits lines. False while a full-screen program or a password prompt
 * has it, and for anything but a terminal.
 */
export function isLineMode(fd: number): boolean {
  const termios = Buffer.alloc(termiosBytes);
  if (tcgetattr(fd, termios) !== 0) return false;
  const flags = termios.readUInt32LE(localFlagsAt);
  return (flags & ICANON) !== 0 && (flags & ECHO) !== 0;
}
