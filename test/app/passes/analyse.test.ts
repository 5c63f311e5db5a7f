/** The analyses of made-up recordings: against a second, simple implementation, and at their edges. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeHistory } from "../../../bench/history.ts";
import { beginAnalyses } from "../../../src/analyses/answers.ts";
import { analysisIds } from "../../../src/analyses/catalogue.ts";
import { growthLedger } from "../../../src/analyses/growth-ledger.ts";
import { lives } from "../../../src/analyses/lives.ts";
import { analyse } from "../../../src/app/passes/analyse.ts";
import { UserError } from "../../../src/base/errors.ts";
import type { EventBatch } from "../../../src/events/batch.ts";
import { memoryCalls, processCalls } from "../../../src/events/kinds.ts";
import { FileTable } from "../../../src/space/state/files.ts";
import type { RecordingReader } from "../../../src/store/reader.ts";
import { meta, open, scratch, summary } from "../../store/helpers.ts";
import { analysed, at, maps, page, refusedHeap, scripted } from "../replay-sample.ts";

interface Freed {
  start: number;
  end: number;
  how: "moved" | "unmapped" | "shrunk";
}

/** Everything by lists and loops: whole mappings that come, grow, move and go. */
class Simple {
  readonly mapped = new Map<number, number>();
  readonly freed: Freed[] = [];
  readonly outcomes = { inPlace: 0, moved: 0 };
  bytes = 0;
  peakBytes = 0;
  births = 0;
  deaths = 0;
  movedPages = 0;
  readonly counts = { moved: 0, unmapped: 0, shrunk: 0 };
  readonly taken = { moved: 0, unmapped: 0, shrunk: 0 };

  #take(start: number, length: number): void {
    const end = start + length;
    for (const range of [...this.freed]) {
      if (range.start >= end || range.end <= start) continue;
      // Each freed range is told of once, however many pieces are left of it.
      this.freed.splice(this.freed.indexOf(range), 1);
      this.taken[range.how] += 1;
    }
  }

  #free(start: number, length: number, how: Freed["how"]): void {
    this.counts[how] += 1;
    this.freed.push({ start, end: start + length, how });
  }

  #resize(start: number, length: number | undefined): void {
    this.bytes += (length ?? 0) - (this.mapped.get(start) ?? 0);
    if (length === undefined) this.mapped.delete(start);
    else this.mapped.set(start, length);
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  apply(batch: EventBatch, row: number): void {
    const [first = 0, second = 0, third = 0] = batch.args.map((column) => column[row]!);
    const result = batch.result[row]!;
    switch (batch.kind[row]) {
      case memoryCalls.mmap:
        this.#take(result, second);
        this.#resize(result, second);
        this.births += 1;
        break;
      case memoryCalls.munmap: {
        const length = this.mapped.get(first)!;
        this.#free(first, length, "unmapped");
        this.#resize(first, undefined);
        this.deaths += 1;
        break;
      }
      case memoryCalls.mremap:
        if (result !== first) {
          this.outcomes.moved += 1;
          this.movedPages += second / page;
          this.#free(first, second, "moved");
          this.bytes -= second;
          this.mapped.delete(first);
        } else this.outcomes.inPlace += 1;
        this.#take(result, third);
        this.#resize(result, third);
        break;
      default:
    }
  }
}

function simply(reader: RecordingReader): Simple {
  const simple = new Simple();
  for (const batch of reader.chunks()) {
    for (let row = 0; row < batch.length; row += 1) simple.apply(batch, row);
  }
  return simple;
}

