import type { Identity } from "../doors/git.ts";

/** Who commits what the program itself writes. Needs no identity of a person, so that a pulse runs on any machine. */
export function programIdentity(host: string): Identity {
  return { name: "git-mission", email: `pulse@${host}` };
}
