/** The ProcessStart of a process, from its journal's header and from what its parent's calls say of it. */
import type { Coverage, ProcessStart } from "../events/process.ts";
import type { JournalHeader } from "../journal/wire/header.ts";

/** What is known of a process from elsewhere than its journal; part of the drain state until it has started. */
export interface ProcessFacts {
  readonly number: number;
  readonly how: ProcessStart["how"];
  readonly parent: number | undefined;
  exe: string;
  argv: readonly string[];
  coverage: Coverage | undefined;
  started: boolean;
}

const noCoverage: Coverage = {
  status: "none",
  reasons: ["the journal ended before the hook had told what it covers"],
  modules: [],
  sites: [],
  via: "none",
};

export function processStart(
  facts: ProcessFacts,
  header: JournalHeader,
  atNanos: number,
): ProcessStart {
  return {
    process: facts.number,
    pid: header.pid,
    ppid: header.ppid,
    ...(facts.parent === undefined ? {} : { parent: facts.parent }),
    how: facts.how,
    exe: facts.exe,
    argv: facts.argv,
    atNanos,
    coverage: facts.coverage ?? noCoverage,
    toolRanges: header.toolRanges.map(([from, to]) => [
      `0x${from.toString(16)}`,
      `0x${to.toString(16)}`,
    ]),
    pageBytes: header.pageBytes,
  };
}
