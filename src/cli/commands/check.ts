/** maptrail check */

import type { TypedRules } from "../../app/check.ts";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import {
  addRecordingOptions,
  addSiteOptions,
  flagsOf,
  type RecordingFlags,
  type SiteFlags,
} from "../options.ts";

/** commander takes `--no-x` for the opposite of `--x`: what is not given is true. */
interface Flags extends RecordingFlags, SiteFlags {
  maxMoved?: string;
  maxMovedShare?: string;
  maxRegions?: string;
  maxPeak?: string;
  refused?: boolean;
  wx?: boolean;
  leaksOver?: string | true;
  requireExact?: true;
  rules?: string;
  junit?: string;
  json?: boolean;
}

export const addCheck: AddCommand = (program, io, done) => {
  const command = program
    .command("check")
    .description("hold a recording, or a program, to rules: for CI")
    .argument("[cmd...]", "a program to record and check")
    .usage("[options] [-- CMD ...]")
    .passThroughOptions()
    .option("--max-moved <n>", "growths that the kernel moved, at most")
    .option("--max-moved-share <percent>", "moved growths among all, at most")
    .option("--max-regions <n>", "regions that one process has at once, at most")
    .option("--max-peak <size>", "bytes that one process has mapped at once, at most")
    .option("--no-refused", "no growth is refused")
    .option("--no-wx", "no memory can be written and executed at once")
    .option("--no-leaks-over <size>", "no place leaves more mapped at its process's end")
    .option("--require-exact", "whole, fully covered, and equal to the kernel's maps")
    .option("--rules <file>", "rules in JSON: the same names without dashes")
    .option("--junit <file>", "write JUnit XML, a test case for each rule")
    .option("--json", "one object: each rule with its figure and where")
    .addHelpText(
      "after",
      `
The exit code is 1 when a rule is broken. With CMD, what maptrail says goes to
stderr, and the exit code is CMD's own where every rule is kept.

  maptrail check --max-moved 20 --no-wx -- ./program --its-option
  maptrail check --recording 3 --rules rules.json --junit result.xml
  {"max-moved-share": "20%", "max-peak": "256MiB", "no-wx": true}`,
    );
  addSiteOptions(addRecordingOptions(command)).action(async (words: string[]) => {
    const flags = flagsOf<Flags>(command);
    const { db, recording, junit, json, debugDir, perfMaps, allFrames } = flags;
    const rules = { rules: typedRules(flags), rulesFile: flags.rules };
    const choice = { db, recording, junit, json, ...rules };
    const names = { debugDir, perfMaps, allFrames };
    done(await useCases.check({ ...choice, ...names, command: words }, io));
  });
};

function typedRules(flags: Flags): TypedRules {
  const { maxMoved, maxMovedShare, maxRegions, maxPeak, leaksOver, requireExact } = flags;
  return {
    ...(maxMoved !== undefined && { "max-moved": maxMoved }),
    ...(maxMovedShare !== undefined && { "max-moved-share": maxMovedShare }),
    ...(maxRegions !== undefined && { "max-regions": maxRegions }),
    ...(maxPeak !== undefined && { "max-peak": maxPeak }),
    ...(flags.refused === false && { "no-refused": true }),
    ...(flags.wx === false && { "no-wx": true }),
    ...(typeof leaksOver === "string" && { "no-leaks-over": leaksOver }),
    ...(requireExact === true && { "require-exact": true }),
  };
}
