/** npm run bench: measures the cost of recording against untraced runs and other tools. */
import { writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { parseArgs } from "node:util";
import { ensureNative } from "../src/recorder/native-build.ts";
import { analyses } from "./analyses.ts";
import { calls } from "./calls.ts";
import { drain } from "./drain.ts";
import { durable } from "./durable.ts";
import { execs } from "./execs.ts";
import { isMet } from "./figures.ts";
import { formatsGroup } from "./formats.ts";
import { gate } from "./gate.ts";
import type { Bench, Group, Outcome } from "./group.ts";
import { parts } from "./parts.ts";
import { makePlaces } from "./places.ts";
import { realPrograms } from "./real-programs.ts";
import { replay } from "./replay.ts";
import { report } from "./report.ts";
import { stacks } from "./stacks.ts";
import { symbols } from "./symbols.ts";
import { tableLines } from "./table.ts";
import { threads } from "./threads.ts";
import { tui } from "./tui.ts";
import { makeWays } from "./ways.ts";

const groups: readonly Group[] = [
  calls,
  execs,
  drain,
  parts,
  realPrograms,
  threads,
  durable,
  replay,
  stacks,
  formatsGroup,
  tui,
  analyses,
  report,
  symbols,
  gate,
];

const usage = `npm run bench -- [--only NAME[,NAME]] [--runs N] [--quick] [--json FILE]

  --only    ${groups.map(({ name }) => name).join(", ")}
  --runs    rounds, 7 when not given; each figure is the median over them
  --quick   small and fast: shows that it works, not what it costs
  --json    also writes the figures to FILE
`;

interface Choice {
  readonly groups: readonly Group[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | undefined;
}

/** Undefined if the arguments are invalid. */
function choose(args: readonly string[]): Choice | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",");
  const chosen = groups.filter(({ name }) => names === undefined || names.includes(name));
  const known = names === undefined || chosen.length === names.length;
  const rounds = Number(values.runs ?? (values.quick ? 3 : 7));
  if (values.help || !known || !Number.isInteger(rounds) || rounds < 1) return undefined;
  return { groups: chosen, rounds, quick: values.quick, json: values.json };
}

function host(): Record<string, unknown> {
  const load = loadavg()[0] ?? 0;
  return {
    kernel: release(),
    processor: cpus()[0]?.model ?? "",
    processors: cpus().length,
    node: process.version,
    loadAtStart: Number(load.toFixed(2)),
  };
}

function show({ title }: Group, { figures, notes }: Outcome): void {
  const lines = [title, ...tableLines(figures), ...notes.map((note) => `  ${note}`)];
  process.stdout.write(`${lines.join("\n")}\n\n`);
}

async function run(choice: Choice): Promise<void> {
  const places = makePlaces();
  const facts = host();
  try {
    const native = ensureNative();
    const bench: Bench = {
      native,
      places,
      ways: makeWays(native, places),
      rounds: choice.rounds,
      quick: choice.quick,
    };
    process.stdout.write(
      `${Object.entries(facts)
        .map(([key, value]) => `${key} ${value}`)
        .join(", ")}\n\n`,
    );
    const results = [];
    for (const group of choice.groups) {
      const outcome = await group.run(bench).catch((error: unknown): Outcome => {
        process.exitCode = 1;
        return { figures: [], notes: [`failed: ${(error as Error).message}`] };
      });
      show(group, outcome);
      const figures = outcome.figures.map((figure) => ({ ...figure, met: isMet(figure) }));
      results.push({ name: group.name, title: group.title, figures, notes: outcome.notes });
    }
    if (choice.json !== undefined) {
      const text = JSON.stringify(
        { host: facts, rounds: choice.rounds, quick: choice.quick, groups: results },
        null,
        2,
      );
      writeFileSync(choice.json, `${text}\n`);
    }
  } finally {
    places.remove();
  }
}

const choice = choose(process.argv.slice(2));
if (choice === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  await run(choice);
}
