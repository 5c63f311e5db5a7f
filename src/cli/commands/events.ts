/** maptrail events */

import { type Command, Option } from "commander";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import {
  addRecordingOptions,
  addSiteOptions,
  flagsOf,
  type RecordingFlags,
  type SiteFlags,
  wholeNumber,
} from "../options.ts";

interface Flags extends RecordingFlags, SiteFlags {
  stacks?: boolean;
  json?: boolean;
  exact?: boolean;
  limit?: number;
}

/** Each is a word of the filter language as an option of its own. */
const filterOptions: readonly (readonly [key: string, value: string, description: string])[] = [
  ["pid", "<n>", "of processes with this pid"],
  ["tid", "<n>", "of this thread"],
  ["process", "<n>", "of this process by its number in the recording"],
  ["call", "<names>", "calls by name, or memory, process, observation"],
  ["addr", "<range>", "that touch an address: 0x7f00, 0x7f00-0x8000, 0x7f00+64K"],
  ["size", "<size>", "of a length: >1M, 4K..64K"],
  ["outcome", "<names>", "growths: in-place, moved, relocated, refused, shrunk"],
  ["errno", "<names>", "that failed with this error"],
  ["took", "<time>", "that took so long: >10us"],
  ["path", "<part>", "of files whose path has this part"],
  ["from", "<moment>", "from here on: #1234, 1.25s, 50%, start"],
  ["to", "<moment>", "up to here"],
];

export const addEvents: AddCommand = (program, io, done) => {
  const command = program
    .command("events")
    .description("every call, in the order of history; all conditions must hold")
    .usage("[options] [FILTER ...]")
    .argument("[filter...]", "words such as: mremap moved '>1M' pid:12 errno:ENOMEM addr:0x7f00");
  for (const [key, value, description] of filterOptions) {
    command.option(`--${key} ${value}`, description);
  }
  addSiteOptions(addRecordingOptions(command))
    .addOption(new Option("--limit <n>", "at most so many").argParser(wholeNumber("--limit", 0)))
    .option("--exact", "lengths in bytes, paths in full")
    .option("--stacks", "the whole stack under each event")
    .option("--json", "one object a line")
    .addHelpText(
      "after",
      `
  maptrail events mremap moved '>1M'      large growths that had to move
  maptrail events '!ok' call:mmap         mmap calls that failed
  maptrail events addr:0x7f1234000000     what ever happened at an address
  maptrail events --from 50% --limit 20`,
    )
    .action(async (words: string[]) => {
      const { parseFilter, optionTerm } = await import("../../listing/event-filter.ts");
      const terms = [
        ...parseFilter(words.join(" ")),
        ...givenFilters(command).map(([key, value]) => optionTerm(key, value)),
      ];
      done(await useCases.events({ ...flagsOf<Flags>(command), terms }, io));
    });
};

function givenFilters(command: Command): [string, string][] {
  const given = command.opts<Record<string, string | undefined>>();
  return filterOptions.flatMap(([key]) => {
    const value = given[key];
    return value === undefined ? [] : [[key, value] as [string, string]];
  });
}
