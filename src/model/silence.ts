/**
 * Why the authority can't be asked, in one sentence: it gives no answer, or a lock in this clone keeps its answer from being
 * taken in. `reason` is what `fetch` and `ls-remote` said; null for nothing.
 */
export function describeSilence(remote: string, reason: string | null): string {
  if (reason !== null && isOwnLock(reason)) return `what ${remote} has can't be taken in here: ${reason}`;
  return `${remote} can't be reached: ${reason ?? "no answer"}`;
}

/** Whether such a sentence, or the reason in it, speaks of a lock in this clone. */
export function isOwnLock(reason: string): boolean {
  return /\.lock (?:is|was) (?:held|left)/.test(reason);
}

/** Whether a sentence says that this authority can't be asked now, which may pass by itself. */
export function isSilence(sentence: string, remote: string): boolean {
  return (
    sentence.startsWith(`${remote} can't be reached`) || sentence.startsWith(`what ${remote} has can't be taken in`)
  );
}