describe("a long history", () => {
  it.each([5, 40, 300])("comes to what lists and loops make of it, %i at once", (live) => {
    const folder = scratch();
    const made = open(join(folder, "maptrail.db"));
    writeHistory(made, 12_000, live);
    const row = made.recording();
    const reader = made.reader(row.id);
    const simple = simply(reader);
    const analyses = analyse(row, reader);
    const ledger = analyses.of("growth-ledger")!.data;
    expect(ledger.outcomes.inPlace.count).toBe(simple.outcomes.inPlace);
    expect(ledger.outcomes.moved.count).toBe(simple.outcomes.moved);
    expect(ledger.movedPages).toBe(simple.movedPages);
    const lives = analyses.of("lives")!.data;
    expect([lives.born, lives.died]).toEqual([simple.births, simple.deaths]);
    expect(lives.neverUnmapped).toBe(simple.mapped.size);
    expect(lives.neverUnmappedBytes).toBe(simple.bytes);
    const heap = 0x21000;
    expect(analyses.of("timeline")!.data.processes[0]?.peakMappedBytes).toBe(
      simple.peakBytes + heap,
    );
    const stale = analyses.of("stale-ranges")!.data;
    for (const how of ["moved", "unmapped", "shrunk"] as const) {
      expect([how, stale[how].ranges, stale[how].takenAgain]).toEqual([
        how,
        simple.counts[how],
        simple.taken[how],
      ]);
    }
    expect(stale.forgotten).toBe(0);
    expect(simple.taken.moved).toBeGreaterThan(0);
  });
});

describe("a recording by hand", () => {
  it("names who blocked a move, and who took the place it left", () => {
    const analyses = analysed(moveBelowAnother());
    expect(analyses.of("blockers")?.data.blocks).toMatchObject([
      {
        seq: 5,
        gapBytes: 2 * page,
        needBytes: 4 * page,
        mapping: 3,
        ownerSeq: 4,
        kind: "anonymous",
      },
    ]);
    expect(analyses.of("stale-ranges")?.data.soonest).toMatchObject([
      { freedSeq: 5, takenSeq: 6, start: at(0), bytes: 4 * page, afterNanos: 1000 },
    ]);
  });

  it("names who blocked a heap whose break lies within a page", () => {
    expect(analysed(refusedHeap()).of("blockers")?.data.blocks).toMatchObject([
      { seq: 5, outcome: "refused", kind: "anonymous", ownerSeq: 4, gapBytes: 2 * page },
    ]);
  });

  it("keeps processes apart", () => {
    const folder = scripted((script) => {
      for (const process of [1, 2]) script.start(process).maps(process, "start", maps("heap"));
      script.map(1, 0, 4).map(2, 0, 4).move(1, 0, 4, 8, 100).unmap(2, 0, 4);
    });
    const analyses = analysed(folder);
    const ledger = analyses.of("growth-ledger")!.data;
    expect(ledger.byProcess.rows.map(({ name, growths }) => [name, growths])).toEqual([
      ["4121 grow", 1],
    ]);
    expect(analyses.of("stale-ranges")!.data).toMatchObject({
      moved: { ranges: 1, takenAgain: 0 },
      unmapped: { ranges: 1, takenAgain: 0 },
    });
    expect(analyses.of("timeline")!.data.processes).toHaveLength(2);
  });

  it("knows what a forked child had from its parent, though no maps text says so", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 4).map(1, 6, 2);
      script.rows({ kind: processCalls.clone, result: 4122 });
      script.start(2, { how: "fork", parent: 1 }).move(2, 0, 4, 8, 100).unmap(2, 6, 2).end(2);
    });
    const analyses = analysed(folder);
    expect(analyses.of("blockers")!.data.blocks).toMatchObject([
      { process: 2, gapBytes: 2 * page, mapping: 3, ownerSeq: 0 },
    ]);
    // Born in the parent: they neither die nor stay as mappings of the child.
    expect(analyses.of("lives")!.data).toMatchObject({ born: 2, died: 0, neverUnmapped: 2 });
    expect(analyses.of("stale-ranges")!.data).toMatchObject({
      moved: { ranges: 1 },
      unmapped: { ranges: 1 },
    });
  });

  it("tells memory that is writable and executable", () => {
    const folder = scripted((script) => {
      const protect = (from: number, prot: number) =>
        script.rows({ kind: memoryCalls.mprotect, args: [at(from), 4 * page, prot] });
      script.start(1).maps(1, "start", maps("heap"));
      script.map(1, 0, 4).map(1, 10, 4).map(1, 20, 4);
      protect(0, 7);
      protect(10, 5);
      protect(20, 1);
      script.map(1, 30, 2, { args: [0, 2 * page, 7, 0x22, -1, 0] });
      script.map(1, 40, 2, { args: [0, 2 * page, 5, 0x22, -1, 0] });
    });
    const { atOnce, inTurn } = analysed(folder).of("hardening")!.data;
    expect(atOnce.rows).toMatchObject([{ mappings: 2, bytes: 6 * page, events: [6, 9] }]);
    expect(inTurn.rows).toMatchObject([{ mappings: 1, events: [7], partly: false }]);
  });

  it("names shared memory after no file, though its number is that of one", () => {
    const folder = scripted((script) => {
      // The segment's number is 1 and the library is the first file.
      const segment = "7f0000a00000-7f0000a02000 rwxs 00000000 00:01 0   /SYSV00000000 (deleted)\n";
      script.start(1).maps(1, "start", maps("heap", "lib") + segment);
      script.map(1, 2556, 2).move(1, 2556, 2, 5, 100);
    });
    const analyses = analysed(folder);
    expect(analyses.of("blockers")!.data.blocks).toMatchObject([
      { kind: "shared memory", start: at(2560), path: "" },
    ]);
    expect(analyses.of("hardening")!.data.atOnce.rows).toMatchObject([
      { name: "memory that was so from the start", bytes: 2 * page },
    ]);
  });

  it("counts the pieces into which mprotect cuts, against the limit of the recorded machine", () => {
    const host = { ...meta.host, maxMapCount: 6 };
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 9);
      for (const from of [1, 3, 5]) {
        script.rows({ kind: memoryCalls.mprotect, args: [at(from), page, 1] });
      }
    }, host);
    const { data, findings } = analysed(folder).of("map-budget")!;
    expect(data).toMatchObject({ limit: 6, limitFrom: "recording" });
    expect(data.splitters.rows).toMatchObject([{ splits: 6, firstSeq: 4 }]);
    expect(data.processes[0]).toMatchObject({ peakRegions: 8, peakMergedRegions: 8 });
    expect(findings[0]).toMatchObject({ severity: "bad", events: [6] });
  });

  it("finds mappings that are made again and again", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      for (let i = 0; i < 150; i += 1) script.map(1, 0, 4).unmap(1, 0, 4);
    });
    const { data, findings } = analysed(folder).of("lives")!;
    expect(data).toMatchObject({ born: 150, died: 150, churned: 149, neverUnmapped: 0 });
    expect(findings[0]).toMatchObject({ severity: "attention", events: [5] });
  });
});

