/** A region's mode as words and back, for tables that are read. */
import { kindOfMode, kinds, modes } from "../../src/space/regions/modes.ts";

const kindNames = Object.keys(kinds);

/** Names of the bits, in the order of the bits, and the kind where it is not private memory. */
export function names(mode: number): string {
  const bits = Object.entries(modes).filter(([, bit]) => (mode & bit) !== 0);
  const kind = kindNames[kindOfMode(mode)]!;
  const key = (mode >>> 20) & 15;
  return [
    ...bits.map(([name]) => name),
    ...(key === 0 ? [] : [`key${key}`]),
    ...(kind === "anonymous" ? [] : [kind]),
  ].join(" ");
}

/** The mode of a few names. */
export function modeOf(text: string): number {
  let mode = 0;
  for (const name of text.split(" ")) {
    if (name.startsWith("key")) mode += Number(name.slice(3)) * 2 ** 20;
    else if (name in kinds) mode += kinds[name as keyof typeof kinds] * 2 ** 28;
    else mode += modes[name as keyof typeof modes] ?? 0;
  }
  return mode;
}
