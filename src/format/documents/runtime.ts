import type { Runtime, RuntimeKind } from "../../model/documents.ts";
import { ID_PATTERN } from "../../model/ids.ts";
import { Fields } from "./fields.ts";
import { quote } from "./report.ts";

const KEYS = ["kind", "run", "env", "cost", "billing", "folder"];
const STARTED: readonly RuntimeKind[] = ["command", "replay", "claude", "codex", "acp"];
/** `tmux` is read, but nothing starts it yet: it is not offered. */
const KINDS: readonly RuntimeKind[] = [...STARTED, "tmux"];
const RUN_BY_PROGRAM: readonly RuntimeKind[] = ["command", "acp", "tmux"];

/** The `runtimes` of a config: a map from names to how each is run. */
export function readRuntimes(fields: Fields): Runtime[] {
  return fields.named("runtimes").flatMap(({ name, at, value }) => {
    if (!ID_PATTERN.test(name)) {
      fields.report.error(at, "bad-id", `The runtime ${quote(name)} can't be a name`, "a-z, 0-9 and -");
      return [];
    }
    if (value.kind !== "map") {
      fields.report.error(at, "bad-value", `The runtime ${name} is no map`, "a map such as { kind: claude }");
      return [];
    }
    const runtime = readRuntime(new Fields(fields.report, value, KEYS), name);
    return runtime === null ? [] : [runtime];
  });
}

function readRuntime(fields: Fields, name: string): Runtime | null {
  if (!fields.has("kind")) fields.requiredText("kind", `The runtime ${name}`);
  const kind = fields.word("kind", KINDS, "bad-value", STARTED);
  const cost = fields.word("cost", ["none", "unknown"]);
  const billing = fields.word("billing", ["api", "subscription"]);
  const runtime = { run: fields.texts("run"), env: readVariables(fields), billing, folder: fields.text("folder") };
  if (kind === null) return null;
  if (RUN_BY_PROGRAM.includes(kind) && runtime.run.length === 0) fields.requiredText("run", `The runtime ${name}`);
  else if (kind === "replay" && runtime.folder === null) fields.requiredText("folder", `The runtime ${name}`);
  // A recording is played without a model, so it costs nothing.
  else return { name, kind, ...runtime, cost: cost ?? (kind === "replay" ? "none" : "unknown") };
  return null;
}

function readVariables(fields: Fields): string[] {
  return fields.textNodes("env").flatMap(({ text, start }) => {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return [text];
    fields.report.error(
      start,
      "bad-value",
      "env has what is no name of a variable",
      "names such as MY_KEY, never values",
    );
    return [];
  });
}
