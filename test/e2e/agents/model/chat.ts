/** OpenAI Chat Completions, as OpenCode and others speak it. */

import {
  type Asked,
  contentText,
  type Dialect,
  event,
  listOf,
  parameterNames,
  type Turn,
  textOf,
} from "./conversation.ts";

export const chat: Dialect = {
  takes: (method, path) => method === "POST" && path.endsWith("/chat/completions"),
  read,
  print(answer, spent, { model }) {
    const usage = {
      prompt_tokens: spent.input,
      completion_tokens: spent.output,
      total_tokens: spent.input + spent.output,
      prompt_tokens_details: { cached_tokens: spent.cached },
    };
    const chunk = (delta: object, finish: string | null) =>
      event({
        id: "chat_1",
        object: "chat.completion.chunk",
        created: 1,
        model,
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    return [
      chunk({ role: "assistant", content: answer.text ?? "" }, null),
      ...(answer.kind === "call" ? [chunk({ tool_calls: [callOf(answer)] }, null)] : []),
      chunk({}, answer.kind === "call" ? "tool_calls" : "stop"),
      event({ id: "chat_1", object: "chat.completion.chunk", created: 1, model, choices: [], usage }),
      "data: [DONE]\n\n",
    ];
  },
  printError: ({ type, message, details }) => ({ error: { type, message, code: type, ...details } }),
  contentType: () => "text/event-stream",
};

let calls = 0;

function callOf({ name, input }: { name: string; input: Readonly<Record<string, unknown>> }) {
  calls += 1;
  return { index: 0, id: `call_${calls}`, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

function read(body: Readonly<Record<string, unknown>>): Asked {
  const messages = listOf(body.messages);
  return {
    model: textOf(body.model),
    system: messages
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ content }) => contentText(content))
      .join("\n"),
    turns: messages.flatMap(({ role, content }): Turn[] => {
      if (role === "system" || role === "developer") return [];
      return [{ by: role === "assistant" ? "model" : role === "tool" ? "tool" : "user", text: contentText(content) }];
    }),
    tools: listOf(body.tools).map((tool) => {
      const { name, parameters } = (tool.function ?? {}) as Record<string, unknown>;
      return { name: textOf(name), parameters: parameterNames(parameters) };
    }),
  };
}
