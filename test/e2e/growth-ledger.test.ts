/** The growth ledger of real programs against one computed from strace's log of the same run. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GrowthOutcome, growthOutcomes } from "../../src/analyses/recorders/growth.ts";
import { ensureNative } from "../../src/recorder/native-build.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { maptrailCommand } from "../helpers/maptrail.ts";
import { classify, hookLayout, type OracleCall } from "../helpers/oracle.ts";
import { oracleEnvironment, oraclePrograms } from "../helpers/oracle-programs.ts";
import { buildProgram } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { straceCommand } from "../helpers/strace.ts";
import { parseStraceLog } from "../helpers/strace-log.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-ledger-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Ledger = Record<GrowthOutcome, { count: number; bytes: number }>;

const pageUp = (bytes: bigint): number => Number((bytes + 4095n) / 4096n) * 4096;

/** One mremap by its man page alone. */
function outcomeOfMremap({ args, result = 0n }: OracleCall): [GrowthOutcome, number] {
  const [address = 0n, oldSize = 0n, newSize = 0n, flags = 0n] = args;
  const more = pageUp(newSize) - pageUp(oldSize);
  if (result < 0n && result > -4096n) return ["refused", Math.max(0, more)];
  if (oldSize === 0n) return ["duplicated", pageUp(newSize)];
  if ((flags & 6n) !== 0n) return ["relocated", Math.max(0, more)];
  if (more < 0) return ["shrunk", -more];
  if (more === 0) return ["unchanged", 0];
  return [result === address ? "inPlace" : "moved", more];
}

/** One brk that answered with `now` where the break was `before`. */
function outcomeOfBrk(wanted: bigint, now: bigint, before: bigint): [GrowthOutcome, number] {
  if (now !== wanted) return ["refused", pageUp(wanted) - pageUp(now)];
  const more = pageUp(now) - pageUp(before);
  if (more === 0) return ["unchanged", 0];
  return [more > 0 ? "inPlace" : "shrunk", Math.abs(more)];
}

/** Of the calls that came through the hook; the break is followed through all of them. */
function ledgerOf(calls: readonly OracleCall[]): Ledger {
  const ledger = Object.fromEntries(
    growthOutcomes.map((outcome) => [outcome, { count: 0, bytes: 0 }]),
  ) as Ledger;
  const add = ({ origin }: OracleCall, [outcome, bytes]: [GrowthOutcome, number]): void => {
    if (origin !== "program") return;
    ledger[outcome].count += 1;
    ledger[outcome].bytes += bytes;
  };
  const spaces = new Map<number, { brk: bigint | undefined }>();
  for (const call of calls) {
    const space = spaces.get(call.tid) ?? { brk: undefined };
    spaces.set(call.tid, space);
    const { result } = call;
    if (result === undefined) continue;
    if (call.call === "mremap") add(call, outcomeOfMremap(call));
    else if (call.call === "brk") {
      const wanted = call.args[0] ?? 0n;
      const { brk: before } = space;
      space.brk = result;
      const isQuestion = result !== wanted && wanted <= result;
      if (!isQuestion && before !== undefined) add(call, outcomeOfBrk(wanted, result, before));
    } else if (/^(clone3?|v?fork)$/.test(call.call) && result > 0n) {
      const shares = call.call === "vfork" || call.text.includes("CLONE_VM");
      spaces.set(Number(result), shares ? space : { ...space });
    } else if (call.call.startsWith("execve") && result === 0n) {
      spaces.set(call.endTid, { brk: undefined });
    }
  }
  return ledger;
}

async function compare(name: string, command: readonly string[], env?: NodeJS.ProcessEnv) {
  const kept = join(folder, name);
  const work = join(kept, "work");
  const database = join(kept, "ledger.db");
  const logFile = join(kept, "strace.log");
  const traced = straceCommand(
    logFile,
    maptrailCommand("record", "--quiet", "-o", database, "--", ...command),
  );
  const result = await run(traced, { cwd: work, ...(env && { env }) });
  expect(result.status).toBe(0);
  const log = parseStraceLog(await readFile(logFile, "utf8"));
  expect(log.problems).toEqual([]);
  const expected = ledgerOf(classify(log, hookLayout(ensureNative().hook)));
  const { outcomes } = readAnalyses(database, { only: ["growth-ledger"] }).of(
    "growth-ledger",
  )!.data;
  const found = Object.fromEntries(
    growthOutcomes.map((outcome) => {
      const { count, bytes } = outcomes[outcome];
      return [outcome, { count, bytes }];
    }),
  );
  expect(found).toEqual(expected);
  expect(expected.inPlace.count).toBeGreaterThan(0);
  console.log(
    `${name}: ${growthOutcomes.map((one) => `${one} ${expected[one].count}`).join(", ")}`,
  );
  return expected;
}

describe("the ledger is what strace's log comes to", () => {
  for (const name of ["python3", "git", "sqlite3"]) {
    const program = oraclePrograms.find((one) => one.name === name)!;
    const reason = missingReason(["strace", ...program.needs]);
    it.skipIf(reason !== undefined)(titled(name, reason), async () => {
      const work = join(folder, name, "work");
      await mkdir(work, { recursive: true });
      await program.prepare?.(work);
      await compare(name, program.command, oracleEnvironment(work));
    });
  }

  const reason = missingReason(["strace"]);
  it.skipIf(reason !== undefined)(titled("a realloc loop", reason), async () => {
    await mkdir(join(folder, "realloc", "work"), { recursive: true });
    const ledger = await compare("realloc", [await buildProgram("realloc-growth")]);
    expect(ledger.moved.count).toBeGreaterThan(0);
  });
});
