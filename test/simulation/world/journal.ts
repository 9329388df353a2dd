/** Every move of a ref at the authority, in order, with who made it. */

import type { RefMove } from "../check/history.ts";

/** Refs that note how they move. */
export class WatchedRefs extends Map<string, string> {
  /** Grows with every move. */
  version = 0;
  #note: ((move: Pick<RefMove, "ref" | "old" | "new">) => void) | null = null;

  watch(note: (move: Pick<RefMove, "ref" | "old" | "new">) => void): void {
    this.#note = note;
  }

  override set(ref: string, oid: string): this {
    const old = this.get(ref) ?? null;
    super.set(ref, oid);
    // The constructor of a map sets before there is anybody to tell.
    if (old !== oid) this.#tell({ ref, old, new: oid });
    return this;
  }

  override delete(ref: string): boolean {
    const old = this.get(ref) ?? null;
    const was = super.delete(ref);
    if (old !== null) this.#tell({ ref, old, new: null });
    return was;
  }

  #tell(move: Pick<RefMove, "ref" | "old" | "new">): void {
    this.version += 1;
    this.#note?.(move);
  }
}
