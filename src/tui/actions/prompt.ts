/** The prompt: a filter, in effect while it is typed, or a place to go to. */

import { UserError } from "../../base/errors.ts";
import { filterHint } from "../../listing/event-filter.ts";
import type { Session } from "../session/session.ts";
import type { Prompt } from "../session/view.ts";
import { characterOf, type Key } from "../terminal/keys.ts";
import { goTo, goToGoal, scrollTo } from "./move.ts";
import { say } from "./say.ts";

export function openPrompt(session: Session, kind: Prompt["kind"]): void {
  const { filter, screen } = session.view;
  const text = kind === "filter" && filter !== "" ? `${filter} ` : "";
  const back = screen === "main" ? {} : { screen: "main" as const };
  session.store.set({ prompt: { kind, text, error: undefined }, message: undefined, ...back });
}

/** A key while the prompt is open. */
export function typeKey(session: Session, key: Key): void {
  const { prompt } = session.view;
  if (prompt === undefined || key.kind !== "key") return;
  switch (key.name) {
    case "enter":
      confirm(session, prompt);
      return;
    case "escape":
    case "ctrl-c":
      abandon(session, prompt);
      return;
    case "backspace":
      change(session, prompt, [...prompt.text].slice(0, -1).join(""));
      return;
    case "ctrl-u":
      change(session, prompt, "");
      return;
    case "ctrl-w":
      change(session, prompt, prompt.text.replace(/\S*\s*$/, ""));
      return;
    default: {
      const character = characterOf(key);
      if (character !== undefined) change(session, prompt, prompt.text + character);
    }
  }
}

function change(session: Session, prompt: Prompt, text: string): void {
  session.store.set({ prompt: { ...prompt, text, error: undefined } });
  if (prompt.kind === "filter") tryFilter(session, text);
}

/** False for a filter that makes no sense (yet): the list stays, and the prompt shows why. */
function tryFilter(session: Session, text: string): boolean {
  try {
    session.setFilter(text);
    session.store.set({ filter: text.trim() });
    scrollTo(session, session.view.seq);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { prompt } = session.view;
    if (prompt !== undefined) session.store.set({ prompt: { ...prompt, error: error.message } });
    return false;
  }
}

function abandon(session: Session, { kind }: Prompt): void {
  session.store.set({ prompt: undefined });
  if (kind === "filter") tryFilter(session, "");
}

function confirm(session: Session, { kind, text }: Prompt): void {
  if (kind === "filter") {
    if (!tryFilter(session, text)) {
      say(session, filterHint, true);
      return;
    }
    session.store.set({ prompt: undefined, pane: "events" });
    if (!toFirstMatch(session)) session.awaited = () => toFirstMatch(session);
    return;
  }
  session.store.set({ prompt: undefined });
  if (text.trim() === "") return;
  try {
    goToGoal(session, text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(session, `${error.message}. ${error.hint ?? ""}`.trim(), true);
  }
}

/** To the match at or after the cursor, else to the last one before it. False while neither is found. */
function toFirstMatch(session: Session): boolean {
  const { matches, view } = session;
  if (matches === undefined) return true;
  const rank = matches.rankOf(view.seq);
  const next = matches.seqAt(rank);
  if (next === undefined && !matches.isWhole) return false;
  const seq = next ?? matches.seqAt(rank - 1);
  if (seq !== undefined) goTo(session, seq);
  else say(session, `no event matches "${matches.filter}"`);
  return true;
}
