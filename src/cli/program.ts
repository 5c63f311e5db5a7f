/** The commands, put together. Each loads its use-case only when it runs. */

import { Command } from "commander";
import type { Io } from "../app/io/io.ts";
import type { AddCommand } from "./command.ts";
import { addCheck } from "./commands/check.ts";
import { addDiff } from "./commands/diff.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEvents } from "./commands/events.ts";
import { addExport } from "./commands/export.ts";
import { addFlame } from "./commands/flame.ts";
import { addImport } from "./commands/import.ts";
import { addLab } from "./commands/lab.ts";
import { addList } from "./commands/list.ts";
import { addMaps } from "./commands/maps.ts";
import { addRebuild } from "./commands/rebuild.ts";
import { addRecord } from "./commands/record.ts";
import { addRecover } from "./commands/recover.ts";
import { addReport } from "./commands/report.ts";
import { addSql } from "./commands/sql.ts";
import { addStats } from "./commands/stats.ts";
import { addTui } from "./commands/tui.ts";
import { addVerify } from "./commands/verify.ts";
import { addWhowas } from "./commands/whowas.ts";
import { mainHelp } from "./help.ts";
import { addRecordingOptions } from "./options.ts";

const commands: readonly AddCommand[] = [
  addRecord,
  addRecover,
  addList,
  addTui,
  addStats,
  addEvents,
  addMaps,
  addWhowas,
  addFlame,
  addVerify,
  addReport,
  addDiff,
  addCheck,
  addSql,
  addExport,
  addImport,
  addRebuild,
  addDoctor,
  addLab,
];

export function createProgram(io: Io, version: string, done: (exitCode: number) => void): Command {
  const program = new Command("maptrail");
  // Errors are thrown, and printed in one place, in main.
  program.exitOverride().configureOutput({
    writeOut: (text) => void io.out.write(text),
    outputError: () => undefined,
  });
  program.enablePositionalOptions().helpCommand(false).version(version);
  program.helpOption("-h, --help", "show this help");
  addRecordingOptions(program);
  for (const add of commands) add(program, io, done);
  for (const command of program.commands) command.copyInheritedSettings(program);
  program.helpInformation = () => mainHelp;
  return program;
}
