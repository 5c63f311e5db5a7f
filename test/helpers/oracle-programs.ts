/** Real programs for the exact comparison with strace: short, without network, the same calls each time where they can be. */
import { copyFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { projectRoot } from "./programs.ts";
import type { TieredCase } from "./tiers.ts";
import type { Need } from "./tools.ts";

export interface OracleProgram extends TieredCase {
  readonly name: string;
  readonly needs: readonly Need[];
  /** Writes what the program reads into an empty folder, which is its working folder afterwards. */
  readonly prepare?: (folder: string) => Promise<void>;
  readonly command: readonly string[];
  /** Standard output, whole; absent where it differs between machines. */
  readonly output?: string;
}

/** The environment for all of them: the distribution's own programs first, no settings of the user's. */
export function oracleEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: `/usr/bin:/bin:/usr/sbin:/sbin:${dirname(process.execPath)}`,
    HOME: folder,
    TMPDIR: folder,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
  };
}

const python = `
import json, threading, mmap, re
data = bytearray()
for i in range(300):
    data.extend(bytes(100000))
grown = []
def work():
    for i in range(200):
        grown.append(json.dumps({"n": list(range(i))}))
threads = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
with mmap.mmap(-1, 1 << 20) as m:
    m.resize(2 << 20)
print(len(data), len(grown), len(re.findall("9", "".join(grown))))
`;

const perl = `
my $text = "";
$text .= "x" x 50000 for 1 .. 400;
my %seen; $seen{$_ * 7919 % 100003} = $_ for 1 .. 60000;
my $pid = fork; if (!$pid) { my @many = map { $_ x 10 } 1 .. 20000; exit scalar(@many) % 256 }
waitpid $pid, 0;
print length($text), " ", scalar(keys %seen), " ", $? >> 8, "\\n";
`;

const git = `
set -e
git init -q .
git config user.name Name; git config user.email name@example.org
git config gc.auto 0; git config maintenance.auto false
for round in 1 2 3; do
  for i in 1 2 3 4 5 6 7 8; do seq $((round * i)) 4000 > file$i; done
  git add .
  git commit -q -m "round $round"
done
git repack -a -d -q --threads=2
git log --oneline | wc -l
git diff --stat HEAD~2 | tail -n 1
`;

const sqlite = `
PRAGMA mmap_size=67108864;
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
  INSERT INTO t SELECT i, hex(i * 7919 % 65521) FROM n;
CREATE INDEX i ON t(b);
DELETE FROM t WHERE a % 3 = 0;
VACUUM;
SELECT count(*), min(b), max(b) FROM t;
`;

const node = `
const kept = [];
for (let i = 0; i < 400; i++) kept.push(Buffer.alloc(50000 + i, i));
const { Worker } = require("node:worker_threads");
new Worker("let t = []; for (let i = 0; i < 2e5; i++) t.push({ i }); ", { eval: true })
  .on("exit", (code) => console.log(kept.length, code));
`;

const java = `
public class Grow {
  public static void main(String[] args) throws Exception {
    StringBuilder text = new StringBuilder();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < 4; i++) { threads[i] = new Thread(() -> { byte[][] m = new byte[64][]; for (int j = 0; j < 64; j++) m[j] = new byte[20000]; }); threads[i].start(); }
    for (Thread t : threads) t.join();
    for (int i = 0; i < 200000; i++) text.append(i);
    System.out.println(text.length());
  }
}
`;

const shell = `
seq 1 20000 | sort -r | uniq -c | tail -n 100 | tr a-z A-Z > sorted
words=$(cat sorted | wc -w)
for i in 1 2 3; do (echo $i; exec sed s/1/one/ sorted) | grep -c one; done
echo $words $(ls | wc -l)
`;

const numbers = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${(i * 7919) % 1_000_003} line ${i}\n`).join("");

export const oraclePrograms: readonly OracleProgram[] = [
  { name: "python3", quick: true, needs: ["python3"], command: ["python3", "-c", python] },
  { name: "perl", needs: ["perl"], command: ["perl", "-e", perl], output: "20000000 60000 32\n" },
  { name: "git", quick: true, needs: ["git"], command: ["sh", "-c", git] },
  {
    name: "sqlite3",
    needs: ["sqlite3"],
    command: ["sqlite3", "test.db", sqlite],
    output: "67108864\n26667|3130303030|39393939\n",
  },
  {
    name: "gcc",
    needs: ["gcc"],
    prepare: async (folder) => {
      for (const file of ["fork-threads.c", "check.h"])
        await copyFile(join(projectRoot, "fixtures/programs", file), join(folder, file));
    },
    command: ["gcc", "-O2", "-g", "-D_GNU_SOURCE", "-o", "program", "fork-threads.c", "-pthread"],
    output: "",
  },
  { name: "node", needs: [], command: [process.execPath, "-e", node], output: "400 0\n" },
  {
    name: "sort",
    needs: ["sort"],
    prepare: (folder) => writeFile(join(folder, "lines"), numbers(150_000)),
    command: ["sort", "--parallel=2", "-S", "8M", "-n", "-o", "sorted", "lines"],
    output: "",
  },
  {
    name: "xz",
    needs: ["xz"],
    prepare: (folder) => writeFile(join(folder, "lines"), numbers(100_000)),
    command: ["xz", "-T2", "-2", "--block-size=512KiB", "lines"],
    output: "",
  },
  { name: "pipeline", needs: ["bash"], command: ["bash", "-c", shell] },
  {
    name: "java",
    needs: ["java"],
    prepare: (folder) => writeFile(join(folder, "Grow.java"), java),
    command: ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "Grow.java"],
    output: "1088890\n",
  },
];
