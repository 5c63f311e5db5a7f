/** `npm run mutate`: breaks the sources of a room, one small thing at a time, and asks whether a test notices. */
import { parseArgs } from "node:util";
import { rooms } from "./rooms.ts";
import { listed, mutate } from "./run.ts";

const help = `npm run mutate -- [options]

  --only ROOM     a room (${rooms.join(", ")}) or a wing such as analyses/diff; can be given again
  --file PATH     one source; can be given again
  --tests PATH    tests to ask, a file or a folder, instead of the room's and its neighbours'
  --sample N      only N of the mutants
  --seed S        which ones (1)
  --slow MS       processor time of the longest test that is repeated for each mutant (1000)
  --list          print the mutants, run nothing
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    file: { type: "string", multiple: true, default: [] },
    tests: { type: "string", multiple: true, default: [] },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    slow: { type: "string", default: "1000" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const options = {
  root: process.cwd(),
  wings: values.only,
  files: values.file,
  tests: values.tests,
  sample: values.sample === undefined ? undefined : Number(values.sample),
  seed: Number(values.seed),
  slowestMs: Number(values.slow),
};

if (values.help) console.log(help);
else if (values.list) console.log(listed(options).join("\n"));
else console.log((await mutate(options, (line) => console.error(line))).join("\n"));
