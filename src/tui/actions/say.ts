/** The line at the bottom, where the keys stand else. */
import type { Session } from "../session.ts";

export function say(session: Session, text: string, isBad = false): void {
  session.store.set({ message: { text, isBad } });
}
