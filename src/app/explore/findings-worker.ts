/** Runs the analyses in a thread of its own: they read every event, and keys must not wait for that. */
import { parentPort, workerData } from "node:worker_threads";
import { findingsOf } from "./findings.ts";

/** What the thread is given; the database by its absolute path. */
export interface FindingsOrder {
  readonly db: string;
  readonly recording: number;
}

const { db, recording } = workerData as FindingsOrder;
parentPort?.postMessage(await findingsOf({ db, recording }, { env: {}, cwd: "/" }));