function moveBelowAnother(): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap"));
    script.map(1, 0, 4).map(1, 6, 1).move(1, 0, 4, 8, 100).map(1, 2, 2);
  });
}

describe("at the edges", () => {
  it("an empty recording has results and no findings", () => {
    const folder = scratch();
    const store = open(join(folder, "maptrail.db"));
    store.writer(store.createRecording(meta)).finish(summary);
    store.close();
    const { results, findings } = analysed(folder);
    expect(results.map(({ id, failure }) => [id, failure])).toEqual(
      analysisIds.map((id) => [id, undefined]),
    );
    expect(findings).toEqual([]);
  });

  it("an unknown id is refused with those that there are", () => {
    const folder = scripted((script) => script.start(1));
    const store = open(join(folder, "maptrail.db"), "read");
    const row = store.recording();
    const ask = () => analyse(row, store.reader(row.id), { only: ["lifes"] });
    expect(ask).toThrow(UserError);
    expect(ask).toThrow('there is no analysis "lifes"');
  });

  it("an analysis that fails says so, and has the data of nothing", () => {
    const broken: typeof growthLedger = {
      ...growthLedger,
      conclude(facts, recorders) {
        if (facts.knownTrack(1) !== undefined) throw new Error("it broke");
        return growthLedger.conclude(facts, recorders);
      },
    };
    const options = { pageBytes: page, files: new FileTable() };
    const run = beginAnalyses(options, [broken, lives]);
    run.pass.trackOf(1);
    const { results } = run.conclude({ processes: new Map(), maxMapCount: undefined });
    const [result, other] = results;
    expect(result).toMatchObject({ id: "growth-ledger", failure: "it broke", findings: [] });
    expect(result?.data).toMatchObject({ growths: 0 });
    expect(other?.failure).toBeUndefined();
  });
});
