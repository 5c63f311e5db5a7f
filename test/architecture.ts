/** The rules of who may import what, and a reader of imports that finds who does not keep to them. */
import { basename, dirname, join, normalize } from "node:path";

/** Rooms that a room may import from. `typesOf` rooms may be named in `import type` alone. */
interface Rung {
  readonly rooms: readonly string[];
  readonly typesOf?: readonly string[];
  /** Rooms that may be reached by import() alone. */
  readonly lazily?: readonly string[];
}

const belowApp = [
  ...["base", "events", "journal", "space", "analyses", "store", "formats", "reports", "ffi"],
  ...["lab", "symbols", "recorder", "replay", "sites", "listing"],
];

/** The import ladder of src/README.md. */
const ladder: Readonly<Record<string, Rung>> = {
  base: { rooms: [] },
  events: { rooms: ["base"] },
  journal: { rooms: ["base", "events"] },
  space: { rooms: ["base", "events"] },
  analyses: { rooms: ["base", "events", "space"] },
  store: { rooms: ["base", "events"] },
  formats: { rooms: ["base", "events", "journal", "space"] },
  reports: { rooms: ["base"], typesOf: ["analyses", "lab"] },
  ffi: { rooms: ["base", "events"] },
  lab: { rooms: ["base", "events", "ffi"] },
  symbols: { rooms: ["base", "ffi"] },
  recorder: { rooms: ["base", "events", "journal", "store", "ffi"] },
  replay: { rooms: ["base", "events", "space", "store"] },
  sites: { rooms: ["base", "events", "space", "store", "symbols"], typesOf: ["analyses"] },
  listing: { rooms: ["base", "events", "analyses", "store", "replay", "sites"] },
  app: { rooms: belowApp },
  tui: { rooms: ["base", "app", "listing"], typesOf: ["analyses"] },
  // A command that does not open the TUI must not pay for loading React.
  cli: { rooms: ["base", "app", "listing"], lazily: ["tui"] },
  bin: { rooms: ["cli"] },
  // The library: what app does, and the types of what it gives.
  index: {
    rooms: ["base", "app", "listing"],
    typesOf: ["events", "space", "analyses", "store", "sites", "reports"],
  },
};

/**
 * Rooms with wings: which folders of its own room a folder may import from. A folder that is not
 * named here is one with the room around it. No two wings import each other, so each can be read
 * without the ones above it.
 */
const wings: Readonly<Record<string, readonly string[]>> = {
  "journal/wire": [],
  "journal/contents": ["journal/wire"],
  "journal/pass": ["journal/wire", "journal/contents"],
  journal: ["journal/wire", "journal/contents", "journal/pass"],
  "space/regions": [],
  "space/state": ["space/regions"],
  "space/calls": ["space/regions", "space/state"],
  space: ["space/regions", "space/state", "space/calls"],
  "store/chunks": [],
  store: ["store/chunks"],
  "analyses/tally": [],
  "analyses/recorders": ["analyses/tally"],
  analyses: ["analyses/tally", "analyses/recorders"],
  "analyses/picture": ["analyses", "analyses/tally", "analyses/recorders"],
  "analyses/rules": ["analyses", "analyses/tally", "analyses/recorders"],
  "analyses/diff": ["analyses", "analyses/tally", "analyses/recorders"],
  reports: [],
  "reports/plots": ["reports"],
  "reports/sections": ["reports", "reports/plots"],
  "reports/report": ["reports", "reports/sections"],
  "reports/page": ["reports", "reports/plots", "reports/sections", "reports/report"],
  "reports/page/client": ["reports/page"],
  "reports/check": ["reports"],
  "reports/diff": ["reports"],
  "app/io": [],
  "app/open": ["app/io"],
  "app/passes": ["app/io", "app/open"],
  "app/doctor": ["app/io"],
  "app/record": ["app/io", "app/open", "app/passes"],
  "app/explore": ["app/io", "app/open", "app/passes"],
  app: ["app/io", "app/open", "app/passes", "app/doctor", "app/record"],
};

