/**
 * Keys and mouse events. In place of Ink's useInput, which knows no mouse, gives keys that arrive
 * together as one, and does not wait for the rest of a sequence that a slow line has split.
 */
import { useStdin } from "ink";
import { useEffect } from "react";
import { KeyReader } from "../terminal/key-reader.ts";
import type { Key } from "../terminal/keys.ts";

/** Stdin is in raw mode and decoded already: the terminal was taken before Ink was loaded. */
export function useKeys(onKeys: (keys: readonly Key[]) => void): void {
  const { stdin } = useStdin();
  useEffect(() => {
    const reader = new KeyReader(onKeys);
    const take = (text: string): void => reader.take(text);
    stdin.on("data", take);
    return () => {
      stdin.off("data", take);
      reader.close();
    };
  }, [stdin, onKeys]);
}
