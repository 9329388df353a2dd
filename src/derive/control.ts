import type { Ledger } from "../model/ledger.ts";

/** What persons have put on a target and not lifted again. */
export interface Control {
  paused: boolean;
  stopped: boolean;
  quarantined: boolean;
}

/** The controls that hold for one target (`crm`, `crm/schema`, `agent:coder`, `host:name`). `resume` lifts all of them. */
export function deriveControl(ledger: Ledger, target: string): Control {
  const control: Control = { paused: false, stopped: false, quarantined: false };
  for (const { fact } of ledger.controlsByTarget.get(target) ?? []) {
    if (fact.action === "pause") control.paused = true;
    if (fact.action === "stop") control.stopped = true;
    if (fact.action === "quarantine") control.quarantined = true;
    if (fact.action === "resume") control.paused = control.stopped = control.quarantined = false;
  }
  return control;
}

/** The strictest word for what holds a target; null when nothing does. */
export function describeControl({
  paused,
  stopped,
  quarantined,
}: Control): "stopped" | "quarantined" | "paused" | null {
  return stopped ? "stopped" : quarantined ? "quarantined" : paused ? "paused" : null;
}

/** Position of the last control of that kind on any of the targets, -1 when there is none. */
export function lastControl(ledger: Ledger, targets: readonly string[], action: "retry" | "resume"): number {
  const positions = targets.map((target) => {
    return ledger.controlsByTarget.get(target)?.findLast(({ fact }) => fact.action === action)?.position ?? -1;
  });
  return Math.max(-1, ...positions);
}
