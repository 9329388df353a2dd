/** One simulated world: hosts with their disks, perhaps a remote, and the processes that the real engine is carried out in. */

import type { Git } from "../../../src/doors/git.ts";
import type { Started } from "../../../src/doors/processes.ts";
import { CLAIMED } from "../../../src/model/run.ts";
import { pulse } from "../../../src/pulse.ts";
import { openAuthority } from "../../../src/repo/authority.ts";
import { carryOut } from "../../../src/runner/carry-out.ts";
import { makeStopSwitch } from "../../../src/runner/watch/stop-switch.ts";
import type { RefMove } from "../check/history.ts";
import type { WorkerCommit } from "../check/kept-work.ts";
import type { TypedVersion } from "../check/typed-bytes.ts";
import { isMemoryUnchanged, type QuickLookDoors } from "../doors/quick-look.ts";
import type { MemoryDisk } from "../git/disk.ts";
import { type Outside, openMemoryGit } from "../git/memory-git.ts";
import { type MemoryRepository, makeStore, type ObjectStore } from "../git/repository.ts";
import { Chance } from "../time/chance.ts";
import { type Process, Schedule } from "../time/schedule.ts";
import { type Actor, openActor } from "./actor.ts";
import { Counters } from "./counters.ts";
import { Host } from "./host.ts";
import { WatchedRefs } from "./journal.ts";
import type { Plan } from "./plan.ts";
import { makeLocalRepository, makeRemoteRepository, type Seeded } from "./seed-repository.ts";

/** The build of the program that everybody runs. */
export const BUILD = "simulated";

/** A machine with the repository on it. */
export interface Site {
  host: Host;
  disk: MemoryDisk;
  repository: MemoryRepository;
  /** Folder of the main checkout. */
  checkout: string;
  /** Processes of workers by run: what a process of the run marks. */
  workers: Map<string, Process[]>;
  statePath: string;
}

export interface WorldOptions {
  seed: number;
  plan: Plan;
  trace: ((line: string) => void) | null;
}

export class World {
  readonly plan: Plan;
  readonly chance: Chance;
  readonly schedule: Schedule;
  readonly counters = new Counters();
  readonly store: ObjectStore = makeStore();
  readonly seeded: Seeded;
  readonly remote: MemoryRepository | null;
  readonly sites: Site[] = [];
  readonly moves: RefMove[] = [];
  readonly workerCommits: WorkerCommit[] = [];
  readonly typed: TypedVersion[] = [];
  /** Files that people typed into checkouts and did not commit, by their place. */
  readonly unsaved = new Map<string, { site: Site; path: string; typed: string }>();
  /** What must never happen and did, while it went on. */
  readonly violations: string[] = [];
  /** What a person did that changes what may be expected: `rewrote home`, `took a ledger away`. */
  readonly deeds = new Set<string>();
  /** Runs whose worker deleted its workspace. */
  readonly wrecked = new Set<string>();
  /** No more faults and ideas: from here on all must come to its end. */
  isCalm = false;
  /** Machines that are on their way, in place of lost ones. */
  arrivals = 0;
  /** Cron starts nothing any more. */
  isStill = false;
  /** Whose push is being applied without an answer. */
  unanswered: Process | null = null;
  /** Whose push is being applied after it has gone on, or died. */
  late: Process | null = null;
  /** Pulses in whose course something was done. */
  effectivePulses = 0;
  #hosts = 0;
  #recovering = new WeakSet<Process>();

  constructor({ seed, plan, trace }: WorldOptions) {
    this.plan = plan;
    this.chance = new Chance(seed);
    this.schedule = new Schedule({
      chance: this.chance,
      yields: plan.yields,
      trace,
      kills: (process, call) => this.#kills(process, call),
      onError: (process, error) => this.#noteError(process, error),
    });
    this.seeded = { store: this.store, files: plan.files };
    this.remote = plan.isRemote ? makeRemoteRepository(this.seeded) : null;
    for (let count = 0; count < plan.hosts; count += 1) this.addSite();
    if (this.remote !== null) this.#watch(this.remote);
  }

  /** The repository whose refs are the truth. */
  get authority(): MemoryRepository {
    const first = this.sites[0];
    if (first === undefined) throw new Error("a world without hosts");
    return this.remote ?? first.repository;
  }

  /** A new machine, with a clone of the remote where there is one. */
  addSite(): Site {
    this.#hosts += 1;
    const name = `host-${this.#hosts}`;
    const { disk, repository, checkout } = makeLocalRepository(this.seeded, name, this.remote);
    const host = new Host(name, this.schedule);
    host.rate = this.plan.faults.clockJumps > 0 ? 1 + this.chance.between(-50, 50) / 10_000 : 1;
    const site = { host, disk, repository, checkout, workers: new Map(), statePath: `/${name}/state` };
    this.sites.push(site);
    if (this.remote === null) this.#watch(repository);
    return site;
  }

  get liveSites(): readonly Site[] {
    return this.sites.filter(({ host }) => !host.isGone);
  }

  /** Whether a pulse that cron starts would find at a glance that nothing has changed. */
  isIdle(site: Site): boolean {
    return isMemoryUnchanged(this.quickLookOf(site), BUILD);
  }

