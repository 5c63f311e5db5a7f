/** maptrail lab */

import { Option } from "commander";
import { useCases } from "../../app/use-cases.ts";
import { UserError } from "../../base/errors.ts";
import { parseBytes } from "../../base/units.ts";
import type { AddCommand } from "../command.ts";

interface Flags {
  json?: boolean;
  only?: string[];
  upTo?: number;
}

export const addLab: AddCommand = (program, io, done) => {
  const command = program
    .command("lab")
    .description("what textbooks say of mremap, tried on this kernel")
    .option("--only <names...>", "only these claims: grow-in-place move-cost ...")
    .addOption(
      new Option("--up-to <size>", "largest move that is measured (1G)").argParser(parseSize),
    )
    .option("--json", "one object: claims with checks, verdicts and the curve")
    .addHelpText(
      "after",
      `
holds           what was observed is what the textbook says
differs         it is not; the exit code is 1, but for what is only often said
not available   this kernel does not have it, or it could not be tried

  maptrail lab --only move-cost             what a move costs, against memcpy
  maptrail lab --up-to 64M                  with less memory and in less time`,
    )
    .action(async () => {
      const { json, only, upTo } = command.opts<Flags>();
      done(await useCases.lab({ json, only, upToBytes: upTo }, io));
    });
};

function parseSize(text: string): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new UserError(`--up-to takes a size such as 64M, not "${text}"`);
}