/** Packages that one room alone may import, so that they can be replaced there. */
const doors: Readonly<Record<string, string>> = {
  "better-sqlite3": "store",
  koffi: "ffi",
  commander: "cli",
  ink: "tui",
  "string-width": "base",
  react: "tui",
};

/** Rooms that do no I/O and read no clock: the same input gives the same output. */
const pureRooms = ["journal", "space", "analyses", "reports"];

const impure: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bDate\.now\b/, "Date.now"],
  [/(?<![.\w])Date\(\s*\)/, "Date()"],
  [/(?<![.\w])performance\./, "performance"],
  [/(?<![.\w])process\.(hrtime|uptime|env|cwd|stdin|stdout|stderr)\b/, "process"],
  [/(?<![.\w])Math\.random\b/, "Math.random"],
  [/(?<![.\w])(setTimeout|setInterval|setImmediate|fetch)\(/, "a timer or fetch"],
  [/(?<![.\w])console\./, "console"],
];

interface Import {
  readonly specifier: string;
  readonly kind: "value" | "type" | "lazy";
}

/** Takes comments out of a source, leaving strings as they are. */
export function withoutComments(source: string): string {
  const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(token, (text) => (text.startsWith("/") ? " " : text));
}

/** Every import and re-export of a source. */
export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const found: Import[] = [];
  const clause =
    /\b(?:import|export)\b(\s+type\b(?!\s*,|\s+from))?[\s\w{},*$]*?\bfrom\s*["']([^"'\n]+)["']/g;
  for (const [, type, specifier] of code.matchAll(clause)) {
    found.push({ specifier: specifier!, kind: type === undefined ? "value" : "type" });
  }
  for (const [, specifier] of code.matchAll(/\bimport\s*["']([^"'\n]+)["']/g)) {
    found.push({ specifier: specifier!, kind: "value" });
  }
  for (const [, specifier] of code.matchAll(/\bimport\s*\(\s*["']([^"'\n]+)["']/g)) {
    found.push({ specifier: specifier!, kind: "lazy" });
  }
  return found;
}

/**
 * One sentence for each import or use that breaks a rule. `sources` maps paths from the project's
 * root (src/store/open.ts, bin/maptrail.js) to their texts.
 */
export function violations(sources: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const edges = new Map<string, string[]>();
  for (const [path, source] of sources) {
    const room = roomOf(path);
    if (room === undefined || ladder[room] === undefined) {
      found.push(`${path}: it stands in no room of the ladder`);
      continue;
    }
    const targets: string[] = [];
    edges.set(path, targets);
    for (const item of importsOf(source)) {
      const complaint = judge(path, room, item);
      if (complaint !== undefined) found.push(`${path}: ${complaint}`);
      if (item.specifier.startsWith(".") && item.kind !== "lazy") {
        targets.push(resolve(path, item.specifier));
      }
    }
    if (pureRooms.includes(room)) found.push(...impurities(path, source));
  }
  return [...found, ...cycles(edges)];
}

function judge(path: string, room: string, { specifier, kind }: Import): string | undefined {
  if (!specifier.startsWith(".")) return judgePackage(room, specifier);
  const target = roomOf(resolve(path, specifier));
  if (target === room) return judgeWing(path, resolve(path, specifier), kind);
  const rung = ladder[room]!;
  if (target !== undefined) {
    if (rung.rooms.includes(target)) return undefined;
    if (kind === "type" && rung.typesOf?.includes(target)) return undefined;
    if (kind === "lazy" && rung.lazily?.includes(target)) return undefined;
  }
  const how = { value: "imports", type: "imports types of", lazy: "loads" }[kind];
  return `${room} ${how} ${target ?? specifier}, allowed are ${allowed(rung)}`;
}

/** Within a room: between its wings, and, in app, between its commands. */
function judgeWing(path: string, target: string, kind: Import["kind"]): string | undefined {
  const [from, to] = [wingOf(path), wingOf(target)];
  if (from === to) return from === "app" ? judgeCommand(path, target, kind) : undefined;
  const may = from === undefined ? undefined : wings[from];
  if (may === undefined || to === undefined || may.includes(to)) return undefined;
  return `${from} imports ${to}, allowed of its own room are ${may.join(", ") || "none"}`;
}

