/** `maptrail [OPTIONS] -- CMD` is short for `maptrail record [OPTIONS] -- CMD`. */

/** Options before `--` whose value is a word of its own. */
const withValue = new Set(["-o", "--db", "--journal"]);

/** The arguments with `record` put in where the short form is used; unchanged otherwise. */
export function expandShortForm(args: readonly string[]): string[] {
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i]!;
    if (word === "--") return ["record", ...args];
    if (!word.startsWith("-")) break;
    if (withValue.has(word)) i += 1;
  }
  return [...args];
}
