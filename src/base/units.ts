/** Sizes, counts, durations and addresses as people read them, and back. No colour, no layout. */

const sizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/** At most three figures, no trailing zeros: 1.84, 12.5, 128. */
function threeFigures(value: number): string {
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** Bytes in binary units with at most three figures: `1.84 GiB`. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? "-" : "";
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < sizeUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${sign}${threeFigures(value)} ${sizeUnits[unit]}`;
}

/** A whole number with thousands marks: `12,431`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count and its noun: `1 process`, `3 processes`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Nanoseconds in the unit that fits: `912 ns`, `14 µs`, `1.84 s`, `2 min 5 s`, `1 h 12 min`. */
export function formatDuration(nanos: number, micro = "µs"): string {
  if (nanos < 999.5) return `${Math.round(nanos)} ns`;
  if (nanos < 999_500) return `${threeFigures(nanos / 1e3)} ${micro}`;
  if (nanos < 999_500_000) return `${threeFigures(nanos / 1e6)} ms`;
  if (nanos < 59_950_000_000) return `${threeFigures(nanos / 1e9)} s`;
  const seconds = Math.round(nanos / 1e9);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const wholeMinutes = Math.round(nanos / 60e9);
  return `${Math.floor(wholeMinutes / 60)} h ${wholeMinutes % 60} min`;
}

/** A share in per cent; 0 % and 100 % only when exact. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const percent = (100 * part) / whole;
  const near = (percent > 0 && percent < 1) || (percent > 99 && percent < 100);
  if (!near) return `${Math.round(percent)} %`;
  return `${Math.min(99.9, Math.max(0.1, percent)).toFixed(1)} %`;
}

/** Three hexadecimal digits of each number below 4096. */
const digits = Array.from({ length: 4096 }, (_, i) => i.toString(16).padStart(3, "0"));
const mostByTable = 2 ** 48;

/** Hexadecimal as machines read it: `0x7f1234000000`. Negative values are 64-bit two's complement. */
export function formatHex(value: number | bigint): string {
  if (value < 0) return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
  if (value < 0x4000_0000 || value >= mostByTable) return `0x${value.toString(16)}`;
  // Number's toString takes six times as long for values over 31 bits.
  const number = Number(value);
  const low = number % 0x100_0000;
  return `0x${((number - low) / 0x100_0000).toString(16)}${digits[low >>> 12]}${digits[low & 4095]}`;
}

/** Hexadecimal as people read it: `0x7f12_3400_0000`. */
export function formatAddress(value: number | bigint): string {
  return formatHex(value).replace(/(?<=[0-9a-f])(?=(?:[0-9a-f]{4})+$)/g, "_");
}

const sizeFactors: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Bytes from `4096`, `0x1000`, `4K`, `1.5MiB`, `2 GB` (always binary); undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(?:(0x[0-9a-f]+)|(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?)$/i.exec(text.trim());
  if (match === null) return undefined;
  if (match[1] !== undefined) return Number(match[1]);
  const factor = sizeFactors[(match[3] ?? "").toLowerCase()] ?? 1;
  return Math.round(Number(match[2]) * factor);
}

const durationFactors: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  min: 60e9,
  h: 3600e9,
};

/** Nanoseconds from `1.25s`, `14us`, `3 ms`, `2min`; a unit is required; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min|h)$/.exec(text.trim());
  const factor = durationFactors[match?.[2] ?? ""];
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}
