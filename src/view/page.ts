import type { Paint } from "./paint.ts";

/** What text is written on: how wide, in which colours, by whose clock. */
export interface Page {
  /** Columns; infinite where a program reads and nothing may be cut. */
  width: number;
  paint: Paint;
  now: number;
  /** Minutes to add to UTC for the reader's clock at a time in milliseconds. */
  zone(at: number): number;
}
