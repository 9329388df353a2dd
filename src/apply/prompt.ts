import type { FeatureDocument } from "../model/documents.ts";
import type { Dispatch } from "../model/decision.ts";
import type { ApplyContext, Subject } from "./context.ts";

export interface PromptOptions {
  decision: Dispatch;
  conflicted: boolean;
}

/** The prompt of a work run. */
export async function makeWorkPrompt(_context: ApplyContext, _subject: Subject, feature: FeatureDocument, _options: PromptOptions): Promise<string> {
  return feature.body;
}
