import type { LocalRun, Order } from "../model/run.ts";

/** This host's state folder: disposable except for running work. */
export interface StateFolder {
  readonly path: string;
  /** Name of the host, such as `anna-mbp-9f2c`; made at first use, its random part lies in the folder. */
  readonly host: string;
  readonly cache: string;
  runFolder(run: string): string;
  listRuns(): readonly LocalRun[];
  writeOrder(order: Order, prompt: string): void;
  /** Replaces the owner in a run's order: first the pulse, then the runner. */
  readOrder(run: string): Order | null;
  /** null when another live process holds it past the timeout. */
  lock(name: string, waitMs: number): Promise<{ release(): void } | null>;
  stopped(): boolean;
  setStopped(stopped: boolean): void;
}
