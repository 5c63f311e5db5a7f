/** Round values for axes, and times with just enough digits to distinguish neighbouring marks. */

/** At least `rough`: 1, 2 or 5 times a power of ten. */
export function decimalStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10);
}

/** Round values in [from, to], about `count` of them; none where there is no span. */
export function ticks(
  from: number,
  to: number,
  count: number,
  stepFor: (rough: number) => number = decimalStep,
): number[] {
  const span = to - from;
  if (!(span > 0)) return [];
  const step = stepFor(span / Math.max(1, count));
  const found: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to + span * 1e-9; n++) found.push(n * step);
  return found;
}

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
