/** What the program saw complete is in the recording, however often and with however many threads it is killed. */
import { durableTests } from "./durable-tests.ts";

/** How often the program is killed; the full run of a release is MAPTRAIL_KILLS=200. */
const kills = Number(process.env["MAPTRAIL_KILLS"] ?? 12);
const threadCounts = [1, 2, 4, 8, 16, 32, 64];

durableTests(Array.from({ length: kills }, (_, i) => threadCounts[i % threadCounts.length] ?? 1));
