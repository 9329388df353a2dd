import { colourPaint, type Paint, plainPaint } from "../view/paint.ts";
import type { Screen } from "./command.ts";

/**
 * Standard output and error of this process. Colours only in a terminal that has them, and never with `NO_COLOR`. The
 * streams are made when they are first asked for: a pulse that prints nothing should not pay for them.
 */
export function openScreen(env: Readonly<Record<string, string | undefined>>): Screen {
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    printBytes: (bytes) => void process.stdout.write(bytes),
    warn: (text) => void process.stderr.write(`${text}\n`),
    write: (text) => void process.stdout.write(text),
    get isTerminal() {
      return process.stdout.isTTY === true;
    },
    get canAsk() {
      return process.stdout.isTTY === true && process.stdin.isTTY === true;
    },
    // Without a terminal nothing is cut or wrapped: another program reads whole lines.
    get columns() {
      return this.isTerminal ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
    },
    get rows() {
      return this.isTerminal ? process.stdout.rows || 24 : Number.POSITIVE_INFINITY;
    },
    get paint(): Paint {
      return this.isTerminal && !env.NO_COLOR && env.TERM !== "dumb" ? colourPaint : plainPaint;
    },
    zone: (at) => -new Date(at).getTimezoneOffset(),
  };
}
