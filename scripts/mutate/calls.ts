/** Mutators of calls: arguments swapped, a method taken for its opposite, a step of a chain left out. */
import { type Mutator, replaced, swaps, textOf, wrong } from "./mutator.ts";

const opposites = new Map(
  Object.entries({
    min: "max",
    max: "min",
    floor: "ceil",
    ceil: "floor",
    round: "floor",
    every: "some",
    some: "every",
    startsWith: "endsWith",
    endsWith: "startsWith",
    padStart: "padEnd",
    padEnd: "padStart",
    push: "unshift",
    unshift: "push",
    pop: "shift",
    shift: "pop",
    indexOf: "lastIndexOf",
    lastIndexOf: "indexOf",
    toUpperCase: "toLowerCase",
    toLowerCase: "toUpperCase",
  }),
);

/** Methods whose result can stand for what they were called on. */
const skippable = new Set(
  "filter slice sort toSorted reverse toReversed trim trimStart trimEnd abs trunc".split(" "),
);

/** `f(a, b)` → `f(b, a)`. */
export const swappedArguments: Mutator = ({ node }, source) => {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return [];
  return swaps(node, source, node.arguments);
};

export const oppositeMethod: Mutator = ({ node }, source) => {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return [];
  const { property } = node.callee;
  const other = property.type === "Identifier" ? opposites.get(property.name) : undefined;
  if (other === undefined || node.callee.computed) return [];
  const text = replaced(node, source, [[property, other]]);
  return [{ text, label: `${textOf(node.callee, source)} → ${other}`.replace(/\s+/g, " ") }];
};

/** `list.filter(f)` → `list`, `Math.abs(a)` → `a`. */
export const skippedCall: Mutator = ({ node }, source) => {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return [];
  const { object, property } = node.callee;
  if (property.type !== "Identifier" || !skippable.has(property.name)) return [];
  const stays = object.type === "Identifier" && object.name === "Math" ? node.arguments[0] : object;
  return stays === undefined ? [] : [wrong(node, source, textOf(stays, source))];
};
