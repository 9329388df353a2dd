/** What a check of `mission doctor` is. Each stands in a file of its own; `checks.ts` is their order. */

import type { Standing } from "../../../repo/standing.ts";
import type { Checkup } from "../../../view/checkup.ts";
import type { Context } from "../../command.ts";
import type { Sight } from "../../read/look.ts";

export interface Found extends Checkup {
  /** Puts it right and answers what was done. Safe to call twice. */
  mend?: () => Promise<Mended>;
}

/** `left`: it could not be put right, and nothing was changed. */
export type Mended = { kind: "mended"; text: string } | { kind: "left"; reason: string; next?: string };

/** What checks of a repository look at. */
export interface Place {
  context: Context;
  standing: Standing;
}

/** What checks of the missions look at, when the repository could be read. */
export interface Scene extends Place {
  sight: Sight;
}

/** A check of files and of git itself: it works on a repository that git can hardly read. */
export type PlaceCheck = (place: Place) => Promise<readonly Found[]> | readonly Found[];

export type SceneCheck = (scene: Scene) => Promise<readonly Found[]> | readonly Found[];

export function ok(name: string, text: string): Found {
  return { code: name.replaceAll(" ", "-"), name, level: "ok", text, next: null, fix: null };
}

type Words = readonly [code: string, name: string, text: string];

export function note([code, name, text]: Words, next: string | null = null): Found {
  return { code, name, level: "note", text, next, fix: null };
}

export function bad([code, name, text]: Words, next: string): Found {
  return { code, name, level: "bad", text, next, fix: null };
}

/** A finding that `--fix` mends. `fix` says what it does: `sets the lock aside`. */
export function mendable(found: Found, fix: string, mend: () => Promise<Mended>): Found {
  return { ...found, fix, mend };
}

export function mended(text: string): Mended {
  return { kind: "mended", text };
}
