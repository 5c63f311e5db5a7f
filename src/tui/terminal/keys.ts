/** Parses what a terminal sends into keys and mouse events. Pure. */

export interface Mouse {
  readonly kind: "mouse";
  readonly what: "press" | "drag" | "wheel-up" | "wheel-down";
  /** From 0, in cells. */
  readonly column: number;
  readonly row: number;
}

/** A key by its name (`a`, `G`, `left`, `ctrl-c`, `shift-right`, `enter`), or a mouse event. */
export type Key = { readonly kind: "key"; readonly name: string } | Mouse;

const finals: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  Z: "shift-tab",
};

const tildes: Readonly<Record<string, string>> = {
  1: "home",
  3: "delete",
  4: "end",
  5: "page-up",
  6: "page-down",
  7: "home",
  8: "end",
};

const controls: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u001b": "escape",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals send control characters
const mouse = /^\u001b\[<(\d+);(\d+);(\d+)([Mm])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const sequence = /^\u001b(?:\[([\d;:<=>?]*)([ -/]*)([@-~])|O([A-Z]))/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unfinished = /^\u001b(?:\[[\d;:<=>?]*[ -/]*|O)?$/;

/** Modifier parameter of xterm: 1 + shift 1, alt 2, ctrl 4. */
function withModifiers(name: string, modifiers: string | undefined): string {
  const bits = Number(modifiers ?? 1) - 1;
  const ctrl = (bits & 4) !== 0 ? "ctrl-" : "";
  return `${ctrl}${(bits & 1) !== 0 ? "shift-" : ""}${name}`;
}

/**
 * The keys in `text`, which may be several when they are typed fast, and the rest of it when it ends
 * within a sequence. Unknown sequences give no key.
 */
export function parseKeys(text: string): { readonly keys: Key[]; readonly rest: string } {
  const keys: Key[] = [];
  let rest = text;
  while (rest !== "") {
    if (unfinished.test(rest)) break;
    const taken = takeSequence(rest, keys);
    if (taken > 0) {
      rest = rest.slice(taken);
      continue;
    }
    const character = String.fromCodePoint(rest.codePointAt(0)!);
    rest = rest.slice(character.length);
    keys.push({ kind: "key", name: nameOf(character) });
  }
  return { keys, rest };
}

/** Adds the key of the escape sequence at the start of `text`. Returns its length, 0 when there is none. */
function takeSequence(text: string, keys: Key[]): number {
  const click = mouse.exec(text);
  if (click !== null) {
    const what = mouseAction(Number(click[1]), click[4] === "M");
    const [column, row] = [Number(click[2]) - 1, Number(click[3]) - 1];
    if (what !== undefined) keys.push({ kind: "mouse", what, column, row });
    return click[0].length;
  }
  const match = sequence.exec(text);
  if (match === null) return 0;
  const [whole, parameters = "", , final = "", short] = match;
  const [first, second] = parameters.split(";");
  const name = final === "~" ? tildes[first ?? ""] : finals[short ?? final];
  if (name !== undefined) keys.push({ kind: "key", name: withModifiers(name, second) });
  return whole.length;
}

function mouseAction(button: number, isPress: boolean) {
  if ((button & 64) !== 0) return (button & 1) === 0 ? "wheel-up" : "wheel-down";
  if ((button & 3) !== 0 || !isPress) return undefined;
  return (button & 32) !== 0 ? "drag" : "press";
}

function nameOf(character: string): string {
  const named = controls[character];
  if (named !== undefined) return named;
  if (character === " ") return "space";
  const code = character.codePointAt(0)!;
  return code < 32 ? `ctrl-${String.fromCharCode(code + 96)}` : character;
}

/** The character that a key types; undefined for keys that type none. */
export function characterOf(key: Key): string | undefined {
  if (key.kind !== "key") return undefined;
  if (key.name === "space") return " ";
  return [...key.name].length === 1 ? key.name : undefined;
}
