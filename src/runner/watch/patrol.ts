/**
 * What has to be looked after while a run goes on. Jobs run side by side, each at most once at a time, so that a push
 * without an answer does not keep a stop from being seen.
 */

import type { Clock } from "../../doors/clock.ts";

const TICK_MS = 250;

export interface Job {
  name: string;
  everyMs: number;
  run(): Promise<void> | void;
}

export interface Patrol {
  /** No job starts any more; resolves when the ones under way are through. */
  end(): Promise<void>;
}

/** Starts jobs for a part of a run and answers how to end them. */
export type StartPatrol = (jobs: readonly Job[]) => () => Promise<void>;

/** Starts the jobs, each for the first time after its own interval. A job that fails is told and comes again. */
export function startPatrol(
  clock: Clock,
  jobs: readonly Job[],
  onFailure: (job: string, error: unknown) => void,
): Patrol {
  let over = false;
  const underWay = new Map<string, Promise<void>>();
  const due = new Map(jobs.map((job) => [job.name, clock.now() + job.everyMs]));

  async function runJob(job: Job): Promise<void> {
    try {
      await job.run();
    } catch (error) {
      onFailure(job.name, error);
    }
    due.set(job.name, clock.now() + job.everyMs);
    underWay.delete(job.name);
  }

  async function walk(): Promise<void> {
    let last = clock.now();
    while (!over) {
      const now = clock.now();
      // Set back: what is due must not wait until the clock has caught up.
      if (now < last) for (const [name, at] of due) due.set(name, at - (last - now));
      last = now;
      for (const job of jobs) {
        if (!underWay.has(job.name) && now >= (due.get(job.name) ?? 0)) underWay.set(job.name, runJob(job));
      }
      // Short steps: a long timer would keep the process from ending.
      await clock.sleep(TICK_MS);
    }
  }

  void walk();
  return {
    async end() {
      over = true;
      await Promise.all(underWay.values());
    },
  };
}
