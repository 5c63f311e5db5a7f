/** What the program saw complete is in the recording: three kills of the program, and one of the recorder. */
import { durableTests } from "./durable-tests.ts";

durableTests([8, 1, 64]);
