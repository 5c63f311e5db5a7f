/**
 * The use-case of each command, by the command's name. Every one takes the command's options and an Io,
 * writes there what the command would print, and gives its exit code; it throws UserErrors. A
 * use-case is loaded when it is first called, so that no program pays for those it does not use.
 */

import type { CheckOptions } from "./check.ts";
import type { DiffOptions } from "./diff.ts";
import type { DoctorOptions } from "./doctor.ts";
import type { EventsOptions } from "./events.ts";
import type { ExportOptions } from "./export.ts";
import type { FlameOptions } from "./flame.ts";
import type { ImportOptions } from "./import.ts";
import type { Io } from "./io/io.ts";
import type { LabOptions } from "./lab.ts";
import type { ListOptions } from "./list.ts";
import type { MapsOptions } from "./maps.ts";
import type { RebuildOptions } from "./rebuild.ts";
import type { Recorded, RecordOptions, RecoverOptions } from "./record/record-options.ts";
import type { ReportOptions } from "./report.ts";
import type { SqlOptions } from "./sql.ts";
import type { StatsOptions } from "./stats.ts";
import type { StatsByOptions } from "./stats-by.ts";
import type { VerifyOptions } from "./verify.ts";
import type { WhowasOptions } from "./whowas.ts";

type ExitCode = Promise<number>;

export const useCases = {
  check: async (options: CheckOptions, io: Io): ExitCode =>
    (await import("./check.ts")).showCheck(options, io),
  diff: async (options: DiffOptions, io: Io): ExitCode =>
    (await import("./diff.ts")).showDiff(options, io),
  doctor: async (options: DoctorOptions, io: Io): ExitCode =>
    (await import("./doctor.ts")).doctor(options, io),
  events: async (options: EventsOptions, io: Io): ExitCode =>
    (await import("./events.ts")).listEvents(options, io),
  export: async (options: ExportOptions, io: Io): ExitCode =>
    (await import("./export.ts")).exportRecording(options, io),
  flame: async (options: FlameOptions, io: Io): ExitCode =>
    (await import("./flame.ts")).showFlame(options, io),
  import: async (options: ImportOptions, io: Io): ExitCode =>
    (await import("./import.ts")).importFiles(options, io),
  lab: async (options: LabOptions, io: Io): ExitCode => (await import("./lab.ts")).lab(options, io),
  list: async (options: ListOptions, io: Io): ExitCode =>
    (await import("./list.ts")).listRecordings(options, io),
  maps: async (options: MapsOptions, io: Io): ExitCode =>
    (await import("./maps.ts")).showMaps(options, io),
  rebuild: async (options: RebuildOptions, io: Io): ExitCode =>
    (await import("./rebuild.ts")).rebuild(options, io),
  report: async (options: ReportOptions, io: Io): ExitCode =>
    (await import("./report.ts")).showReport(options, io),
  /** The program's input and output are the process's own; maptrail's own messages go to the Io. */
  record: async (options: RecordOptions, io: Io): Promise<Recorded> =>
    (await import("./record/record.ts")).record(options, io),
  recover: async (options: RecoverOptions, io: Io): ExitCode =>
    (await import("./record/recover.ts")).recover(options, io),
  sql: async (options: SqlOptions, io: Io): ExitCode =>
    (await import("./sql.ts")).runSql(options, io),
  stats: async (options: StatsOptions, io: Io): ExitCode =>
    (await import("./stats.ts")).showStats(options, io),
  statsBy: async (options: StatsByOptions, io: Io): ExitCode =>
    (await import("./stats-by.ts")).showStatsBy(options, io),
  verify: async (options: VerifyOptions, io: Io): ExitCode =>
    (await import("./verify.ts")).showVerify(options, io),
  whowas: async (options: WhowasOptions, io: Io): ExitCode =>
    (await import("./whowas.ts")).showWhowas(options, io),
} as const;
