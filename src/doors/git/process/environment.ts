/** What every git of ours is told, so that neither the caller's shell nor the person's settings change what it does. */

/**
 * A lock held for a moment by the person's own git must not lose us a swap. A reference that a power cut leaves empty can't
 * be repaired by git, so references and the objects they name are hardened; git's default hardens neither.
 */
const SETTINGS: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.filesRefLockTimeout=1000",
  "core.packedRefsTimeout=3000",
  "core.fsync=committed,reference",
  "core.pager=cat",
  "gc.auto=0",
  "maintenance.auto=false",
  "protocol.version=2",
  "color.ui=false",
  "log.showSignature=false",
  "i18n.commitEncoding=UTF-8",
  "i18n.logOutputEncoding=UTF-8",
  "advice.detachedHead=false",
];

/** Settings as arguments in front of the command. They win over every file and over `GIT_CONFIG_COUNT`. */
export const GIT_SETTINGS: readonly string[] = SETTINGS.flatMap((setting) => ["-c", setting]);

/** The person's ways to reach and to be known to a server. All other `GIT_` variables could point git at another place. */
const KEPT =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|PROXY_COMMAND|ALLOW_PROTOCOL|EXEC_PATH|SSL_.*|HTTP_.*|CURL_.*|AUTHOR_(?:NAME|EMAIL)|COMMITTER_(?:NAME|EMAIL)|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

const FIXED: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  // A replacement would change what an id stands for, and every verdict is bound to ids.
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_LITERAL_PATHSPECS: "1",
};

/** The environment of a git process made from the program's own. */
export function gitEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (!name.startsWith("GIT_") || KEPT.test(name))) clean[name] = value;
  }
  delete clean.LANGUAGE;
  return Object.assign(clean, FIXED);
}

/** Takes name and password out of the addresses in a text. */
export function hideCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, "$1");
}
