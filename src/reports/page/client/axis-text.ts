/** Times on an axis: as many digits as tell neighbours apart. */

const units = [
  { nanos: 1e9, word: "s" },
  { nanos: 1e6, word: "ms" },
  { nanos: 1e3, word: "µs" },
] as const;

/** `step` is the distance to the next mark: `1.25 s`, `12.4 ms`, `0`. */
export function timeText(nanos: number, step: number): string {
  if (nanos === 0) return "0";
  const unit = units.find((one) => Math.abs(nanos) >= one.nanos) ?? { nanos: 1, word: "ns" };
  const digits = Math.max(0, Math.min(9, -Math.floor(Math.log10(step / unit.nanos) + 1e-9)));
  return `${(nanos / unit.nanos).toFixed(digits)} ${unit.word}`;
}
