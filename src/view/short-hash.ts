/** Full commit ids in a text cut to ten digits, which git takes as well. For screens; programs get the whole. */
export function shortHashes(text: string): string {
  return text.replace(/\b([0-9a-f]{10})(?:[0-9a-f]{30}|[0-9a-f]{54})\b/g, "$1");
}
