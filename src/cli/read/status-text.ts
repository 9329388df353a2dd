/**
 * The text of `status --json`, mission by mission. Those of missions at rest are taken from what was said last, so that an
 * edit among thousands of features prints one mission anew. Put together it is what `jsonText` makes of the whole.
 */

import type { statusJson } from "../../view/status-json.ts";
import { jsonText } from "../command.ts";

/** A mission's part of the text. */
export interface MissionText {
  id: string;
  text: Buffer;
}

export interface StatusText {
  /** With a line break at its end. */
  bytes: Buffer;
  /** Where in the bytes the moment stands at which it is said. */
  at: number;
  /** Where in the bytes each mission stands, from its brace to its brace. */
  places: ReadonlyMap<string, { start: number; end: number }>;
}

const NONE = '\n  "missions": []';
const NEST = ["[\n  [\n    ", "\n  ]\n]"] as const;

/** `kept` are texts of missions that `status` leaves out. */
export function printStatus(status: ReturnType<typeof statusJson>, kept: readonly MissionText[]): StatusText {
  const around = jsonText({ ...status, missions: [] });
  // A line break in a string is an escape: there is one such place.
  const inside = around.indexOf(NONE) + NONE.length - 1;
  const printed = status.missions.map((mission) => ({ id: mission.id, text: Buffer.from(printNested(mission)) }));
  const missions = [...printed, ...kept].sort((a, b) => (a.id < b.id ? -1 : 1));
  const pieces: Buffer[] = [Buffer.from(around.slice(0, inside))];
  const places = new Map<string, { start: number; end: number }>();
  let length = pieces[0]?.length ?? 0;
  const add = (piece: Buffer): void => {
    pieces.push(piece);
    length += piece.length;
  };
  for (const [index, { id, text }] of missions.entries()) {
    add(Buffer.from(index === 0 ? "\n    " : ",\n    "));
    places.set(id, { start: length, end: length + text.length });
    add(text);
  }
  add(Buffer.from(`${missions.length > 0 ? "\n  " : ""}${around.slice(inside)}\n`));
  const at = Buffer.byteLength(around.slice(0, around.indexOf(status.at)));
  return { bytes: Buffer.concat(pieces, length), at, places };
}

/** Indented as an item of a list in an object. */
function printNested(value: unknown): string {
  return jsonText([[value]]).slice(NEST[0].length, -NEST[1].length);
}
