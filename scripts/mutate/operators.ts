/** Mutators of operators and conditions. */
import { isDecision, type Mutator, textOf, type Wrong, wrong } from "./mutator.ts";
import type { Node } from "./syntax.ts";

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
  "**": ["*"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
  "|=": ["&="],
  "&=": ["|="],
  "++": ["--"],
  "--": ["++"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
};

/** Only the boundary of a comparison that is made true and made false anyway. */
function othersOf(operator: string, decides: boolean): readonly string[] {
  const others = otherOperators[operator] ?? [];
  if (!decides || !/^[<>=!]/.test(operator)) return others;
  return /^[<>]/.test(operator) ? others.slice(0, 1) : [];
}

function operands(node: Node): readonly [Node, Node] | undefined {
  if (node.type === "BinaryExpression" || node.type === "AssignmentExpression")
    return [node.left, node.right];
  return undefined;
}

function joinsText(node: Node): boolean {
  const isText = (one: Node) =>
    one.type === "TemplateLiteral" || (one.type === "Literal" && typeof one.value === "string");
  return operands(node)?.some(isText) ?? false;
}

function isSortOrder(ancestors: readonly Node[]): boolean {
  const call = ancestors.at(-2);
  if (ancestors.at(-1)?.type !== "ArrowFunctionExpression" || call?.type !== "CallExpression")
    return false;
  const { callee } = call;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return false;
  return ["sort", "toSorted"].includes(callee.property.name);
}

/** `a + b` → `a - b`, `a < b` → `a <= b`; the comparator of a sort is turned round. */
export const binary: Mutator = (spot, source) => {
  const { node } = spot;
  if (node.type !== "BinaryExpression" && node.type !== "AssignmentExpression") return [];
  if (joinsText(node)) return [];
  const [left, right] = operands(node)!;
  const [a, b] = [textOf(left, source), textOf(right, source)];
  if (node.operator === "-" && isSortOrder(spot.ancestors))
    return [wrong(node, source, `${b} - ${a}`)];
  return othersOf(node.operator, isDecision(spot)).map((other) =>
    wrong(node, source, `${a} ${other} ${b}`),
  );
};

/** `i++` → `i--`. */
export const update: Mutator = ({ node }, source) => {
  if (node.type !== "UpdateExpression") return [];
  const argument = textOf(node.argument, source);
  const other = otherOperators[node.operator]![0]!;
  return [wrong(node, source, node.prefix ? `${other}${argument}` : `${argument}${other}`)];
};

/** Either side of `a && b` and `a || b` left out, the default of `a ?? b` left out unless it is a literal. */
export const logical: Mutator = ({ node }, source) => {
  if (node.type !== "LogicalExpression") return [];
  // A literal has mutants of its own, which are noticed by the same tests.
  if (node.operator === "??" && node.right.type === "Literal") return [];
  const sides = node.operator === "??" ? [node.left] : [node.left, node.right];
  return sides.map((side) => wrong(node, source, textOf(side, source)));
};

/** `!a` → `a`, `-a` → `a`, `~a` → `a`. */
export const unary: Mutator = (spot, source) => {
  const { node } = spot;
  if (node.type !== "UnaryExpression" || !["!", "-", "~"].includes(node.operator)) return [];
  if (node.operator === "!" && isDecision(spot)) return [];
  return [wrong(node, source, textOf(node.argument, source))];
};

/** What an `if` or a `? :` decides is made true and made false; a loop is left out. */
export const decision: Mutator = (spot, source) => {
  const { node, parent } = spot;
  const always = (value: string): Wrong => wrong(node, source, value);
  if (isDecision(spot)) return [always("true"), always("false")];
  const isLoop = parent?.type === "WhileStatement" || parent?.type === "ForStatement";
  return isLoop && parent.test === node ? [always("false")] : [];
};

/** `for (const a of list)` over nothing. */
export const loop: Mutator = ({ node, parent }, source) => {
  if (parent?.type !== "ForOfStatement" || parent.right !== node) return [];
  return [{ text: "[]", label: `of ${textOf(node, source)} → of []`.replace(/\s+/g, " ") }];
};
