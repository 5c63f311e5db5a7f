/** The surveys of the processes that were looked at lately, each made in the background. */
import { Survey } from "../../app/explore/survey.ts";
import type { Tape } from "../../app/explore/tape.ts";
import { keep } from "../../base/keep.ts";
import type { Jobs } from "./jobs.ts";

const mostSurveys = 8;
const job = "survey";

export class Surveys {
  readonly #tape: Tape;
  readonly #jobs: Jobs;
  readonly #surveys = new Map<number, Survey>();

  constructor(tape: Tape, jobs: Jobs) {
    this.#tape = tape;
    this.#jobs = jobs;
  }

  /** As far as it has come; the first call for a process starts it. */
  of(process: number): Survey {
    const known = this.#surveys.get(process);
    if (known !== undefined) {
      this.resume(process);
      return known;
    }
    const survey = new Survey(this.#tape, process);
    // A recording that has only just begun may not have its first process yet: ask again later.
    if (!this.#tape.landmarks.has(process)) return survey;
    keep(this.#surveys, process, survey, mostSurveys);
    this.#jobs.start(job, survey.advance());
    return survey;
  }

  /** Goes on with a survey that was interrupted, or that a growing recording has overtaken. */
  resume(process: number): void {
    const survey = this.#surveys.get(process);
    if (survey === undefined || survey.isWhole || this.#jobs.has(job)) return;
    this.#jobs.start(job, survey.advance());
  }
}
