/**
 * One text that holds a file and all its mutants: each place asks at run time whether its mutant is
 * switched on, as in `(__m(7) ? (a - b) : (a + b))`. No line is compiled twice, whatever the number.
 */
import type { Mutant } from "./mutants.ts";
import { spots } from "./syntax.ts";

/** What takes the place of a span; an insertion has an empty span. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly wrap: (inner: string) => string;
}

/** `firstId` is the id of the file's first mutant among all that are compiled in. */
export function compiledIn(
  path: string,
  source: string,
  mutants: readonly Mutant[],
  firstId: number,
): string {
  const choices = [...bySpan(mutants).values()].map((same): Change => {
    const { start, end } = same[0]!;
    return { start, end, wrap: (inner) => choice(same, inner, firstId) };
  });
  const changes = [...choices, ...loopTicks(path, source)];
  // An outer span comes before those inside it.
  changes.sort((a, b) => a.start - b.start || b.end - a.end);
  const head = "var { at: __m, tick: __t } = globalThis.__mutants;";
  return head + render(source, 0, source.length, changes);
}

function bySpan(mutants: readonly Mutant[]): Map<string, Mutant[]> {
  const groups = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const span = `${mutant.start} ${mutant.end}`;
    groups.set(span, [...(groups.get(span) ?? []), mutant]);
  }
  return groups;
}

function choice(mutants: readonly Mutant[], inner: string, firstId: number): string {
  const isOn = (mutant: Mutant) => `__m(${firstId + mutant.index})`;
  const statements = mutants.filter((mutant) => mutant.isStatement);
  if (statements.length > 0) return `{ if (!${isOn(statements[0]!)}) ${inner} }`;
  const arms = mutants.map((mutant) => `${isOn(mutant)} ? (${mutant.text}) : `);
  return `(${arms.join("")}(${inner}))`;
}

const loops = /^(For|ForOf|ForIn|While|DoWhile)Statement$/;

/** A call in every loop, for a mutant may make it endless. */
function loopTicks(path: string, source: string): Change[] {
  return spots(path, source).flatMap(({ node }) => {
    if (!loops.test(node.type) || !("body" in node)) return [];
    const body = node.body as { type: string; start: number; end: number };
    if (body.type === "BlockStatement") {
      const start = body.start + 1;
      return [{ start, end: start, wrap: () => " __t();" }];
    }
    const wrap = (inner: string) => `{ __t(); ${inner} }`;
    return [{ start: body.start, end: body.end, wrap }];
  });
}

/** The text of a span, with the changes inside it made; these are taken off `changes`. */
function render(source: string, start: number, end: number, changes: Change[]): string {
  let text = "";
  let at = start;
  while (changes.length > 0 && changes[0]!.start < end && changes[0]!.end <= end) {
    const change = changes.shift()!;
    text += source.slice(at, change.start);
    text += change.wrap(render(source, change.start, change.end, changes));
    at = change.end;
  }
  return text + source.slice(at, end);
}
