/** Asks for findings in a process of their own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FindingsAnswer } from "./findings.ts";

export interface FindingsOrder {
  /** Absolute path. */
  readonly db: string;
  readonly recording: number;
}

export interface AskedFindings {
  /** Rejects with what the process said when it gave no answer. */
  readonly answer: Promise<FindingsAnswer>;
  /** Nobody waits any more. */
  stop(): void;
}

export function askFindings(order: FindingsOrder): AskedFindings {
  // Sources are run as they are by the tests, and a process of their own could not load them.
  if (import.meta.url.endsWith(".ts")) {
    const answer = import("./findings.ts").then(({ findingsOf }) =>
      findingsOf(order, { env: {}, cwd: "/" }),
    );
    return { answer, stop: () => undefined };
  }
  const script = fileURLToPath(new URL("./findings-child.js", import.meta.url));
  const words = [script, order.db, String(order.recording)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.err += text;
  });
  const answer = new Promise<FindingsAnswer>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(texts.out) as FindingsAnswer);
      else reject(new Error(/^\w*Error: (.*)$/m.exec(texts.err)?.[1] ?? "the analyses were ended"));
    });
  });
  return { answer, stop: () => child.kill("SIGKILL") };
}
