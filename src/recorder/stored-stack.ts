/** A journal's stack as the recording keeps it: each module and each stack once. */
import type { JournalStack } from "../journal/contents/stacks.ts";
import type { RecordingWriter } from "../store/writer.ts";

/** The kernel marks the path of a file that is gone; it is the same file. */
const deleted = / \(deleted\)$/;

/** Its number in the recording. */
export function storedStack(writer: RecordingWriter, { frames, end }: JournalStack): number {
  const named = frames.map(({ module, offset }) => {
    const id =
      module === undefined ? 0 : writer.module(module.path.replace(deleted, ""), module.buildId);
    return { module: id, offset };
  });
  return writer.stack(named, end);
}
