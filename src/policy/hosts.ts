/** Hosts by who is behind them. */

import { type Finding, green, red, yellow } from "./finding.ts";

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|0\.0\.0\.0)$/;
/** Packages and source code come from there, and nothing can be put there without an account. */
const REGISTRIES =
  /^(?:(?:[\w-]+\.)?(?:npmjs\.org|npmjs\.com|yarnpkg\.com|jsr\.io|nodejs\.org|pypi\.org|pythonhosted\.org|crates\.io|rust-lang\.org|golang\.org|rubygems\.org|maven\.org|maven\.apache\.org|gradle\.org|nuget\.org|packagist\.org|hex\.pm|debian\.org|ubuntu\.com|alpinelinux\.org|docker\.io|ghcr\.io|github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|deno\.land)|pkg\.go\.dev|go\.dev|docs\.python\.org|developer\.mozilla\.org|unpkg\.com|cdn\.jsdelivr\.net)$/;
const FETCHING_TOOLS = ["web", "browser", "fetch", "webfetch", "websearch"];

/** How far it reaches to talk to a host. `sends`: something is sent that is more than a question. */
export function classifyHost(tools: readonly string[], host: string | null, sends = false): Finding {
  if (host === null)
    return mayFetch(tools) ? yellow("it looks around in the web") : red("it talks to a host that is not known");
  const name = host.toLowerCase().replace(/:\d+$/, "");
  if (isLoopback(name)) return green("it talks to this machine");
  if (sends) return red(`it sends to ${name}`);
  if (REGISTRIES.test(name)) return yellow(`${name} is a known registry`);
  return mayFetch(tools) ? yellow(`it reads from ${name}`) : red(`${name} is no known registry`);
}

/** This machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.toLowerCase());
}

/** The role works with the web: it may read where nobody knows beforehand. */
function mayFetch(tools: readonly string[]): boolean {
  return tools.some((tool) => FETCHING_TOOLS.includes(tool.toLowerCase()));
}

/** The host of an address; null when it is none. */
export function hostOf(address: string): string | null {
  const [, , authority] =
    /^(?:([a-z][a-z0-9+.-]*):)?\/\/(?:[^/?#@\s]*@)?(\[[^\]\s]*\]|[^/?#:\s]+)/i.exec(address) ?? [];
  return authority ?? null;
}
