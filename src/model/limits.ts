/** Figures of the engine. Sources: the design's sections 5 to 8 and its measurements; all times in milliseconds. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const LIMITS = {
  attempts: 3,
  rounds: 3,
  /** Pauses before the second and the third attempt. */
  backoffMs: [10 * SECOND, 20 * SECOND],
  lostInARow: 5,
  staleVerdicts: 3,
  setupFailures: 2,
  /** Longest chain of landings in one gate. */
  chain: 8,
  /** How often one pulse observes a mission again after a lost swap. */
  passes: 5,
  ttlMs: 6 * MINUTE,
  harvestMs: 5 * MINUTE,
  /** Slack on the ledger's dates before an observer without memory declares a claim dead. */
  clockSlackMs: 60 * MINUTE,
  networkMs: 30 * SECOND,
  gitMs: 120 * SECOND,
  setupMs: 15 * MINUTE,
  checkMs: 10 * MINUTE,
  killGraceMs: 5 * SECOND,
  stopMs: 10 * SECOND,
  diskBytes: 20 * 1024 ** 3,
  /** Largest file that is taken in without a commit: git servers refuse larger ones, and the whole push with them. */
  fileBytes: 100 * 1024 ** 2,
  /** Of new files and messages that are searched for the values of secrets. */
  searchedBytes: 256 * 1024 ** 2,
  attachmentBytes: 64 * 1024,
  titleLength: 200,
  /** How long a landing waits between two looks at a checkout that is in the way. */
  checkoutRetryMs: 15 * SECOND,
  /** A finished run's workspace is left for a person to look at, then it goes. */
  workspaceKeptMs: 60 * MINUTE,
  /** Output, events and prompt of finished runs, and how much all of them may take. */
  runFolderKeptMs: 14 * 24 * 60 * MINUTE,
  runFoldersBytes: 2 * 1024 ** 3,
  /** A folder that could not be proven free is looked at again after this. */
  keptAgainMs: 6 * 60 * MINUTE,
  /** Folders and unsaved files of a workspace that are walked to find what was not saved; with more in it, it stays. */
  walkedNames: 100_000,
  /** Most folders that one pass of a pulse deletes. */
  cleanings: 8,
  providerPauseMs: 5 * MINUTE,
  quotaPauseMs: 30 * MINUTE,
  /** Between two probes of a provider that waits for a person. */
  longestPauseMs: 60 * MINUTE,
} as const;

/** Caps of a run by the size of its feature. */
export const SIZE_CAPS = {
  S: { usd: 2, minutes: 30 },
  M: { usd: 5, minutes: 60 },
  L: { usd: 12, minutes: 120 },
  XL: { usd: 25, minutes: 240 },
} as const;

/** Used where a budget's `alert_at` is left out. */
export const ALERT_AT: readonly number[] = [50, 80, 95, 100];
