/**
 * Workers that behave badly, each as a shell script that also leaves good work: what must become of the run, and which of
 * its files must not be lost. Scripts run in the workspace with `bash -c`.
 */

import type { Outcome } from "../../src/model/record.ts";
import type { RunLimits } from "../../src/model/run.ts";

export interface UnrulyWorker {
  name: string;
  script: string;
  limits?: Partial<RunLimits>;
  outcome: Outcome;
  /** In the body of its end. */
  says?: RegExp;
  /** Paths that must be in what is kept. */
  keeps: readonly string[];
  /** Only where a pid namespace holds it. */
  needsNamespace?: boolean;
}

/** A commit and a file that is in none. */
const WORK = "echo b > b.txt; git add -A; git commit -qm b; echo c > c.txt";
const BOTH = ["b.txt", "c.txt"];
const MIB = 1024 * 1024;

/** Each in less than two seconds. */
export const UNRULY: readonly UnrulyWorker[] = [
  {
    name: "ignores TERM and HUP, with children that do too",
    script: `${WORK}; trap '' TERM HUP INT; (trap '' TERM HUP; while :; do sleep 0.05; done) & while :; do echo on; sleep 0.05; done`,
    limits: { wallMs: 700 },
    outcome: "timeout",
    keeps: BOTH,
  },
  {
    name: "leaves daemons that cleared their environment and keep writing and pushing",
    script: `${WORK}
for i in 1 2 3; do
  (env -i setsid bash -c 'trap "" TERM HUP; while :; do echo "$1" >> late.txt; git push -q ../../../nowhere HEAD 2>/dev/null; done' $0 $i >/dev/null 2>&1 &)
done
until [ -s late.txt ]; do :; done; echo 'DONE: with company'`,
    outcome: "delivered",
    keeps: [...BOTH, "late.txt"],
    needsNamespace: true,
  },
  {
    name: "forks twice into another session and holds its output open",
    script: `${WORK}; (setsid bash -c 'sleep 600 & exec sleep 600' &); echo 'DONE: x'`,
    outcome: "delivered",
    keeps: BOTH,
  },
  {
    name: "keeps forking",
    script: `${WORK}; (setsid bash -c 'while :; do sleep 0.02 & sleep 0.01; done' &); sleep 0.2; echo 'DONE: x'`,
    outcome: "delivered",
    keeps: BOTH,
  },
  {
    name: "stops itself",
    script: `${WORK}; kill -STOP $$; echo never`,
    limits: { idleMs: 700 },
    outcome: "idle",
    keeps: BOTH,
  },
  {
    name: "stops its whole group",
    script: `${WORK}; kill -STOP 0; echo never`,
    limits: { idleMs: 700 },
    outcome: "idle",
    keeps: BOTH,
  },
  {
    name: "signals everything that it may",
    script: `${WORK}; trap '' TERM HUP; kill -TERM -1; kill -HUP -1; echo 'DONE: still here'`,
    outcome: "delivered",
    keeps: BOTH,
    needsNamespace: true,
  },
  {
    name: "kills the first process of its namespace",
    script: `${WORK}; kill -KILL 1; kill -STOP 1; kill -TERM 1; echo 'DONE: still here'`,
    outcome: "delivered",
    keeps: BOTH,
    needsNamespace: true,
  },
  {
    name: "reads its input, asks for a terminal",
    script: `${WORK}; cat; read -r answer; cat < /dev/tty; stty -a; echo "DONE: answer '$answer'"`,
    outcome: "delivered",
    keeps: BOTH,
  },
  {
    name: "says nothing for too long",
    script: `${WORK}; sleep 600`,
    limits: { idleMs: 500 },
    outcome: "idle",
    keeps: BOTH,
  },
  {
    name: "talks past its time",
    script: `${WORK}; while :; do echo on; sleep 0.05; done`,
    limits: { wallMs: 700 },
    outcome: "timeout",
    keeps: BOTH,
  },
  {
    name: "prints one line without end",
    script: `${WORK}; head -c 40000000 /dev/zero | tr '\\0' x; echo; echo 'DONE: x'`,
    limits: { outputBytes: 8 * MIB },
    outcome: "failed",
    says: /bytes of output/,
    keeps: BOTH,
  },
  {
    name: "prints a long line and goes on",
    script: `${WORK}; head -c 5000000 /dev/zero | tr '\\0' x; printf '\\nDONE: behind it\\n'`,
    outcome: "delivered",
    says: /^behind it$/,
    keeps: BOTH,
  },
  {
    name: "prints broken UTF-8, CRLF, NUL and escape sequences",
    script: `${WORK}; printf '\\xff\\xfe\\0\\x1b[2J\\x1b]0;t\\x07\\r\\nDONE: f\\xc3\\xa9e\\xc3\\r\\n'`,
    outcome: "delivered",
    says: /^fée\ufffd?$/,
    keeps: BOTH,
  },
  {
    name: "ends in the middle of its last line",
    script: `${WORK}; printf 'DON'`,
    outcome: "delivered",
    says: /without a signal/,
    keeps: BOTH,
  },
  {
    name: "fills the disk",
    script: `${WORK}; echo '*.big' > .gitignore; for i in 1 2 3 4 5 6 7 8; do head -c 4000000 /dev/urandom > $i.big; done; sleep 600`,
    limits: { diskBytes: 16 * MIB, wallMs: 10_000 },
    outcome: "failed",
    says: /bytes on disk/,
    keeps: [...BOTH, ".gitignore"],
  },
  {
    name: "makes a file of 10 GB that takes no room",
    script: `${WORK}; truncate -s 10G hole; echo 'DONE: x'`,
    limits: { diskBytes: 16 * MIB },
    outcome: "delivered",
    says: /left out: hole/,
    keeps: BOTH,
  },
  {
    name: "deletes its workspace",
    script: `${WORK}; sleep 0.8; rm -rf "$PWD"; echo 'DONE: x'`,
    limits: { harvestMs: 250 },
    outcome: "failed",
    says: /workspace is gone/,
    keeps: ["b.txt"],
  },
  {
    name: "deletes the folder that its workspace lies in",
    script: `${WORK}; sleep 0.8; rm -rf "$(dirname "$PWD")"; echo 'DONE: x'`,
    limits: { harvestMs: 250 },
    outcome: "failed",
    says: /workspace is gone/,
    keeps: ["b.txt"],
  },
  {
    name: "puts a file in place of its workspace",
    script: `${WORK}; sleep 0.8; W=$PWD; cd /; rm -rf "$W"; echo x > "$W"; echo 'DONE: x'`,
    limits: { harvestMs: 250 },
    outcome: "failed",
    says: /workspace is gone/,
    keeps: ["b.txt"],
  },
  {
    name: "makes pipes, sockets, a path of 2,000 characters and a name of bytes",
    script: `${WORK}; mkfifo pipe; bash -c 'exec -a x python3 -c "import socket;socket.socket(socket.AF_UNIX).bind(\\"s\\")"' 2>/dev/null
for i in $(seq 10); do d=$(printf 'd%.0s' $(seq 200)); mkdir $d && cd $d; done; echo deep > deep.txt; cd - >/dev/null
cd "$OLDPWD" 2>/dev/null; printf x > $'n\\xff\\n.txt'; echo 'DONE: x'`,
    outcome: "delivered",
    keeps: BOTH,
  },
  {
    name: "makes thousands of files",
    script: `${WORK}; mkdir many; for i in $(seq 3000); do : > many/$i; done; echo 'DONE: x'`,
    outcome: "delivered",
    keeps: [...BOTH, "many/3000"],
  },
  {
    name: "exits 0 without a change",
    script: "exit 0",
    outcome: "failed",
    says: /without a signal and without a change/,
    keeps: [],
  },
  { name: "exits 1 with good work", script: `${WORK}; exit 1`, outcome: "failed", says: /exit code 1/, keeps: BOTH },
  {
    name: "is killed with good work",
    script: `${WORK}; kill -KILL $$`,
    outcome: "failed",
    says: /ended by SIGKILL/,
    keeps: BOTH,
  },
  {
    name: "claims success with exit code 1",
    script: `${WORK}; echo 'DONE: x'; exit 1`,
    outcome: "delivered",
    keeps: BOTH,
  },
];

