/** Seeded chance: the same seed draws the same things. */

export interface Chance {
  /** A whole number from 0 to below `limit`. */
  number(limit: number): number;
  /** Whether something happens that happens once in `times`. */
  once(times: number): boolean;
  /** One of the items; throws when there is none. */
  pick<Item>(items: readonly Item[]): Item;
}

/** The generator is mulberry32. */
export function makeChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (limit: number): number => Math.floor(next() * limit);
  return {
    number,
    once: (times) => number(times) === 0,
    pick(items) {
      if (items.length === 0) throw new Error("nothing to pick from");
      return items[number(items.length)] as (typeof items)[number];
    },
  };
}
