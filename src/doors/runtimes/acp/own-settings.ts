/** What is asked of an agent by its environment, where the protocol has no word for it. */

type Environment = Readonly<Record<string, string>>;

const OPENCODE = /(?:^|\/)opencode(?:-ai)?(?:@[^/]*)?$/;
/** It asks nobody by itself; a person's own rules for single commands stay beside these. */
const ASK = { "*": "ask" };
const OPENCODE_ASKS = { edit: ASK, bash: ASK, webfetch: "ask", external_directory: ASK };

/** The environment of an agent. `isJudged`: it is to ask before it does anything. What a person has set stays. */
export function agentEnvironment(env: Environment, run: readonly string[], isJudged: boolean): Environment {
  if (!run.some((word) => OPENCODE.test(word))) return env;
  return {
    // That its provider refuses, and that it tries again, is only in its log.
    OPENCODE_PRINT_LOGS: "1",
    OPENCODE_LOG_LEVEL: "ERROR",
    // What is denied is told to the model; else the turn would end without a word.
    OPENCODE_CONFIG_CONTENT: '{"experimental":{"continue_loop_on_deny":true}}',
    ...(isJudged ? { OPENCODE_PERMISSION: JSON.stringify(OPENCODE_ASKS) } : {}),
    ...env,
  };
}