/** With those that take their time. */
export const UNRULY_AND_LONG: readonly UnrulyWorker[] = [
  ...UNRULY,
  ...[
    ["a gigabyte without a line break", "head -c 1073741824 /dev/zero | tr '\\0' x"],
    ["a gigabyte of noise", "head -c 1073741824 /dev/urandom"],
    ["a gigabyte of short lines", "yes | head -c 1073741824"],
    ["a gigabyte of colours", "yes $'\\033[31mred\\033[0m \\033]0;title\\007' | head -c 1073741824"],
    ["a gigabyte of signals", "yes 'REVIEW: x' | head -c 1073741824"],
    ["a gigabyte of costs", `yes 'USAGE: {"usd":0.1,"input":10}' | head -c 1073741824`],
  ].map(
    ([what, print]): UnrulyWorker => ({
      name: `prints ${what}`,
      script: `${WORK}; ${print}; sleep 600`,
      limits: { outputBytes: 64 * MIB, wallMs: 10 * 60_000 },
      outcome: "failed",
      says: /bytes of output/,
      keeps: BOTH,
    }),
  ),
  {
    name: "writes as long as it can",
    script: `${WORK}; echo '*.big' > .gitignore; while :; do head -c 100000000 /dev/urandom > $((++i)).big; echo $i; done`,
    limits: { diskBytes: 1024 * MIB, wallMs: 10 * 60_000 },
    outcome: "failed",
    says: /bytes on disk/,
    keeps: BOTH,
  },
  {
    name: "makes 100,000 files",
    script: `${WORK}; mkdir many; for i in $(seq 100000); do : > many/$i; done; echo 'DONE: x'`,
    limits: { wallMs: 10 * 60_000 },
    outcome: "delivered",
    keeps: [...BOTH, "many/100000"],
  },
];
