import type { Doors } from "../../doors/doors.ts";
import type { Files } from "../../doors/files.ts";

export interface Past {
  now: number;
  /** Values that refs had then; null: there was none. Other refs are as they are. */
  refs: ReadonlyMap<string, string | null>;
  /** Nothing of the present is hidden: what is looked at is how it is now. */
  isPresent: boolean;
}

/**
 * Doors through which observing sees an earlier moment: other values of refs, another clock, no run and no checkout of this
 * host. Whoever looks back leaves no trace in what this host remembers.
 */
export function openPast(doors: Doors, past: Past): Doors {
  const git = Object.create(doors.git, {
    listRefs: { value: async (prefixes: readonly string[]) => refsThen(await doors.git.listRefs(prefixes), past) },
    listWorktrees: { value: async () => [] },
  });
  const state = Object.create(doors.state, {
    listRuns: { value: () => [] },
    stopped: { value: () => past.isPresent && doors.state.stopped() },
  });
  return Object.create(doors, {
    git: { value: git },
    state: { value: state },
    files: { value: readOnly(doors.files) },
    clock: { value: { ...doors.clock, now: () => past.now } },
  });
}

function refsThen(refs: ReadonlyMap<string, string>, past: Past): Map<string, string> {
  const then = new Map<string, string>();
  for (const [name, oid] of refs) {
    const value = past.refs.has(name) ? (past.refs.get(name) ?? null) : oid;
    if (value !== null) then.set(name, value);
  }
  return then;
}

function readOnly(files: Files): Files {
  return Object.assign(Object.create(files), { writeText: () => {}, writeSealed: () => {}, remove: () => {} });
}
