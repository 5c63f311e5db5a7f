/**
 * Guard pages: PROT_NONE regions of a few pages, who made them, and how many there were at once.
 */
import { countOf, formatCount, formatShare } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Facts, mapLimit, processName, type Ranked, ranked } from "./facts.ts";
import { GuardLog, mostGuardPages } from "./recorders/guard-log.ts";

/** Guards made by calls of one site. */
export interface GuardMaker {
  readonly site: string;
  readonly made: number;
  /** Sum of their sizes, each as it was last. */
  readonly bytes: number;
  /** Still mapped when their process or the recording ended. */
  readonly atEnd: number;
  readonly firstSeq: number;
}

/** One process. */
export interface ProcessGuards {
  readonly process: number;
  readonly name: string;
  readonly mostAtOnce: number;
  /** The event that reached this peak, and the regions then, merged where they can be. */
  readonly mostSeq: number;
  readonly regionsThen: number;
  readonly atEnd: number;
}

export interface GuardPagesData {
  /** PROT_NONE regions of at most this many pages count as guards. */
  readonly mostPages: number;
  readonly made: number;
  /** Already there when the process's maps were first known: made by the loader or the parent. */
  readonly found: number;
  /** By the most guards that they had at once. */
  readonly processes: Ranked<ProcessGuards>;
  /** By the number of guards that they made. */
  readonly makers: Ranked<GuardMaker>;
}

const thresholds = {
  mostPages: {
    value: mostGuardPages,
    reason:
      "guards of stacks, of the JVM and of allocators have 1 to 16 pages; more is a reservation",
  },
  atOnce: { value: 100, reason: "a hundred guards part a hundred mappings from their neighbours" },
  share: {
    value: 0.1,
    reason: "a tenth of vm.max_map_count is guards, and what they part takes as much again or more",
  },
} as const;

function dataOf(facts: Facts, { guards, bySite }: GuardLog): GuardPagesData {
  const makers = [...bySite].map(([site, { count, ...made }]) => ({
    site: facts.sites.name(site),
    made: count,
    ...made,
  }));
  const processes = [...guards].flatMap(([process, one]): ProcessGuards[] => {
    if (one.most === 0) return [];
    const name = processName(facts, process);
    const { most, mostSeq, regionsThen, atEnd } = one;
    return [{ process, name, mostAtOnce: most, mostSeq, regionsThen, atEnd }];
  });
  return {
    mostPages: thresholds.mostPages.value,
    made: makers.reduce((sum, { made }) => sum + made, 0),
    found: [...guards.values()].reduce((sum, one) => sum + one.found, 0),
    processes: ranked(processes, ({ mostAtOnce }) => mostAtOnce),
    makers: ranked(makers, ({ made }) => made),
  };
}

function findingsOf({ processes, makers }: GuardPagesData, limit: number): Finding[] {
  const [first] = processes.rows;
  const [maker] = makers.rows;
  if (first === undefined || first.mostAtOnce < thresholds.atOnce.value) return [];
  const { mostAtOnce, regionsThen } = first;
  const who = maker === undefined ? "" : `, ${formatCount(maker.made)} made by ${maker.site}`;
  const share = formatShare(mostAtOnce, regionsThen);
  return [
    {
      sentence: `${countOf(mostAtOnce, "guard page region")} stood at once in ${first.name}, ${share} of its ${formatCount(regionsThen)} regions${who}`,
      advice:
        "Where they use up vm.max_map_count, guard with madvise(MADV_GUARD_INSTALL) from Linux 6.13 on, which splits no region",
      severity: mostAtOnce >= limit * thresholds.share.value ? "attention" : "note",
      numbers: {
        mostAtOnce,
        regionsThen,
        limit,
        made: maker?.made ?? 0,
        bytes: maker?.bytes ?? 0,
      },
      events: [first.mostSeq],
      process: first.process,
    },
  ];
}

export const guardPages = defineAnalysis({
  id: "guard-pages",
  title: "Guard pages",
  question: "How many guard pages stand between mappings, and who put them there?",
  basis: ["events", "observations"],
  thresholds,
  needs: { guardLog: GuardLog },
  conclude(facts, { guardLog }) {
    const data = dataOf(facts, guardLog);
    return { findings: findingsOf(data, mapLimit(facts)), data };
  },
});
