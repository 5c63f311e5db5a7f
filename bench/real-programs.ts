/** Wall time of real programs, including the start of the tool. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Figure } from "./figures.ts";
import type { Group } from "./group.ts";
import { compare, interleave } from "./rounds.ts";

export interface RealProgram {
  readonly name: string;
  /** Run by `sh -c` in an empty folder. */
  readonly script: string;
  /** Creates the files that the script reads. */
  readonly prepare?: (folder: string) => void;
}

/** About 1,000 lines, which take gcc about a second. */
function writeSource(folder: string): void {
  const functions = Array.from(
    { length: 200 },
    (_, i) => `int f${i}(int x, const int *a) {
	int sum = ${i};
	for (int k = 0; k < (x & 63); k++) sum += a[k] * (k ^ ${i});
	return sum % ${i + 7} ? sum : f${Math.max(0, i - 1)}(x - 1, a);
}`,
  );
  writeFileSync(join(folder, "source.c"), `${functions.join("\n")}\n`);
}

function writeTree(folder: string): void {
  for (let i = 0; i < 120; i++) {
    const lines = Array.from(
      { length: 80 + i },
      (_, line) => `${i} ${line} ${(line * 7919) % 997}`,
    );
    writeFileSync(join(folder, `file-${i}.txt`), `${lines.join("\n")}\n`);
  }
}

const python = `
rows = []
for i in range(300000): rows.append(str(i) * 3)
text = "".join(rows)
table = {row: len(row) for row in rows}
data = bytearray()
for i in range(2000): data.extend(b"x" * 40000)
import json, re, hashlib
print(len(json.dumps(rows)), hashlib.sha256(data).hexdigest(), len(table), len(text))
`;

const node = `
const rows = Array.from({ length: 300000 }, (_, i) => ({ id: i, name: "row " + i }));
const text = JSON.stringify(rows);
const buffers = Array.from({ length: 300 }, (_, i) => Buffer.alloc(100000 + i * 100, i));
console.log(JSON.parse(text).length, Buffer.concat(buffers).length);
`;

export const programs: readonly RealProgram[] = [
  {
    name: "python3",
    script: "exec python3 ./work.py",
    prepare: (folder) => writeFileSync(join(folder, "work.py"), python),
  },
  {
    name: "git",
    script: `rm -rf .git && git init -q . && git add -A &&
      git -c user.name=a -c user.email=a@b commit -q -m one && git repack -q -a -d`,
    prepare: writeTree,
  },
  { name: "gcc", script: "exec gcc -O2 -c source.c -o source.o", prepare: writeSource },
  {
    name: "node",
    script: "exec node ./work.cjs",
    prepare: (folder) => writeFileSync(join(folder, "work.cjs"), node),
  },
];

export function isInstalled(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}

export const realPrograms: Group = {
  name: "programs",
  title: "Real programs, wall time",
  run: async ({ places, ways, rounds, quick }) => {
    const all = [ways.untraced, ways.hook(places.tmpfs), ways.record(places.tmpfs), ways.strace];
    const figures: Figure[] = [];
    for (const { name, script, prepare } of programs) {
      const unit = "ms";
      if (!isInstalled(name)) {
        const missing = `${name} is not installed; Debian: apt-get install ${name}`;
        figures.push({ name, way: name, unit, decimals: 0, missing });
        continue;
      }
      const folder = mkdtempSync(join(places.scratch, "program-"));
      prepare?.(folder);
      const command = ["sh", "-c", `cd "$0" && { ${script}; } >/dev/null`, folder];
      const samples = await interleave(all, quick ? 2 : rounds, async (way) => {
        const nanos = await way.run(command);
        return new Map([["wall", nanos / 1e6]]);
      });
      rmSync(folder, { recursive: true });
      figures.push(...compare({ key: "wall", name, unit, decimals: 0 }, all, samples));
    }
    const empty = await interleave([ways.record(places.tmpfs)], 3, async (way) => {
      return new Map([["wall", (await way.run(["/bin/true"])) / 1e6]]);
    });
    const fixed = [...empty.values()].flat().map((sample) => sample.get("wall") ?? 0);
    return {
      figures,
      notes: [
        `"maptrail" holds the tool's own start and end, ${Math.round(Math.min(...fixed))} ms`,
      ],
    };
  },
};
