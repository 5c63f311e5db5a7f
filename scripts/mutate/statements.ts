/** Mutators that leave a statement out. */
import { type Mutator, textOf } from "./mutator.ts";

/** Calls, assignments, throws, jumps and bare returns; `a += b` and `i++` are mutated as operators. */
export const leftOut: Mutator = ({ node }, source) => {
  const removed = [{ text: "", label: `remove ${textOf(node, source)}`.replace(/\s+/g, " ") }];
  switch (node.type) {
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return removed;
    case "ReturnStatement":
      return node.argument === null ? removed : [];
    case "ExpressionStatement": {
      const { expression } = node;
      if (expression.type === "UpdateExpression" || expression.type === "Literal") return [];
      if (expression.type === "AssignmentExpression" && expression.operator !== "=") return [];
      const isSuper = expression.type === "CallExpression" && expression.callee.type === "Super";
      return isSuper ? [] : removed;
    }
    default:
      return [];
  }
};
