/** The run folders: orders, who carries them out, and reports that wait. */

import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalRun, Order, Owner, Report, RunRemains } from "../../model/run.ts";
import type { UnreadableRun, WaitingReport } from "../host.ts";
import type { Processes } from "../processes.ts";
import { removeFolder } from "../remove-folder.ts";
import { createWhole, readJson, replaceFile, writeAllWhole, writeWhole } from "./durable.ts";

const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const KEPT_FILE = "kept.json";
const REPORT_NAME = /^\d+\.json$/;

export interface Orders {
  runFolder(run: string): string;
  listRuns(): readonly LocalRun[];
  listUnreadableRuns(): readonly UnreadableRun[];
  writeOrder(order: Order, prompt: string, resume?: string | null): Promise<void>;
  setOwner(run: string, owner: Owner): void;
  readOrder(run: string): Order | null;
  writeReport(run: string, report: Report): string;
  listReports(run: string): readonly WaitingReport[];
  markReported(run: string, name: string): void;
  closeRun(run: string): void;
  keepRun(run: string, until: number, because: string): void;
  removeRun(run: string): Promise<void>;
}

/** `folder` is `runs/` of the state folder. Orders of another host came with a copy of its folder: they are not ours to carry on. */
export function makeOrders(folder: string, processes: Processes, host: () => string): Orders {
  function runFolder(run: string): string {
    if (!RUN_NAME.test(run)) throw new Error(`not a name of a run: ${JSON.stringify(run)}`);
    return join(folder, run);
  }
  function readOrder(run: string): Order | null {
    const order = readJson(join(runFolder(run), "run.json"));
    if (!isOrder(order) || order.run !== run) return null;
    const owner = readJson(join(runFolder(run), "owner.json"));
    return isOwner(owner) ? { ...order, owner } : order;
  }
  function reportNames(run: string): string[] {
    return listNames(join(runFolder(run), "reports")).filter((name) => REPORT_NAME.test(name));
  }
  function readRun(run: string): LocalRun[] {
    const order = readOrder(run);
    if (order === null) return [];
    const closed = existsSync(join(runFolder(run), "closed"));
    const isOwn = order.host === undefined || order.host === host();
    const owner = isOwn ? processes.liveness(order.owner) : "foreign";
    const waiting = reportNames(run).length;
    const remains = closed ? { remains: readRemains(runFolder(run)) } : {};
    return [{ run, folder: runFolder(run), order, owner, closed, waiting, ...remains }];
  }
  const listFolders = (): string[] =>
    listNames(folder).filter((name) => RUN_NAME.test(name) && !name.includes(".trash-"));
  return {
    runFolder,
    readOrder,
    listRuns: () => listFolders().flatMap(readRun),
    listUnreadableRuns: () => listFolders().flatMap((run) => explainUnreadable(run, runFolder(run), readOrder(run))),
    // The order comes last: a folder with an order is whole.
    async writeOrder(order, prompt, resume = null) {
      await writeAllWhole(runFolder(order.run), [
        ["prompt.md", prompt],
        ...(resume === null ? [] : [["resume.md", resume] as const]),
        ["owner.json", JSON.stringify(order.owner)],
        ["run.json", `${JSON.stringify(order, null, 2)}\n`],
      ]);
    },
    setOwner(run, owner) {
      // A power cut ends every owner.
      replaceFile(join(runFolder(run), "owner.json"), JSON.stringify(owner));
    },
    writeReport(run, report) {
      const reports = join(runFolder(run), "reports");
      const text = `${JSON.stringify(report, null, 2)}\n`;
      for (let number = lastNumber(reports) + 1; ; number += 1) {
        const name = `${String(number).padStart(4, "0")}.json`;
        if (createWhole(join(reports, name), text)) return name;
      }
    },
    listReports(run) {
      return reportNames(run).map((name) => {
        const report = readJson(join(runFolder(run), "reports", name));
        return { name, report: isReport(report) ? report : null };
      });
    },
    markReported(run, name) {
      const file = join(runFolder(run), "reports", name);
      if (REPORT_NAME.test(name) && existsSync(file)) renameSync(file, `${file}.done`);
    },
    closeRun(run) {
      writeFileSync(join(runFolder(run), "closed"), "");
    },
    keepRun: (run, until, because) => writeWhole(join(runFolder(run), KEPT_FILE), JSON.stringify({ until, because })),
    removeRun: (run) => removeFolder(runFolder(run)),
  };
}

/** What is large: output and events. The rest of a folder is small and of fixed size. */
function readRemains(folder: string): RunRemains {
  const kept = readJson(join(folder, KEPT_FILE));
  const bytes = ["agent.log", "events.jsonl"].map((name) => sizeOf(join(folder, name)));
  return {
    workspace: listNames(folder).some((name) => name.startsWith("workspace")),
    closedAt: Math.floor(statSync(join(folder, "closed"), { throwIfNoEntry: false })?.mtimeMs ?? 0),
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    keptUntil: isRecord(kept) && typeof kept.until === "number" ? kept.until : null,
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Whether a value read from a file names a process. */
export function isOwner(value: unknown): value is Owner {
  if (!isRecord(value)) return false;
  const texts = [value.machine, value.boot, value.pidNamespace, value.startedAt];
  return Number.isInteger(value.pid) && texts.every((text) => typeof text === "string");
}

/** As far as the state folder itself depends on it; who carries an order out checks all of it. */
function isOrder(value: unknown): value is Order {
  return isRecord(value) && value.version === 1 && isOwner(value.owner) && hasTexts(value, ["run", "mission", "base"]);
}

function isReport(value: unknown): value is Report {
  return (
    isRecord(value) && Array.isArray(value.records) && Array.isArray(value.refs) && hasTexts(value, ["run", "mission"])
  );
}

function hasTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function explainUnreadable(run: string, folder: string, order: Order | null): UnreadableRun[] {
  if (order !== null) return [];
  const file = join(folder, "run.json");
  const reason = existsSync(file) ? `${file} can't be read as an order of this version` : `${file} is missing`;
  return [{ run, folder, reason }];
}

/** Numbers of appended reports are not used again. */
function lastNumber(reports: string): number {
  const numbers = listNames(reports).map((name) => Number.parseInt(name, 10));
  return Math.max(0, ...numbers.filter(Number.isInteger));
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
