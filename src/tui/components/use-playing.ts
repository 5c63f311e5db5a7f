/** Moves the cursor on while the view is playing. */
import { useEffect } from "react";
import { playOn } from "../actions/play.ts";
import { useSession, useView } from "./use-session.ts";

const frameMillis = 50;

export function usePlaying(): void {
  const session = useSession();
  const isPlaying = useView().playing !== undefined;
  useEffect(() => {
    if (!isPlaying) return;
    let owed = 0;
    const timer = setInterval(() => {
      owed = playOn(session, frameMillis, owed);
    }, frameMillis);
    return () => clearInterval(timer);
  }, [session, isPlaying]);
}
