/** Why calls were lost, in words, by enum mt_lost of record.h. */
import { enums } from "../journal/wire/wire.gen.ts";

const sentences = new Map<number, string>([
  [
    enums.lost.nothing,
    "they were begun and never written: the process was killed, or a signal handler jumped out",
  ],
  [enums.lost.disk, "the journal's file system is full"],
  [enums.lost.limit, "RLIMIT_FSIZE or RLIMIT_AS left the journal no room"],
  [
    enums.lost.path,
    "the journal could not be reached any more (chroot, another user, no free descriptor)",
  ],
  [enums.lost.sealed, "a seccomp filter forbade what growing the journal needs"],
  [enums.lost.stopped, "the recorder had asked to stop"],
  [enums.lost.busy, "another thread held the journal's growth for too long"],
]);

export function lostReason(reason: number): string {
  return sentences.get(reason) ?? `reason ${reason}`;
}