/** The commands stand beside each other; what two of them need is in a wing. */
function judgeCommand(path: string, target: string, kind: Import["kind"]): string | undefined {
  const isIndex = path === "src/app/use-cases.ts" || target === "src/app/use-cases.ts";
  if (isIndex || kind === "lazy") return undefined;
  return `app/${basename(path)} imports the command ${basename(target)}; move what both need to a wing`;
}

/** The innermost folder around a file that `wings` names. */
function wingOf(path: string): string | undefined {
  let folder = dirname(path).replace(/^src\//, "");
  while (folder !== "." && wings[folder] === undefined) folder = dirname(folder);
  return folder === "." ? undefined : folder;
}

function allowed({ rooms, typesOf = [], lazily = [] }: Rung): string {
  const all = [
    ...rooms,
    ...typesOf.map((room) => `types of ${room}`),
    ...lazily.map((room) => `${room} by import()`),
  ];
  return all.length === 0 ? "none" : all.join(", ");
}

function judgePackage(room: string, specifier: string): string | undefined {
  const name = specifier.split("/")[0]!;
  const owner = doors[name];
  if (owner !== undefined && owner !== room) {
    return `${room} imports ${name}, which only ${owner} may`;
  }
  if (pureRooms.includes(room) && name.startsWith("node:")) {
    return `${room} imports ${specifier}, but it does no I/O`;
  }
  if (!name.startsWith("node:") && isBuiltin(name)) {
    return `${specifier} is written node:${specifier}`;
  }
  return undefined;
}

function isBuiltin(name: string): boolean {
  return ["fs", "path", "os", "child_process", "crypto", "zlib", "process", "util"].includes(name);
}

function impurities(path: string, source: string): string[] {
  const code = withoutComments(source);
  return impure
    .filter(([pattern]) => pattern.test(code))
    .map(([, what]) => `${path}: it uses ${what}, but its room reads no clock and does no I/O`);
}

/** Each cycle of imports once, types among them, from the first of its files in alphabetical order. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.add(describeCycle(trail.slice(start)));
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const next of edges.get(path) ?? []) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) visit(path);
  return [...found];
}

function describeCycle(files: readonly string[]): string {
  const first = [...files].sort()[0]!;
  const at = files.indexOf(first);
  const turned = [...files.slice(at), ...files.slice(0, at), first];
  return `import cycle: ${turned.join(" -> ")}`;
}

function resolve(path: string, specifier: string): string {
  // bin/ loads what src/ was compiled to.
  return normalize(join(dirname(path), specifier)).replace(/^dist\//, "src/");
}

/** The folder under src/ that a file stands in; "bin" for bin/. */
function roomOf(path: string): string | undefined {
  const parts = path.split("/");
  if (parts[0] === "bin") return "bin";
  if (path === "src/index.ts") return "index";
  return parts[0] === "src" && parts.length > 2 ? parts[1] : undefined;
}

/** `{ a, b as c }` of every import or re-export from `specifier`s that `isMeant`, with its file's name. */
function namesFrom(source: string, pattern: RegExp): string[] {
  return [...withoutComments(source).matchAll(pattern)].flatMap(([, names = "", file = ""]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => `${file}: ${name.split(/\s/)[0]}`),
  );
}

/** One sentence for each thing that the command line takes from app and the library does not offer. */
export function notInLibrary(sources: ReadonlyMap<string, string>): string[] {
  const reExport = /export\s*\{([^}]*)\}\s*from\s*"\.\/(?:app|listing)\/([\w/-]+\.ts)"/g;
  const offered = new Set(namesFrom(sources.get("src/index.ts") ?? "", reExport));
  const taken =
    /(?:import|const)\s*\{([^}]*)\}\s*(?:from|=\s*await\s+import\()\s*"(?:\.\.\/)+(?:app|listing)\/([\w/-]+\.ts)"/g;
  return [...sources]
    .filter(([path]) => path.startsWith("src/cli/"))
    .flatMap(([path, source]) =>
      namesFrom(source, taken)
        .filter((name) => !offered.has(name))
        .map(
          (name) =>
            `${path}: src/index.ts does not offer ${name}; a use-case belongs in use-cases.ts`,
        ),
    );
}
