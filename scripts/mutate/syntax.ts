/** The syntax tree of a source file, with what a mutator needs to know of a node's surroundings. */
import { type Node, parseSync, visitorKeys } from "oxc-parser";

export type { Node };

export interface Spot {
  readonly node: Node;
  /** From the program to the parent. */
  readonly ancestors: readonly Node[];
  readonly parent: Node | undefined;
}

/** Nodes of TypeScript that hold an expression which is still there once the types are gone. */
const transparent = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"]);

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Child nodes that are evaluated when the program runs: no types, names of modules or plain keys. */
function children(node: Node): Node[] {
  const keys = (visitorKeys[node.type] ?? []).filter((key) => {
    if (key === "source") return false;
    return key !== "key" || ("computed" in node && node.computed);
  });
  return keys.flatMap((key) => {
    const value = (node as unknown as Record<string, unknown>)[key];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isType(node: Node): boolean {
  if (node.type === "ImportDeclaration" || node.type === "ExportSpecifier") return true;
  return node.type.startsWith("TS") && !transparent.has(node.type);
}

/** Every node of `text` that runs, parents first. */
export function spots(path: string, text: string): Spot[] {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const found: Spot[] = [];
  const visit = (node: Node, ancestors: readonly Node[]) => {
    if (isType(node)) return;
    found.push({ node, ancestors, parent: ancestors.at(-1) });
    const inner = [...ancestors, node];
    for (const child of children(node)) visit(child, inner);
  };
  visit(program, []);
  return found;
}
