/** File descriptors and segments as a log shows them being made. */

import { firstString } from "./strings.ts";

/** What the calls that name files say. `text` is between the brackets; `result` at least 0. */
export function noteFiles(
  files: Map<number, string>,
  segments: Map<number, number>,
  name: string,
  text: string,
  result: number,
): void {
  const number = (index: number): number => Number.parseInt(text.split(", ")[index] ?? "", 10);
  switch (name) {
    case "close":
      files.delete(number(0));
      break;
    case "dup":
    case "dup2":
    case "dup3": {
      const path = files.get(number(0));
      if (path === undefined) files.delete(result);
      else files.set(result, path);
      break;
    }
    case "shmget":
      segments.set(result, Number(text.split(", ")[1] ?? ""));
      break;
    default: {
      const path = firstString(text);
      if (path === undefined) files.delete(result);
      else files.set(result, name === "memfd_create" ? `/memfd:${path}` : path);
    }
  }
}
