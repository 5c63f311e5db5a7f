/**
 * A strict reader of the Trace Event Format ("Trace Event Format", Google, 2016): the phases that an
 * exporter of ours uses, with the fields that each must have and no others.
 */

type Fields = Readonly<Record<string, string>>;

const common = { name: "string", ph: "string", pid: "number", tid: "number" };
const phases: Readonly<Record<string, Fields>> = {
  M: { ...common, args: "object" },
  X: { ...common, cat: "string", ts: "number", dur: "number", args: "object" },
  i: { ...common, cat: "string", ts: "number", s: "string", args: "object" },
  C: { ...common, ts: "number", args: "object" },
};

export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The events of a trace. Throws at the first thing that the format does not allow. */
export function readTrace(text: string): TraceEvent[] {
  const trace = JSON.parse(text) as Record<string, unknown>;
  if (!["ms", "ns"].includes(String(trace["displayTimeUnit"]))) throw new Error("displayTimeUnit");
  const events = trace["traceEvents"];
  if (!Array.isArray(events)) throw new Error("traceEvents is no array");
  for (const [i, event] of events.entries()) {
    const reason = flaw(event as Record<string, unknown>);
    if (reason !== undefined) throw new Error(`event ${i}: ${reason}: ${JSON.stringify(event)}`);
  }
  return events as TraceEvent[];
}

function flaw(event: Record<string, unknown>): string | undefined {
  const fields = phases[String(event["ph"])];
  if (fields === undefined) return `phase ${String(event["ph"])}`;
  for (const [name, type] of Object.entries(fields)) {
    if (typeof event[name] !== type) return `${name} is no ${type}`;
    if (type === "number" && !(Number(event[name]) >= 0)) return `${name} is negative`;
  }
  const more = Object.keys(event).find((name) => !(name in fields));
  if (more !== undefined) return `${more} is not of this phase`;
  const args = Object.values(event["args"] as object);
  if (event["ph"] === "C" && !args.every((value) => typeof value === "number")) return "counter";
  if (event["ph"] === "i" && !["g", "p", "t"].includes(String(event["s"]))) return "scope";
  return undefined;
}
