/**
 * One recording by hand with something of everything that a report tells of. Its golden texts are in
 * test/golden; the events are written so that each figure of it can be counted on paper.
 */
import { join } from "node:path";
import { kindCodes } from "../../src/events/kinds.ts";
import { at, maps, page, Script } from "../app/replay-sample.ts";
import type { EventRow } from "../store/batches.ts";
import { meta, open, scratch, summary } from "../store/helpers.ts";
import { namedSites } from "./named-sites.ts";

/** Places in the programs, by the return addresses of their calls. */
const from = {
  table: 0x10,
  pool: 0x20,
  stacks: 0x30,
  jit: 0x40,
  cache: 0x50,
  index: 0x60,
  guard: 0x70,
} as const;

export const richSites = namedSites({
  [from.table]: "table_grow (table.c:41)",
  [from.pool]: "pool_take (pool.c:7)",
  [from.stacks]: "spawn_worker (worker.c:19)",
  [from.jit]: "jit_emit (jit.cc:230)",
  [from.cache]: "cache_fill (cache.c:88)",
  [from.index]: "Index<K, V>::reserve (index.h:12)",
  [from.guard]: "guard_pages (pool.c:30)",
});

const heapEnd = 0x5555_0000_2000;

type More = Partial<EventRow>;

const mmap = (place: number, pages: number, prot = 3, flags = 0x22, more: More = {}): EventRow => {
  return {
    kind: kindCodes.mmap,
    args: [flags & 0x10 ? at(place) : 0, pages * page, prot, flags, -1, 0],
    result: at(place),
    ...more,
  };
};
const munmap = (place: number, pages: number, more: More = {}): EventRow => {
  return { kind: kindCodes.munmap, args: [at(place), pages * page], ...more };
};
const mremap = (
  place: number,
  old: number,
  now: number,
  to: number,
  flags = 1,
  more: More = {},
): EventRow => {
  const args = [at(place), old * page, now * page, flags, flags & 2 ? at(to) : 0];
  return { kind: kindCodes.mremap, args, result: at(to), ...more };
};
const mprotect = (place: number, pages: number, prot: number, more: More = {}): EventRow => {
  return { kind: kindCodes.mprotect, args: [at(place), pages * page, prot], ...more };
};
const brk = (end: number, result = end): EventRow => {
  return { kind: kindCodes.brk, args: [end], result };
};

/** A table that grows: four growths in place, seven that something stands above, two refused, two elsewhere. */
function grow(script: Script): void {
  script
    .from(from.table)
    .rows(
      mmap(1000, 4),
      mremap(1000, 4, 6, 1000, 1, { duration: 300 }),
      mremap(1000, 6, 8, 1000, 1, { duration: 400 }),
    );
  // Another buffer of the same place stands above it, with 2 pages between.
  script.rows(mmap(1010, 3), mremap(1000, 8, 16, 2000, 1, { duration: 3000 }));
  // What pool_take mapped stands right above.
  script.from(from.pool).rows(mmap(2016, 1));
  script.from(from.table).rows(mremap(2000, 16, 32, 2100, 1, { duration: 5000 }));
  // The place that was left first is taken by somebody else, and then the other by the pool again.
  script.from(from.cache).rows(mmap(1002, 1));
  script.from(from.pool).rows(mmap(2004, 2));
  // A thread's stack of 8 pages and its guard stand above.
  script.from(from.stacks).rows(mmap(2140, 8, 0, 0x2_0022), mprotect(2141, 7, 3));
  const other = { tid: 4131, duration: 9000 };
  script.from(from.table).rows(mremap(2100, 32, 64, 2200, 1, other));
  // x.so begins at page 256.
  for (const to of [2300, 2320, 2340]) {
    script.rows(mmap(252, 4), mremap(252, 4, 8, to, 1, { duration: 2000, tid: 4132 }));
  }
  // Without MREMAP_MAYMOVE, once with a guard of PROT_NONE above.
  script.from(from.index).rows(mmap(2500, 2), mmap(2502, 1, 0));
  script.rows(mremap(2500, 2, 4, 0, 0, { result: -12, duration: 200 }));
  // Where the program says, and with the old range kept.
  script.rows(mremap(2500, 2, 4, 2600, 3, { duration: 1500 }));
  script.rows(mremap(2600, 4, 4, 2650, 5, { duration: 1600 }));
  script.rows(mremap(2650, 4, 3, 2650), mremap(2650, 3, 3, 2650));
  // A second view of shared memory.
  script.rows(mmap(2700, 2, 3, 0x21), mremap(2700, 0, 2, 2710));
}

