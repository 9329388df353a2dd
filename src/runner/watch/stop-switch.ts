/** The one place where a run learns that it must end: withdrawn, stopped, its claim ended, or its host cut off. */

export interface StopSwitch {
  readonly signal: AbortSignal;
  /** Why it must end; null while it may go on. The first reason stays. */
  readonly reason: string | null;
  stop(reason: string): void;
}

export function makeStopSwitch(): StopSwitch {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    get reason() {
      return controller.signal.aborted ? String(controller.signal.reason) : null;
    },
    stop: (reason) => controller.abort(reason),
  };
}
