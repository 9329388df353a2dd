/** A machine of the world: its clock, its processes, and what lies on its disk beside git. */

import type { Owner } from "../../../src/model/run.ts";
import { makeStateDisk, type StateDisk } from "../doors/state-disk.ts";
import type { Process, Schedule } from "../time/schedule.ts";

/** When worlds begin: 2026-01-01, on every clock that is right. */
export const BEGINNING = Date.UTC(2026, 0, 1);

const NAMESPACE = "pid:[1]";

/** Numbers of processes come again soon, as on a machine that starts many. */
const PIDS = 60;

interface Running {
  process: Process;
  startedAt: string;
}

export class Host {
  readonly name: string;
  readonly schedule: Schedule;
  readonly machine: string;
  boot = 1;
  isGone = false;
  isFrozen = false;
  /** How much faster than time its clock goes: 1.001 gains a second in a quarter of an hour. */
  rate = 1;
  /** Milliseconds by which its clock is ahead. */
  ahead = 0;
  state: StateDisk = makeStateDisk();
  #running = new Map<number, Running>();
  #started = 0;

  constructor(name: string, schedule: Schedule) {
    this.name = name;
    this.machine = `machine-of-${name}`;
    this.schedule = schedule;
  }

  /** Milliseconds, as its clock tells. */
  now(): number {
    return Math.round(BEGINNING + this.schedule.now * this.rate + this.ahead);
  }

  /** Gives a process a number of this machine; the number is free again when it is gone. */
  adopt(process: Process): Owner {
    this.#started += 1;
    let pid = 2 + (this.#started % PIDS);
    while (this.#running.has(pid)) pid += 1;
    const startedAt = String(this.#started);
    this.#running.set(pid, { process, startedAt });
    process.onEnd.push(() => this.#running.delete(pid));
    if (this.isFrozen) this.schedule.freeze(process);
    return { machine: this.machine, boot: `boot-${this.boot}`, pidNamespace: NAMESPACE, pid, startedAt };
  }

  identify(pid: number): Owner | null {
    const running = this.#running.get(pid);
    if (running === undefined) return null;
    const { startedAt } = running;
    return { machine: this.machine, boot: `boot-${this.boot}`, pidNamespace: NAMESPACE, pid, startedAt };
  }

  liveness(owner: Owner): "alive" | "dead" | "foreign" {
    if (owner.machine !== this.machine) return "foreign";
    if (owner.boot !== `boot-${this.boot}`) return "dead";
    if (owner.pidNamespace !== NAMESPACE) return "foreign";
    return this.find(owner) === null ? "dead" : "alive";
  }

  find(owner: Owner): Process | null {
    const running = this.#running.get(owner.pid);
    return running !== undefined && running.startedAt === owner.startedAt && owner.boot === `boot-${this.boot}`
      ? running.process
      : null;
  }

  get processes(): readonly Process[] {
    return [...this.#running.values()].map(({ process }) => process);
  }

  /** Everything that runs is gone at once; the disk stays. */
  killAll(how: string): void {
    for (const process of this.processes) this.schedule.end(process, how);
  }

  reboot(): void {
    this.killAll("dies with its machine");
    this.boot += 1;
  }

  freeze(): void {
    this.isFrozen = true;
    for (const process of this.processes) this.schedule.freeze(process);
  }

  thaw(): void {
    this.isFrozen = false;
    for (const process of this.processes) this.schedule.thaw(process);
  }

  /** Machine and disk are gone for good. */
  vanish(): void {
    this.killAll("vanishes with its machine");
    this.isGone = true;
  }
}
