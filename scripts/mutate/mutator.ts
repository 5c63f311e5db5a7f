/** What a mutator is: from one node of the syntax tree to the wrong versions of its text. */
import type { Node, Spot } from "./syntax.ts";

/** A wrong version of one node. */
export interface Wrong {
  /** The node's whole text; empty for a statement that is left out. */
  readonly text: string;
  /** For people and for the list of judged mutants, as `old → new`. */
  readonly label: string;
}

export type Mutator = (spot: Spot, source: string) => Wrong[];

export function textOf(node: Node, source: string): string {
  return source.slice(node.start, node.end);
}

/** Text of `whole` with each of the `parts` replaced; the parts stand in order and do not overlap. */
export function replaced(
  whole: Node,
  source: string,
  parts: readonly (readonly [{ readonly start: number; readonly end: number }, string])[],
): string {
  let text = "";
  let at = whole.start;
  for (const [part, instead] of parts) {
    text += source.slice(at, part.start) + instead;
    at = part.end;
  }
  return text + source.slice(at, whole.end);
}

export function wrong(node: Node, source: string, text: string): Wrong {
  return { text, label: `${textOf(node, source)} → ${text}`.replace(/\s+/g, " ") };
}

/** Each two neighbours of `items` that can change places: not the same text, no functions. */
export function swaps(whole: Node, source: string, items: readonly Node[]): Wrong[] {
  return items.slice(1).flatMap((right, i) => {
    const left = items[i]!;
    const [a, b] = [textOf(left, source), textOf(right, source)];
    if (a === b || !isMovable(left) || !isMovable(right)) return [];
    const text = replaced(whole, source, [
      [left, b],
      [right, a],
    ]);
    return [{ text, label: `swap ${a}, ${b}`.replace(/\s+/g, " ") }];
  });
}

function isMovable(node: Node): boolean {
  return !["ArrowFunctionExpression", "FunctionExpression", "SpreadElement"].includes(node.type);
}

/** Whether the node decides an `if` or a `? :`; such a condition is made true and made false. */
export function isDecision({ node, parent }: Spot): boolean {
  if (parent?.type !== "IfStatement" && parent?.type !== "ConditionalExpression") return false;
  return parent.test === node;
}
