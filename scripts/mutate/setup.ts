/** fast-check under mutation: the same cases each time, and no search for the smallest that fails. */
import { configureGlobal } from "fast-check";

configureGlobal({ endOnFailure: true, seed: 1 });
