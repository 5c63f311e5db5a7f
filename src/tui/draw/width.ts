/** How many cells a character takes: text from a recording may be in any script. */

/** Ranges that terminals draw two cells wide (Unicode TR11, wide and fullwidth), coarse. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** 0, 1 or 2. */
export function cellsOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (code < 0x1100 || (code >= 0x200b && code <= 0x206f) || code >= 0xfe00) {
    if (noWidth.test(character)) return 0;
  }
  return wide.some(([low, high]) => code >= low && code <= high) ? 2 : 1;
}

/** Cells that a text without colours takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}
