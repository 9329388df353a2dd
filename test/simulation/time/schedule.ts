/**
 * Virtual time and a choice of who goes on. All processes of a world run in this one; each awaits at the doors only, and every
 * such await is a choice point: the schedule decides whether the process goes on at once, waits while others go on, or is
 * gone for good. When nobody can go on, time jumps to the next event. Nothing else moves time and nothing else chooses, so
 * a seed is a whole history.
 */

import type { Chance } from "./chance.ts";

export interface Scheduled {
  at: number;
  order: number;
  process: Process | null;
  run(): void;
}

interface Ready {
  process: Process;
  call: string;
  run(): void;
}

/** A process of some host: dead for ever, or stopped and thawed again. */
export class Process {
  readonly id: number;
  readonly name: string;
  /** Name of the host, for traces. */
  readonly host: string;
  isDead = false;
  isFrozen = false;
  /** Waits at doors and for time that are not over. */
  waits = 0;
  /** Called once when it is gone, however that came. */
  onEnd: (() => void)[] = [];
  /** What SIGTERM does. */
  onTerminate: (() => void) | null = null;

  constructor(id: number, name: string, host: string) {
    this.id = id;
    this.name = name;
    this.host = host;
  }
}

export interface ScheduleOptions {
  chance: Chance;
  /** How often a process that could go on lets others go first. */
  yields: number;
  /** Decides at each choice point whether the process is killed there. */
  kills(process: Process, call: string): boolean;
  /** Takes each line of the trace; null: nobody reads it. */
  trace: ((line: string) => void) | null;
  onError(process: Process, error: unknown): void;
}

/** Real milliseconds that the first import of a module may take; the world stands still meanwhile. */
const IMPORT_MS = 60_000;

