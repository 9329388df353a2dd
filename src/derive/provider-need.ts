/** What a person has to see to before a runtime's provider takes work again, in words. */

import type { Config, Runtime } from "../model/documents.ts";
import { knownAgentOf } from "../model/known-agents.ts";
import type { Need } from "../model/record.ts";
import type { ProviderTrouble } from "./provider-pause.ts";

const WORDS: Readonly<Record<Need, string>> = {
  "sign-in": "is not signed in",
  payment: "has no credit left",
  model: "does not get its model",
};

/** `is not signed in: Invalid API key`. */
export function describeTrouble({ needs, text }: ProviderTrouble): string {
  return text === "" ? WORDS[needs] : `${WORDS[needs]}: ${text}`;
}

/** The step that helps. */
export function stepOutOf({ needs }: ProviderTrouble, runtime: Runtime, { file }: Pick<Config, "file">): string {
  switch (needs) {
    case "sign-in":
      return knownAgentOf(runtime)?.signIn ?? `sign in with ${runtime.name}`;
    case "payment":
      return `see to the account that ${runtime.name} is paid from`;
    case "model":
      return `name a model that ${runtime.name} has under models: in ${file}, then mission save`;
  }
}
