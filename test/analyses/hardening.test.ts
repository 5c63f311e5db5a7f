/** Hardening: the whole answer by hand, its findings, and what is no writable code. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hardening } from "../../src/analyses/hardening.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { namedSites } from "../helpers/named-sites.ts";

const [alloc, seal] = [0x10, 0x20];
const sites = namedSites({ [alloc]: "jit_alloc (jit.c:10)", [seal]: "jit_seal (jit.c:20)" });
const access = { none: 0, read: 1, write: 3, exec: 5, both: 7 } as const;

function hardeningOf(write: (script: Script) => void, named = true) {
  const database = join(scripted(write), "maptrail.db");
  const options = { only: ["hardening"], ...(named && { sites }) };
  return readAnalyses(database, options).of("hardening")!;
}

type Access = keyof typeof access;

function mapAs(script: Script, from: number, pages: number, as: Access, result = at(from)): void {
  const args = [0, pages * page, access[as], 0x22, -1, 0];
  script.rows({ kind: kindCodes.mmap, args, result });
}

function protect(script: Script, from: number, pages: number, as: Access, result = 0): void {
  const args = [at(from), pages * page, access[as]];
  script.rows({ kind: kindCodes.mprotect, args, result });
}

const advice = {
  atOnce: "Map code writable, fill it, and make it executable and not writable, or map it twice",
  inTurn: "Where the pages are the same, map the code twice: once to write, once to execute",
};

describe("hardening", () => {
  it("has each place that made memory writable and executable, at once or in turn", () => {
    const { data, findings } = hardeningOf((script) => {
      // x.so has 4 pages from page 256 on that can be executed; 0-2 is both from the start.
      script.start(1).maps(1, "start", maps("heap", "rwxp 0-2", "lib"));
      mapAs(script.from(alloc), 10, 4, "both"); // 3: at once
      mapAs(script, 20, 2, "write");
      protect(script.from(seal), 20, 2, "exec"); // 5: in turn, all of it
      mapAs(script.from(alloc), 30, 4, "none");
      protect(script, 30, 1, "write");
      protect(script.from(seal), 31, 1, "exec"); // 8: in turn, but another page than was written
      protect(script, 256, 1, "write"); // 9: in turn, code first: as a loader writes relocations
      protect(script.from(0), 10, 1, "both"); // noted already
      mapAs(script, 40, 3, "write");
      protect(script, 40, 1, "both", -13); // 12: refused
      mapAs(script, 50, 1, "both", -12); // 13: refused
      protect(script, 40, 1, "both"); // 14: at once, by a place that is not known
      script.rows({ kind: kindCodes.clone, result: 4122 });
      // The child has 0-2, 10-14 and 40-41 from its parent.
      script.start(2, { how: "fork", parent: 1 });
      script.end(2).end(1);
    });
    expect(data).toEqual({
      atOnce: {
        rows: [
          {
            process: 2,
            processName: "4122 grow",
            name: "memory that was so from the start",
            how: "atOnce",
            mappings: 3,
            bytes: 7 * page,
            partly: false,
            events: [],
          },
          {
            process: 1,
            processName: "4121 grow",
            name: "memory that was so from the start",
            how: "atOnce",
            mappings: 1,
            bytes: 2 * page,
            partly: false,
            events: [],
          },
          {
            process: 1,
            processName: "4121 grow",
            name: "jit_alloc (jit.c:10)",
            how: "atOnce",
            mappings: 1,
            bytes: 4 * page,
            partly: false,
            events: [3],
          },
          {
            process: 1,
            processName: "4121 grow",
            name: "unknown",
            how: "atOnce",
            mappings: 1,
            bytes: page,
            partly: false,
            events: [14],
          },
        ],
        more: 0,
      },
      inTurn: {
        rows: [
          {
            process: 1,
            processName: "4121 grow",
            name: "jit_seal (jit.c:20)",
            how: "inTurn",
            mappings: 2,
            bytes: 3 * page,
            partly: false,
            events: [5, 8],
          },
          {
            process: 1,
            processName: "4121 grow",
            name: "x.so",
            how: "inTurn",
            mappings: 1,
            bytes: page,
            partly: false,
            events: [9],
          },
        ],
        more: 0,
      },
      notKept: 0,
    });
    expect(findings).toEqual([
      {
        sentence:
          "6 mappings were writable and executable at once, most by memory that was so from the start in 4122 grow",
        advice: advice.atOnce,
        severity: "attention",
        numbers: { mappings: 6, bytes: 14 * page },
        events: [],
        process: 2,
      },
      {
        sentence:
          "3 mappings were writable and executable in turn, most by jit_seal (jit.c:20) in 4121 grow",
        advice: advice.inTurn,
        severity: "note",
        numbers: { mappings: 3, bytes: 4 * page },
        events: [5, 8],
        process: 1,
      },
    ]);
  });

  it("tells of one mapping, with its address where its place has no name", () => {
    const { findings } = hardeningOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      mapAs(script.from(0x7f12_3400_0123), 0, 5, "both");
    }, false);
    expect(findings).toEqual([
      {
        sentence: "1 mapping was writable and executable at once, by 0x7f12_3400_0123 in 4121 grow",
        advice: advice.atOnce,
        severity: "attention",
        numbers: { mappings: 1, bytes: 5 * page },
        events: [3],
        process: 1,
      },
    ]);
  });

  it("is about access that is given, and not about access that there never was", () => {
    const { data, findings } = hardeningOf((script) => {
      script.start(1).maps(1, "start", maps("heap", "r-xp 0-1", "rw-p 1-2", "---p 2-3"));
      for (const [i, as] of (["none", "read", "write", "exec"] as const).entries()) {
        mapAs(script, 10 * (i + 1), 1, as);
        protect(script, 10 * (i + 1), 1, "read");
      }
      // Readable and reserved memory may become either one, as long as it was not the other.
      protect(script, 10, 1, "exec");
      protect(script, 20, 1, "write");
    });
    expect(data).toEqual({
      atOnce: { rows: [], more: 0 },
      inTurn: { rows: [], more: 0 },
      notKept: 0,
    });
    expect(findings).toEqual([]);
  });

  it("knows of memory that was there before what it can become", () => {
    const { data } = hardeningOf((script) => {
      script.start(1).maps(1, "start", maps("heap", "r-xp 0-1", "rw-p 1-2"));
      protect(script.from(seal), 0, 1, "write"); // 3
      protect(script, 1, 1, "exec"); // 4
    });
    expect(data.inTurn.rows).toMatchObject([{ mappings: 2, events: [3, 4], partly: false }]);
  });

  it("says where only a part was writable, and perhaps another part", () => {
    const { data } = hardeningOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      mapAs(script.from(seal), 0, 4, "none");
      protect(script, 0, 1, "write");
      protect(script, 1, 3, "exec"); // 5
    });
    expect(data.inTurn.rows).toEqual([
      {
        process: 1,
        processName: "4121 grow",
        name: "jit_seal (jit.c:20)",
        how: "inTurn",
        mappings: 1,
        bytes: 3 * page,
        partly: true,
        events: [5],
      },
    ]);
  });

  it("takes pkey_mprotect as mprotect, and looks at every mapping that a call spans", () => {
    const { data } = hardeningOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      for (const from of [0, 2]) mapAs(script.from(alloc), from, 2, "write");
      const args = [at(0), 4 * page, access.both, 1];
      script.from(seal).rows({ kind: kindCodes.pkey_mprotect, args }); // 5
    });
    expect(data.atOnce.rows).toEqual([
      {
        process: 1,
        processName: "4121 grow",
        name: "jit_seal (jit.c:20)",
        how: "atOnce",
        mappings: 2,
        bytes: 4 * page,
        partly: false,
        events: [5, 5],
      },
    ]);
  });

  it("has the twenty places with the most mappings, and counts those of all", () => {
    const { data, findings } = hardeningOf((script) => {
      for (let process = 1; process <= 21; process += 1) {
        script.start(process).maps(process, "start", maps("rwxp 0-1"));
      }
      script.maps(22, "start", maps("rwxp 0-1", "rwxp 2-3"));
    });
    expect(data.atOnce.rows.map(({ processName, mappings }) => [processName, mappings])).toEqual([
      ["process 22", 2],
      ...Array.from({ length: 19 }, (_, i) => [`${4121 + i} grow`, 1]),
    ]);
    expect(data.atOnce.more).toBe(2);
    expect(findings).toEqual([
      {
        sentence:
          "23 mappings were writable and executable at once, most by memory that was so from the start in process 22",
        advice: advice.atOnce,
        severity: "attention",
        numbers: { mappings: 23, bytes: 23 * page },
        events: [],
        process: 22,
      },
    ]);
  });

  it("lists the first hundred events of a place", () => {
    const { data } = hardeningOf((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      const args = [0, page, access.both, 0x22, -1, 0];
      const one = (_: unknown, i: number) => ({ kind: kindCodes.mmap, args, result: at(2 * i) });
      script.rows(...Array.from({ length: 101 }, one));
    });
    const [row] = data.atOnce.rows;
    expect(row).toMatchObject({ mappings: 101, bytes: 101 * page });
    expect(row!.events).toEqual(Array.from({ length: 100 }, (_, i) => 3 + i));
  });
});

describe("the analysis", () => {
  it("says what it answers, what it rests on, and why its limits are what they are", () => {
    const { id, title, question, basis, failure } = hardeningOf((script) => script.start(1));
    expect({ id, title, question, basis, failure }).toEqual({
      id: "hardening",
      title: "Hardening",
      question: "Could memory be written and executed, at once or in turn?",
      basis: ["events", "observations", "inference"],
      failure: undefined,
    });
    const limits = Object.entries(hardening.thresholds);
    expect(Object.fromEntries(limits.map(([name, { value }]) => [name, value]))).toEqual({
      mappings: 1,
    });
    expect(limits.every(([, { reason }]) => reason.length > 20)).toBe(true);
  });
});
