/** All mutants of a source file. */
import * as calls from "./calls.ts";
import type { Mutator } from "./mutator.ts";
import * as operators from "./operators.ts";
import { leftOut } from "./statements.ts";
import { type Node, type Spot, spots } from "./syntax.ts";
import * as values from "./values.ts";

export interface Mutant {
  /** Where it stands in the list of its file. */
  readonly index: number;
  /** Span of the text that is replaced, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Text that stands there instead; empty for a statement left out. */
  readonly text: string;
  readonly isStatement: boolean;
  readonly line: number;
  /** The line's text, trimmed: with the label it names the mutant when lines have moved. */
  readonly code: string;
  readonly label: string;
}

const mutators: readonly Mutator[] = [
  leftOut,
  ...Object.values(operators),
  ...Object.values(values),
  ...Object.values(calls),
];

export function mutantsOf(path: string, source: string): Mutant[] {
  const lines = source.split("\n");
  const lineStarts = startsOf(lines);
  const seen = new Map<string, number>();
  const found = spots(path, source).flatMap((spot) => {
    if (!isWhole(spot)) return [];
    const { start, end } = spot.node;
    const isStatement = spot.node.type.endsWith("Statement");
    return mutators
      .flatMap((mutate) => mutate(spot, source))
      .map(({ text, label }) => {
        const line = lineStarts.findLastIndex((one) => one <= start) + 1;
        const code = lines[line - 1]!.trim();
        return { start, end, text, isStatement, line, code, label: numbered(seen, line, label) };
      });
  });
  return found.map((mutant, index) => ({ index, ...mutant }));
}

function startsOf(lines: readonly string[]): number[] {
  let at = 0;
  return lines.map((line) => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

/** The second mutant of the same label on a line is `label #2`. */
function numbered(seen: Map<string, number>, line: number, label: string): string {
  const key = `${line} ${label}`;
  const count = (seen.get(key) ?? 0) + 1;
  seen.set(key, count);
  return count === 1 ? label : `${label} #${count}`;
}

/** Whether parentheses can stand around the node: not within `a?.b.c()`, whose links belong together. */
function isWhole({ node, parent }: Spot): boolean {
  if (parent === undefined || !isLink(node)) return true;
  const holds =
    (parent.type === "MemberExpression" && parent.object === node) ||
    (parent.type === "CallExpression" && parent.callee === node) ||
    parent.type === "TSNonNullExpression";
  return !holds || !hasOptional(node);
}

function isLink(node: Node): boolean {
  return node.type === "MemberExpression" || node.type === "CallExpression";
}

function hasOptional(node: Node): boolean {
  if (node.type === "TSNonNullExpression") return hasOptional(node.expression);
  if (node.type === "MemberExpression") return node.optional || hasOptional(node.object);
  if (node.type === "CallExpression") return node.optional || hasOptional(node.callee);
  return false;
}