  /** Starts a pulse that takes a full look. */
  startPulse(site: Site): Process {
    const process = this.schedule.start("pulse", site.host.name, async (self) => {
      const actor = openActor(this, site, self, owner, {});
      this.counters.add("full pulses");
      const result = await pulse(actor.doors, {
        onApplied: (decision, applied) => {
          this.#recovering.delete(self);
          this.schedule.note(
            `${site.host.name}   ${decision.kind}: ${applied.kind} ${"detail" in applied ? applied.detail : applied.reason}`,
          );
          this.counters.add(`${decision.kind} ${applied.kind}`);
          if (applied.kind === "lost") this.counters.add("lost swap");
        },
      });
      const features = (result.state?.missions ?? []).flatMap(({ milestones }) =>
        milestones.flatMap((milestone) => milestone.features),
      );
      if (features.some(({ condition }) => condition.code === "reverted")) this.counters.add("revert seen");
      if (result.applied.some(({ applied }) => applied.kind === "done")) this.effectivePulses += 1;
    });
    const owner = site.host.adopt(process);
    return process;
  }

  /** Starts a person's or checker's process with doors of a site. */
  startActor(site: Site, name: string, work: (actor: Actor, process: Process) => Promise<void>): Process {
    const process = this.schedule.start(name, site.host.name, (self) =>
      work(openActor(this, site, self, owner, { person: name }), self),
    );
    const owner = site.host.adopt(process);
    return process;
  }

  /** What an idle pulse looks at. */
  quickLookOf({ host, repository }: Site): QuickLookDoors {
    const { remote } = this;
    return {
      host,
      disk: host.state,
      refs: () => repository.refs,
      head: () => repository.head,
      config: () => repository.config,
      listRemote: () => (remote === null ? null : { refs: remote.refs, head: remote.head }),
      act: () => true,
    };
  }

  /** Somebody else's git: for those who read when all is over. */
  openReader(): Git {
    const site = this.sites[0];
    if (site === undefined) throw new Error("a world without hosts");
    const outside: Outside = { step: async () => {}, remote: async () => "answered" };
    const disk: MemoryDisk =
      this.remote === null
        ? site.disk
        : { ...site.disk, repositories: new Map([[this.remote.gitDir, this.remote]]), folders: new Map() };
    const identity = { name: "Reader", email: "reader@example.com" };
    return openMemoryGit({ disk, gitDir: this.authority.gitDir, network: new Map(), outside, identity });
  }

  /** Starts the process that carries out an order; null when the machine can't. */
  startRun(site: Site, run: string): Started | null {
    if (!this.isCalm && this.plan.faults.kill > 0 && this.chance.happens(0.01)) return null;
    const process = this.schedule.start(`run ${run}`, site.host.name, async (self) => {
      const actor = openActor(this, site, self, owner, {});
      const order = actor.doors.state.readOrder(run);
      if (order === null) return;
      const stop = makeStopSwitch();
      self.onTerminate = () => stop.stop("its process got SIGTERM");
      const remote = order.authority.kind === "remote" ? order.authority.remote : null;
      const authority = openAuthority(actor.runner.git, { remote, refPrefix: "refs/mission" });
      const isClaimed = async () => (await word.hear()) === CLAIMED;
      const done = await carryOut(actor.runner, { authority, order, stop, isClaimed });
      this.schedule.note(
        `${site.host.name}   ${run}: ${done.kind}${done.kind === "settled" ? "" : ` ${"reason" in done ? done.reason : ""}`}`,
      );
      this.counters.add(`run ${done.kind}`);
    });
    const word = this.schedule.makeWord(process, "hear");
    const owner = site.host.adopt(process);
    return { owner, tell: word.give };
  }

  /** Kills what is left of a run's workers. */
  async endSurvivors(site: Site, process: Process, run: string): Promise<number> {
    if (process.name === "pulse") this.#recovering.add(process);
    await (this.schedule.step(process, "endSurvivors") ?? GO_ON);
    const left = (site.workers.get(run) ?? []).filter((worker) => !worker.isDead);
    for (const worker of left) this.schedule.end(worker, "is killed as a survivor");
    return left.length;
  }

  #kills(process: Process, call: string): boolean {
    if (this.isCalm) return false;
    const { kill, killIn } = this.plan.faults;
    const rate = killIn !== null && call.startsWith(killIn.call) ? Math.max(kill, killIn.rate) : kill;
    if (!this.chance.happens(rate) || process.name === "check") return false;
    this.#noteKill(process);
    return true;
  }

  #noteKill(process: Process): void {
    this.counters.add("killed");
    if (this.#recovering.has(process)) this.counters.add("crash in recovery");
    const site = this.sites.find(({ host }) => host.name === process.host);
    const lock = site?.host.state.locks.get("host");
    if (site && lock && site.host.find(lock) === process) this.counters.add("killed holding the host lock");
  }

  #noteError(process: Process, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.violations.push(`${process.host} ${process.name} threw: ${text}`);
  }

  #watch(repository: MemoryRepository): void {
    const refs = repository.refs;
    if (!(refs instanceof WatchedRefs)) throw new Error("the authority's refs can't be watched");
    refs.watch((move) => {
      const { running, now } = this.schedule;
      const mover = running ?? this.late;
      const by = mover === null ? "nobody" : `${mover.host} ${mover.name}`;
      this.moves.push({ at: now, by, ...move });
      if (running !== null && running === this.unanswered) this.counters.add("push unknown but applied");
      if (running === null) this.counters.add("push applied late");
      this.schedule.note(`    ${move.ref} ${move.old?.slice(0, 7) ?? "-"} -> ${move.new?.slice(0, 7) ?? "-"} by ${by}`);
    });
  }
}

export const GO_ON = Promise.resolve();
