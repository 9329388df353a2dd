/** The ways in which programs of a run can be started here. A host whose kernel has no namespaces to give says so. */

import { type Containment, findContainment, SWITCHED_OFF } from "../../src/doors/processes/containment.ts";

export const best = await findContainment(process.env, { gitDir: null, cache: null });

if (best.kind === "group") console.warn(`only process groups are tested on this host: ${best.because}`);

export const containments: readonly (readonly [string, Containment])[] = [
  ...(best.kind === "namespace" ? [["in a pid namespace", best] as const] : []),
  ["in a process group", SWITCHED_OFF],
];