/** The heap grows twice and shrinks once, and is refused what the pool stands in. */
function growHeap(script: Script): void {
  script.from(from.pool).rows(brk(heapEnd + 2 * page), brk(heapEnd + 4 * page));
  script.rows(brk(heapEnd + page));
  script.rows(mmap(0, 1, 3, 0x22, { result: heapEnd + 3 * page }));
  script.rows(brk(heapEnd + 16 * page, heapEnd + page));
}

/** Mapped and unmapped over and over; a page and two free ones in turn; pieces by mprotect. */
function wear(script: Script): void {
  script.from(from.cache);
  script.rows(...Array.from({ length: 102 }, () => [mmap(3000, 5), munmap(3000, 5)]).flat());
  script.from(from.pool);
  script.rows(...Array.from({ length: 101 }, (_, i) => mmap(4000 + 3 * i, 1)));
  script.from(from.guard).rows(mmap(5000, 9));
  for (const place of [5001, 5003, 5005]) script.rows(mprotect(place, 1, 1));
  script.rows({ kind: kindCodes.madvise, args: [at(5000), page, 4], duration: 700 });
  script.rows(mprotect(6000, 1, 1, { result: -12, duration: 100 }));
}

/** Memory that can be written and executed, at once and in turn. */
function compile(script: Script): void {
  script.from(from.jit).rows(mmap(7000, 6, 7), mmap(7100, 4), mprotect(7100, 2, 5));
}

function child(script: Script): void {
  script.rows({ kind: kindCodes.clone, result: 4122, duration: 80_000 });
  script.start(2, { how: "fork", parent: 1, ppid: 4121, argv: ["server: worker"] });
  script
    .from(from.table)
    .rows(
      mremap(2200, 64, 80, 8000, 1, { process: 2, duration: 12_000 }),
      munmap(8000, 80, { process: 2 }),
      mmap(8100, 3, 3, 0x22, { process: 2 }),
    );
  script.lost(2, 7, "the journal was full");
  script.end(2, { how: "exec" });
}

/** What the child runs: covered in part, and its last maps show a region that no call made. */
function sorter(script: Script): void {
  const coverage = {
    status: "partial",
    reasons: ["libfoo.so has a syscall instruction of its own"],
    modules: [],
    sites: [],
    via: "mem",
  } as const;
  const begun = { how: "exec", pid: 4122, parent: 2, ppid: 4121, coverage } as const;
  script.start(3, { ...begun, exe: "/usr/bin/sort", argv: ["sort", "-n", "big file"] });
  script.maps(3, "exec", maps("heap", "rw-p 0-8", "lib", "stack"));
  script
    .from(0)
    .rows(
      mmap(20, 4, 3, 0x22, { process: 3 }),
      mremap(20, 4, 8, 20, 1, { process: 3 }),
      mremap(20, 8, 12, 60, 1, { process: 3, duration: 2500 }),
    );
  script.maps(3, "exit", maps("heap", "rw-p 0-8", "rw-p 40-42", "rw-p 60-72", "lib", "stack"));
  script.end(3, { how: "killed", signal: 15 });
}

/** One of which nothing is known but that it ran, and one that ran on. */
function others(script: Script): void {
  const reasons = ["a static program: it has no loader that would load the hook"];
  const coverage = { status: "none", reasons, modules: [], sites: [], via: "none" } as const;
  script.start(4, { exe: "/usr/local/bin/hugo", how: "exec", parent: 1, ppid: 4121, coverage });
  script.end(4, { status: 3 });
  script.start(5, { exe: "/bin/dash", parent: 1, ppid: 4121, argv: ["sh", "-c", "sleep 9"] });
  script.maps(5, "exec", maps("rw-p 0-2")).from(0).map(5, 10, 1);
  script.maps(5, "demand", maps("rw-p 0-2", "rw-p 10-11")).end(5, { how: "running" });
}

/** Writes maptrail.db into a scratch folder and returns its path. */
export function richDatabase(): string {
  const path = join(scratch(), "maptrail.db");
  const store = open(path);
  const host = { ...meta.host, maxMapCount: 150 };
  const command = ["/opt/server", "--threads", "2"];
  const writer = store.writer(store.createRecording({ ...meta, command, host }));
  const script = new Script(writer);
  script.start(1, { exe: "/opt/server", argv: command });
  script.maps(1, "start", maps("heap", "rw-p 0-4", "rwxp 8-10", "lib", "stack"));
  grow(script);
  growHeap(script);
  wear(script);
  compile(script);
  child(script);
  sorter(script);
  others(script);
  script.end(1);
  writer.finish({ ...summary, durationNanos: 500_000, totals: '{"dropped":7}' });
  store.close();
  return path;
}
