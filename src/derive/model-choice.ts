import type { Config, MissionDocument, Role, Runtime, RuntimeKind } from "../model/documents.ts";

/** How much a run may think, in words that hold for every runtime. */
export type Tier = "economy" | "standard" | "thinking";

export interface ModelChoice {
  /** As the runtime calls it; null: what the runtime itself would take. */
  model: string | null;
  /** null: a model was named, and nothing more is asked for. */
  tier: Tier | null;
}

export const TIERS: readonly Tier[] = ["economy", "standard", "thinking"];

/** Names that an agent itself keeps pointing at its newest models. Others have none: there a tier is an effort, or nothing. */
const ALIASES: Readonly<Partial<Record<RuntimeKind, Readonly<Record<string, string>>>>> = {
  claude: { economy: "haiku", standard: "sonnet", thinking: "opus" },
};

/** What a role's work runs on: the mission's word for the role, else the role's own; a tier by config.md, else by the agent's own names. */
export function chooseModel(
  role: Role | null,
  runtime: Runtime | null,
  { models: configured }: Pick<Config, "models">,
  { models: wanted }: Pick<MissionDocument, "models">,
): ModelChoice {
  const word =
    (role && (wanted[role.name] ?? (role.name === "coder" ? wanted.worker : undefined) ?? role.model)) ?? null;
  if (word === null || runtime === null) return { model: null, tier: null };
  if (!isTier(word)) return { model: word, tier: null };
  return { model: modelOfTier(word, runtime, configured), tier: word };
}

/** null: the runtime's own choice. */
export function modelOfTier(tier: Tier, { name, kind }: Runtime, configured: Config["models"]): string | null {
  return configured[tier]?.[name] ?? ALIASES[kind]?.[tier] ?? null;
}

function isTier(word: string): word is Tier {
  return (TIERS as readonly string[]).includes(word);
}
