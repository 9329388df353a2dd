import type { Random } from "../../src/doors/random.ts";

/** Counts instead of drawing: `000…1`, `000…2`. */
export function fixedRandom(): Random {
  let count = 0;
  return {
    nonce(length) {
      count += 1;
      return count.toString(36).padStart(length, "0");
    },
  };
}
