/**
 * Whether what a run left on this host may be deleted. Only on positive proof: the run is over, its work and every file are
 * where the authority keeps them, and nobody is at work there. Whatever is not known keeps it.
 */

/** What was found out about the folder of one run. */
export interface WorkspaceState {
  /** By the ledger. `unclaimed`: it never was claimed. `unknown`: its ledger can't be read, or is not there. */
  run: "open" | "over" | "unclaimed" | "unknown";
  /** What judges work makes none. */
  makes: "work" | "nothing";
  /** Its process noted that all its reports are in the ledger. */
  closed: boolean;
  /** Reports that nobody has appended. */
  waiting: number;
  owner: "alive" | "dead" | "foreign";
  /** Processes of the run, or others that stand in its folder. */
  processes: "none" | "some" | "unknown";
  /** Its commits. `kept`: on a ref that the authority has at this moment. `local`: on a ref here only. */
  commits: "none" | "kept" | "local" | "missing" | "unknown";
  /** Its files. `clean`: as in its commits. `dirty`: there are others. `gone`: there is no folder. */
  files: "clean" | "dirty" | "unreadable" | "secret" | "gone";
  /** The files that no commit has, in a salvage ref that the authority has at this moment. */
  salvage: "whole" | "partial" | "none";
  /**
   * What no salvage takes though the rules at the run's start do not ignore it: repositories inside the workspace, or files
   * that rules of the run's own hide.
   */
  hidden: "none" | "repositories" | "files" | "unknown";
}

export type Fate = { kind: "delete"; because: string } | { kind: "keep"; because: string; next: string | null };

export function deriveFate(state: WorkspaceState): Fate {
  return runBars(state) ?? peopleBar(state) ?? workBars(state) ?? { kind: "delete", because: proofOf(state) };
}

function runBars({ run, closed, waiting, owner }: WorkspaceState): Fate | null {
  if (run === "open")
    return keep(owner === "alive" ? "it runs" : "its claim is open", owner === "alive" ? null : "mission pulse");
  if (run === "unknown") return keep("its ledger can't be read here", "mission doctor");
  if (waiting > 0)
    return keep(`${waiting} ${waiting === 1 ? "report waits" : "reports wait"} to be recorded`, "mission pulse");
  // A runner says that it is through and is gone a moment later.
  if (owner === "alive") return keep(closed ? "its process is about to end" : "its process lives", null);
  if (owner === "foreign")
    return keep("whether its process lives can't be seen from here", "mission clean where it ran");
  return closed ? null : keep("it was not closed", "mission pulse");
}

function peopleBar({ processes }: WorkspaceState): Fate | null {
  if (processes === "some") return keep("a process is at work in it, or a shell stands in it", "end that process");
  return processes === "unknown" ? keep("whether a process is at work in it can't be seen here", null) : null;
}

function workBars({ makes, commits, files, salvage, hidden }: WorkspaceState): Fate | null {
  if (makes === "nothing") return null;
  if (files === "secret") return keep("it holds a secret, so its work is on this machine only", BY_HAND);
  if (files === "unreadable") return keep("what is in it can't be read", BY_HAND);
  if (commits === "local") return keep("its work is not on the remote", BY_PUSH);
  if (commits === "missing") return keep("its work is on no ref", "mission doctor");
  if (commits === "unknown")
    return keep("where its work is can't be told now", "mission clean, when the remote answers");
  if (files === "dirty" && salvage === "partial")
    return keep("files of it changed since they were saved", "mission clean");
  if (files === "dirty" && salvage === "none") return keep("it has files that are saved nowhere", "mission clean");
  return files === "gone" ? null : hiddenBar(hidden);
}

/** Not by itself: a person may have dropped the ref on purpose, on another host. */
const BY_PUSH = "git push the ref that is named to the remote, then mission clean";

/** What is gone is judged by the ledger alone, so a person who took what they want sets the rest free. */
const BY_HAND = "copy what you want to keep out of its workspace, delete it, then mission clean";

function hiddenBar(hidden: WorkspaceState["hidden"]): Fate | null {
  if (hidden === "repositories") return keep("it holds git repositories of its own, which are saved nowhere", BY_HAND);
  if (hidden === "files")
    return keep("it has files that are saved nowhere, since the run itself made git ignore them", BY_HAND);
  return hidden === "unknown" ? keep("whether all its files are saved can't be told", BY_HAND) : null;
}

function proofOf({ run, makes, commits, files, salvage }: WorkspaceState): string {
  const over = run === "over" ? "it is over" : "it never began";
  if (makes === "nothing") return `${over} and makes no work`;
  const work = commits === "none" ? "it made no commit" : "its commits are kept";
  const rest = files === "dirty" && salvage === "whole" ? " and so are its other files" : "";
  return `${over}, ${work}${rest}`;
}

function keep(because: string, next: string | null): Fate {
  return { kind: "keep", because, next };
}