export class Schedule {
  now = 0;
  steps = 0;
  #options: ScheduleOptions;
  #order = 0;
  #processes = 0;
  #events: Scheduled[] = [];
  #ready: Ready[] = [];
  #running: Process | null = null;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  get chance(): Chance {
    return this.#options.chance;
  }

  /** Whose call is being carried out; null between processes. */
  get running(): Process | null {
    return this.#running;
  }

  note(text: string): void {
    this.#options.trace?.(`${String(this.now).padStart(9)} ${text}`);
  }

  /** Begins a process at the next choice; it ends with its work. */
  start(name: string, host: string, work: (process: Process) => Promise<void>): Process {
    this.#processes += 1;
    const process = new Process(this.#processes, name, host);
    this.#offer(process, "start", () => {
      work(process).then(
        () => this.end(process, "ends"),
        (error) => {
          if (process.isDead) return;
          this.#options.onError(process, error);
          this.end(process, "fails");
        },
      );
    });
    return process;
  }

  /** A process without work of its own: whoever starts it moves it by events. */
  makeProcess(name: string, host: string): Process {
    this.#processes += 1;
    return new Process(this.#processes, name, host);
  }

  end(process: Process, how: string): void {
    if (process.isDead) return;
    process.isDead = true;
    this.note(`${process.host} ${process.name} ${how}`);
    for (const tell of process.onEnd) tell();
  }

  /** A choice point without waiting, before an effect: false when the process does not live to do it. */
  act(process: Process, call: string): boolean {
    if (process.isDead) return false;
    this.steps += 1;
    if (!this.#options.kills(process, call)) return true;
    this.end(process, `is killed before ${call}`);
    return false;
  }

  /** A choice point: resolves when the process goes on, and never when it is dead. */
  step(process: Process, call: string): Promise<void> | undefined {
    if (!this.act(process, call)) return never();
    if (!process.isFrozen && !this.#options.chance.happens(this.#options.yields)) return undefined;
    return new Promise((resolve) => this.#offer(process, call, resolve));
  }

  /** Resolves when that much time is over, a choice later. */
  sleep(process: Process, ms: number, call = "sleep"): Promise<void> {
    if (process.isDead) return never();
    return new Promise((resolve) => {
      process.waits += 1;
      this.#push(this.now + Math.max(0, ms), process, () => {
        process.waits -= 1;
        this.#offer(process, call, resolve);
      });
    });
  }

  /** Lets a process go on with something that another one brought about. */
  resume(process: Process, call: string, run: () => void): void {
    if (!process.isDead) this.#offer(process, call, run);
  }

  /** A word that another process gives to this one, once; only the first counts. */
  makeWord(process: Process, call: string): { hear(): Promise<string>; give(word: string): void } {
    let given: string | null = null;
    let tell: ((word: string) => void) | null = null;
    return {
      hear() {
        if (given !== null) return Promise.resolve(given);
        process.waits += 1;
        return new Promise((resolve) => {
          tell = resolve;
        });
      },
      give: (word) => {
        if (given !== null) return;
        given = word;
        if (tell === null) return;
        process.waits -= 1;
        this.resume(process, call, () => tell?.(word));
      },
    };
  }

  /** Something that happens at a time, whoever lives then; with a process only while that one lives. */
  at(time: number, process: Process | null, run: () => void): void {
    this.#push(Math.max(this.now, time), process, run);
  }

  freeze(process: Process): void {
    process.isFrozen = true;
  }

  thaw(process: Process): void {
    process.isFrozen = false;
  }

  /** Goes on until the time is over, the steps are used up, or nothing is left to happen. */
  async run(until: number, mostSteps: number): Promise<"time" | "steps" | "nothing"> {
    return new Promise((resolve, reject) => {
      let waitsSince: number | null = null;
      const turn = (): void => {
        try {
          if (this.#waitsOutside()) {
            waitsSince ??= performance.now();
            if (performance.now() - waitsSince > IMPORT_MS)
              throw new Error(`${this.#running?.name} waits for something outside of the world`);
            setImmediate(turn);
            return;
          }
          waitsSince = null;
          const end = this.#goOn(until, mostSteps);
          if (end === null) afterPromises(turn);
          else resolve(end);
        } catch (error) {
          reject(error);
        }
      };
      afterPromises(turn);
    });
  }

  /** The process that went on last waits for something that no door gave, such as a module that is loaded for the first time. */
  #waitsOutside(): boolean {
    return this.#running !== null && !this.#running.isDead && this.#running.waits === 0;
  }

  /** Lets one process go on, or time. null: there is more. */
  #goOn(until: number, mostSteps: number): "time" | "steps" | "nothing" | null {
    this.#running = null;
    if (this.steps > mostSteps) return "steps";
    const ready = this.#takeReady();
    if (ready !== null) {
      this.#running = ready.process;
      if (this.#options.trace) this.note(`${ready.process.host} ${ready.process.name} ${ready.call}`);
      ready.run();
      return null;
    }
    const next = this.#events[0];
    if (next === undefined) return "nothing";
    if (next.at > until) {
      this.now = until;
      return "time";
    }
    this.#pop();
    this.now = next.at;
    if (next.process === null || !next.process.isDead) next.run();
    return null;
  }

  #offer(process: Process, call: string, run: () => void): void {
    process.waits += 1;
    this.#ready.push({
      process,
      call,
      run: () => {
        process.waits -= 1;
        run();
      },
    });
  }

  /** Any of those that could go on. The dead are forgotten, the frozen wait. */
  #takeReady(): Ready | null {
    this.#ready = this.#ready.some(({ process }) => process.isDead)
      ? this.#ready.filter(({ process }) => !process.isDead)
      : this.#ready;
    const able = this.#ready.some(({ process }) => process.isFrozen)
      ? this.#ready.filter(({ process }) => !process.isFrozen)
      : this.#ready;
    if (able.length === 0) return null;
    const taken = able.length === 1 ? able[0] : this.#options.chance.pick(able);
    if (taken === undefined) return null;
    this.#ready.splice(this.#ready.indexOf(taken), 1);
    return taken;
  }

  #push(at: number, process: Process | null, run: () => void): void {
    this.#order += 1;
    this.#events.push({ at: Math.round(at), order: this.#order, process, run });
    siftUp(this.#events, this.#events.length - 1);
  }

  #pop(): Scheduled | null {
    const first = this.#events[0];
    const last = this.#events.pop();
    if (first === undefined || last === undefined) return null;
    if (this.#events.length > 0) {
      this.#events[0] = last;
      siftDown(this.#events);
    }
    return first;
  }
}

/**
 * Runs it when no promise is left that could go on, so that each process comes to its next wait before anybody else is
 * chosen. A tick that is asked for in a tick would run before the promises do; one that is asked for by a promise does not.
 */
function afterPromises(run: () => void): void {
  queueMicrotask(() => process.nextTick(run));
}

/** Each its own: one promise that all dead wait for would keep them all. */
function never(): Promise<void> {
  return new Promise(() => {});
}

function isEarlier(one: Scheduled | undefined, other: Scheduled | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function swap(heap: Scheduled[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]];
  if (first === undefined || second === undefined) return;
  heap[one] = second;
  heap[other] = first;
}

function siftUp(heap: Scheduled[], from: number): void {
  for (let index = from; index > 0; ) {
    const parent = (index - 1) >> 1;
    if (!isEarlier(heap[index], heap[parent])) return;
    swap(heap, index, parent);
    index = parent;
  }
}

function siftDown(heap: Scheduled[]): void {
  for (let index = 0; ; ) {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    let least = index;
    if (left < heap.length && isEarlier(heap[left], heap[least])) least = left;
    if (right < heap.length && isEarlier(heap[right], heap[least])) least = right;
    if (least === index) return;
    swap(heap, index, least);
    index = least;
  }
}
