/** What a terminal is set to at this moment: termios(3) is not to be had from Node. */
import koffi from "koffi";

const tcgetattr = koffi.load("libc.so.6").func("int tcgetattr(int, void *)");

/** struct termios of glibc and musl is 60 bytes; c_lflag is its fourth word (bits/termios-struct.h). */
const termiosBytes = 128;
const localFlagsAt = 12;
const ICANON = 0o2;
const ECHO = 0o10;

/**
 * Whether lines are typed and shown as they are. False while a program has the screen, or a password
 * prompt, to itself, and for what is no terminal.
 */
export function isLineMode(fd: number): boolean {
  const termios = Buffer.alloc(termiosBytes);
  if (tcgetattr(fd, termios) !== 0) return false;
  const flags = termios.readUInt32LE(localFlagsAt);
  return (flags & ICANON) !== 0 && (flags & ECHO) !== 0;
}
