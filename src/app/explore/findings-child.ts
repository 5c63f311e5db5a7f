/**
 * Runs the analyses in a process of its own and writes the answer as JSON: they read every event and
 * need some hundred megabytes for a long recording; neither keys nor the TUI's memory shall know of it.
 */
import { findingsOf } from "./findings.ts";

const [db = "", recording = ""] = process.argv.slice(2);
const answer = await findingsOf({ db, recording: Number(recording) }, { env: {}, cwd: "/" });
process.stdout.write(JSON.stringify(answer));
