/** Writes a file atomically: it is complete, or as it was before. */

import { rename, rm, stat, writeFile } from "node:fs/promises";
import { UserError } from "../../base/errors.ts";

/** `path` is absolute, `named` is how the user wrote it. Throws a UserError with the system's reason. */
export async function writeWhole(path: string, named: string, text: string): Promise<void> {
  // Pipes and devices are written directly; only a file can be replaced by renaming.
  const isFile = (await stat(path).catch(() => undefined))?.isFile() ?? true;
  const draft = isFile ? `${path}.${process.pid}.part` : path;
  try {
    await writeFile(draft, text);
    if (isFile) await rename(draft, path);
  } catch (cause) {
    if (isFile) await rm(draft, { force: true }).catch(() => undefined);
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UserError(`"${named}" cannot be written (${reason})`, {
      hint: "Name a file in a folder that is there and can be written.",
      cause,
    });
  }
}
