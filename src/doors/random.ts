import { randomBytes } from "node:crypto";

/** The door to chance: nonces of claims. */
export interface Random {
  /** Lower-case letters and digits, 36^length values. */
  nonce(length: number): string;
}

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

export const systemRandom: Random = {
  nonce(length) {
    let text = "";
    while (text.length < length) {
      for (const byte of randomBytes(length)) {
        // 252 is the largest multiple of 36 below 256: larger bytes would favour the first letters.
        if (byte < 252 && text.length < length) text += ALPHABET[byte % 36];
      }
    }
    return text;
  },
};
