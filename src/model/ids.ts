/** Ids are file and folder names. The rule and the reserved words are those of the format page in the README. */

export const ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that refs, branches and asks use themselves. */
const RESERVED_IDS: readonly string[] = [
  "home",
  "plan",
  "main",
  "final",
  "ledger",
  "host",
  "hosts",
  "in",
  "salvage",
  "stop",
  "poc",
  "agents",
  "config",
  "mission",
  "milestone",
  "contract",
  "report",
];

/** Whether `q<number>`, which names an ask, or one of the reserved words. */
export function isReservedId(id: string): boolean {
  return RESERVED_IDS.includes(id) || /^q\d+$/.test(id);
}

/** Whether a name can be an id of a mission, milestone, feature, role or run. */
export function isId(id: string): boolean {
  return ID_PATTERN.test(id) && !isReservedId(id);
}

/** `crm/schema`, or `crm` for the mission itself. */
export function thingName(mission: string, part?: string | null): string {
  return part ? `${mission}/${part}` : mission;
}
