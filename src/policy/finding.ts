import type { PermissionClass } from "../model/permission.ts";

/** How far something reaches, and why. */
export interface Finding {
  class: PermissionClass;
  because: string;
}

const ORDER = { green: 0, yellow: 1, red: 2 } as const;

export function green(because: string): Finding {
  return { class: "green", because };
}

export function yellow(because: string): Finding {
  return { class: "yellow", because };
}

export function red(because: string): Finding {
  return { class: "red", because };
}

/** The first of the furthest: something is as far-reaching as the worst in it. */
export function worst(findings: readonly Finding[], none: Finding): Finding {
  return findings.reduce((most, each) => (ORDER[each.class] > ORDER[most.class] ? each : most), findings[0] ?? none);
}
