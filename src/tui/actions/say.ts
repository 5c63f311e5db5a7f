/** Messages, which take the place of the key hints in the footer. */
import type { Session } from "../session/session.ts";

export function say(session: Session, text: string, isBad = false): void {
  session.store.set({ message: { text, isBad } });
}
