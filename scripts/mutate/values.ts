/** Mutators of literals, object and array literals, templates and lengths. */
import { type Mutator, replaced, swaps, textOf, wrong } from "./mutator.ts";
import type { Node } from "./syntax.ts";

/** A number one up (and 1 one down), a text emptied, true for false. */
export const literal: Mutator = ({ node, parent }, source) => {
  if (node.type !== "Literal") return [];
  // "use strict" and its like are statements of nothing but a text.
  if (parent?.type === "ExpressionStatement" || parent?.type === "ImportExpression") return [];
  const { value } = node;
  if (typeof value === "number")
    return neighbours(value).map((other) => wrong(node, source, `${other}`));
  if (typeof value === "bigint") return [wrong(node, source, `${value + 1n}n`)];
  if (typeof value === "boolean") return [wrong(node, source, `${!value}`)];
  if (typeof value === "string") return [wrong(node, source, value === "" ? '"mutated"' : '""')];
  return [];
};

/** Above 2^53 a number is doubled, since one more may be the same number. */
function neighbours(value: number): number[] {
  if (value === 1) return [2, 0];
  return [Number.isInteger(value) && !Number.isSafeInteger(value) ? 2 * value : value + 1];
}

/** The words of a template taken away, and neighbouring values in it swapped. */
export const template: Mutator = ({ node, parent }, source) => {
  if (node.type !== "TemplateLiteral" || parent?.type === "TaggedTemplateExpression") return [];
  const values = node.expressions.map((one) => `\${${textOf(one, source)}}`);
  const bare = `\`${values.join("")}\``;
  const words = bare === textOf(node, source) ? [] : [wrong(node, source, bare)];
  return [...words, ...swaps(node, source, node.expressions)];
};

/** `{ a: x, b: y }` → `{ a: y, b: x }`. */
export const object: Mutator = ({ node }, source) => {
  if (node.type !== "ObjectExpression") return [];
  return node.properties.slice(1).flatMap((right, i) => {
    const left = node.properties[i]!;
    const [a, b] = [propertyValue(left), propertyValue(right)];
    if (a === undefined || b === undefined) return [];
    const [first, second] = [textOf(a, source), textOf(b, source)];
    if (first === second) return [];
    const text = replaced(node, source, [
      [left, withValue(left, second, source)],
      [right, withValue(right, first, source)],
    ]);
    const names = [left, right].map((one) => ("key" in one ? textOf(one.key, source) : ""));
    return [{ text, label: `swap the values of ${names.join(", ")}` }];
  });
};

function propertyValue(property: Node): Node | undefined {
  if (property.type !== "Property" || property.method || property.kind !== "init") return undefined;
  const { value } = property;
  const isFunction =
    value.type === "ArrowFunctionExpression" || value.type === "FunctionExpression";
  return isFunction ? undefined : value;
}

function withValue(property: Node, value: string, source: string): string {
  if (property.type !== "Property") return "";
  const key = textOf(property.key, source);
  return `${property.computed ? `[${key}]` : key}: ${value}`;
}

/** `[a, b]` → `[b, a]`. */
export const array: Mutator = ({ node }, source) => {
  if (node.type !== "ArrayExpression") return [];
  const elements = node.elements.filter((one) => one !== null);
  return elements.length < node.elements.length ? [] : swaps(node, source, elements);
};

const sizes = new Set(["length", "size"]);

/** `list.length` → `list.length + 1`, where it is not compared: there the comparison is mutated. */
export const size: Mutator = ({ node, parent }, source) => {
  if (node.type !== "MemberExpression" || node.computed || parent === undefined) return [];
  if (node.property.type !== "Identifier" || !sizes.has(node.property.name)) return [];
  if (isWritten(node, parent) || isLink(node, parent) || isCompared(parent)) return [];
  return [wrong(node, source, `${textOf(node, source)} + 1`)];
};

function isWritten(node: Node, parent: Node): boolean {
  if (parent.type === "AssignmentExpression") return parent.left === node;
  return parent.type === "UpdateExpression" || parent.type === "ArrayPattern";
}

/** Part of a longer chain of members and calls. */
function isLink(node: Node, parent: Node): boolean {
  if (parent.type === "MemberExpression") return parent.object === node;
  if (parent.type === "CallExpression" || parent.type === "NewExpression")
    return parent.callee === node;
  return parent.type === "ChainExpression" || parent.type === "TSNonNullExpression";
}

function isCompared(parent: Node): boolean {
  return parent.type === "BinaryExpression" && /^[<>=!]/.test(parent.operator);
}
