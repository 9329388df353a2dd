/** A shell's script in its parts, as far as it can be understood without running it. */

export interface Word {
  /** Without quotes; what is not known stands as it was written. */
  text: string;
  /** Whether the text is what the program gets, but for a pattern. */
  isKnown: boolean;
  /** Has a pattern outside of quotes: it stands for names that are not known. */
  isGlob: boolean;
  /** Part of it is what another program prints. */
  hasScript: boolean;
  isQuoted: boolean;
}

/** `text`: what is fed to the program stands in the script itself. */
export interface Redirect {
  kind: "read" | "write" | "text";
  target: Word;
}

export interface SimpleCommand {
  kind: "command";
  words: Word[];
  redirects: Redirect[];
  /** Nobody waits for it. */
  isBackground: boolean;
  /** What it prints is fed to the next one. */
  isPiped: boolean;
}

/** What is between `open` and `close` has a working folder of its own. */
export type Step = SimpleCommand | { kind: "open" } | { kind: "close" };

export type Variables = Readonly<Record<string, string>>;

export interface Script {
  steps: readonly Step[];
  /** Without those that the script itself changes. */
  variables: Variables;
  problem: "unfinished" | "too-deep" | null;
}

export function knownWord(text: string): Word {
  return { text, isKnown: true, isGlob: false, hasScript: false, isQuoted: false };
}

/** What nobody sees before it runs. */
export const UNSEEN: Word = { ...knownWord("$@"), isKnown: false };
