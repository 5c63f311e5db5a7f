/** The library's Recording: what the commands show, as data. */

import type { Analyses } from "../analyses/answers.ts";
import { type Condition, parseCondition } from "../analyses/diff/conditions.ts";
import { compareRecordings, type DiffResult, type DiffSide } from "../analyses/diff/diff.ts";
import type { CheckResult } from "../analyses/rules/judge.ts";
import type { Rules } from "../analyses/rules/rules.ts";
import type { RecordingFacts, StatsResult } from "../analyses/stats.ts";
import type { VerifyResult } from "../analyses/verify.ts";
import type { EventBatch } from "../events/batch.ts";
import { parseFilter } from "../listing/event-filter.ts";
import { eventObjects, type RecordedEvent } from "../listing/event-object.ts";
import { compileFilter } from "../listing/event-predicate.ts";
import { matchingRows } from "../listing/matching-rows.ts";
import { knownSpaceAt } from "../replay/known-space.ts";
import { chooseProcess, instantOf, seqAt } from "../replay/lifetimes.ts";
import { Seeker } from "../replay/seek.ts";
import type { WhowasAnswer } from "../reports/whowas.ts";
import { type CallSites, callSites } from "../sites/call-sites.ts";
import type { MapsLine } from "../space/regions/proc-maps.ts";
import { eventContext } from "../store/event-context.ts";
import { openStore } from "../store/open.ts";
import type { ProcessRow } from "../store/processes.ts";
import type { QueryResult } from "../store/query.ts";
import { parseAddress } from "./io/address.ts";
import { textIo } from "./io/text-io.ts";
import {
  damageSentences,
  databasePath,
  type OpenRecording,
  type RecordingChoice,
  recordingFacts,
  shownPath,
} from "./open/database.ts";
import { type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { analyse } from "./passes/analyse.ts";
import { checkRecording } from "./passes/check-facts.ts";
import { readDiffSide } from "./passes/diff-side.ts";
import { type Examination, examine } from "./passes/examination.ts";
import { askWhowas } from "./passes/whowas-replay.ts";

export interface OpenOptions extends RecordingChoice, SiteChoice {
  /** Folder that `db` is relative to; that of the process when absent. */
  readonly cwd?: string;
}

/**
 * Opens a recording for reading: the newest of maptrail.db in the current folder, or of MAPTRAIL_DB,
 * unless the options say otherwise. Throws a UserError when there is none. Close it when done.
 */
export function openRecording(options: OpenOptions = {}): Recording {
  const io = { cwd: options.cwd ?? process.cwd(), env: process.env };
  const path = databasePath(options, io);
  const store = openStore(path);
  try {
    const row = store.recording(options.recording);
    const open = { store, row, reader: store.reader(row.id) };
    const sites = callSites(open.reader, row, siteOptions(options, io));
    return new Recording(open, sites, shownPath(path, io.cwd));
  } catch (error) {
    store.close();
    throw error;
  }
}

/**
 * One recording of a database. Each method reads the event log anew, but for `stats` and `verify`,
 * which share one pass. Events that cannot be read are left out; `damage` lists them afterwards.
 */
export class Recording {
  readonly facts: RecordingFacts;
  readonly #open: OpenRecording;
  readonly #sites: CallSites;
  readonly #database: string;
  #examination: Examination | undefined;

  /** Made by openRecording. */
  constructor(open: OpenRecording, sites: CallSites, database: string) {
    this.#open = open;
    this.#sites = sites;
    this.#database = database;
    this.facts = recordingFacts(open.row);
  }

  /** One sentence for each range of events that could not be read so far. */
  get damage(): readonly string[] {
    return damageSentences(this.#open.reader);
  }

  /** Calls, growths, coverage and peaks: the shape of `stats --json`. */
  stats(): StatsResult {
    return this.#examine().stats;
  }

  /** Whether the replay of each process matches the kernel's maps. */
  verify(): VerifyResult {
    return this.#examine().verify;
  }

  /** The analyses with these ids, all of them without. Throws a UserError for an id that there is not. */
  analyses(only?: readonly string[]): Analyses {
    const { row, reader } = this.#open;
    return analyse(row, reader, { sites: this.#sites, ...(only && { only }) });
  }

  /** Every process, in the order of their numbers. */
  processes(): ProcessRow[] {
    return this.#open.reader.processes();
  }

  /**
   * Events in the order of history, those that the filter lets through: the words of
   * `maptrail events`, as in `mremap moved >1M`. Throws a UserError for a filter that cannot be read.
   */
  *events(filter = "", options: { readonly stacks?: boolean } = {}): Generator<RecordedEvent> {
    const { reader } = this.#open;
    const context = eventContext(reader);
    const predicate = compileFilter(parseFilter(filter), context);
    const wanted = { sites: this.#sites, stacks: options.stacks === true };
    const objectOf = eventObjects(context, wanted);
    for (const { batch, row } of matchingRows(reader, context, predicate)) {
      yield objectOf(batch, row);
    }
  }

  /** Events in columns, for whoever has millions of them. A batch is valid until the next step. */
  batches(): Iterable<EventBatch> {
    return this.#open.reader.chunks();
  }

  /**
   * The lines of /proc/PID/maps at a moment: `#1234` (an event), `1.25s`, `50%`, `start` or `end`.
   * Throws a UserError when the maps are not known then, or when several processes lived and no pid
   * is given.
   */
  maps(options: { readonly at?: string; readonly pid?: number } = {}): MapsLine[] {
    const { reader, row } = this.#open;
    const seeker = new Seeker(reader, row);
    const instant = instantOf(options.at ?? "end", reader);
    const { process } = chooseProcess(seeker.landmarks, instant, options.pid);
    return knownSpaceAt(seeker, process, seqAt(reader, process, instant)).snapshot();
  }

  /** Who ever held an address, as in `0x7f1234000000`, and what became of it. */
  whowas(
    address: string,
    options: { readonly at?: string; readonly pid?: number } = {},
  ): WhowasAnswer[] {
    return askWhowas(this.#open, parseAddress(address), options, textIo(), this.#sites);
  }

  /** Holds the recording to rules, as in `{ "max-moved": 10, "no-wx": true }`. */
  check(rules: Rules): CheckResult {
    return checkRecording(this.#open, rules, this.#sites);
  }

  /**
   * What changed from this recording to a later one of the same program. Conditions are those of
   * `diff --fail-on`, as in `moved>+10%`; the result says which are met.
   */
  diff(later: Recording, conditions: readonly string[] = []): DiffResult {
    const parsed: Condition[] = conditions.map(parseCondition);
    return compareRecordings(this.#diffSide(), later.#diffSide(), parsed);
  }

  /** Runs one SQL statement that only reads, on all recordings of the database. */
  query(sql: string): QueryResult {
    return this.#open.store.query(sql);
  }

  close(): void {
    this.#open.store.close();
  }

  #examine(): Examination {
    this.#examination ??= examine(this.#open.row, this.#open.reader);
    return this.#examination;
  }

  #diffSide(): DiffSide {
    return readDiffSide(this.#database, this.#open, this.#sites);
  }
}
