/** OpenAI Responses, as Codex speaks it. */

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

export const responses: Dialect = {
  takes: (method, path) => method === "POST" && path.endsWith("/responses"),
  read,
  print(answer, spent, { model }) {
    const text = answer.text ?? "";
    const items = [...(text === "" ? [] : [messageItem(text)]), ...(answer.kind === "call" ? [callItem(answer)] : [])];
    const usage = {
      input_tokens: spent.input,
      input_tokens_details: { cached_tokens: spent.cached },
      output_tokens: spent.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: spent.input + spent.output,
    };
    const response = { id: "resp_1", object: "response", model, status: "completed", output: items, usage };
    const named = (type: string, data: object) => event({ type, ...data }, type);
    return [
      named("response.created", { response: { ...response, status: "in_progress", output: [], usage: null } }),
      ...items.flatMap((item, index) => [
        named("response.output_item.added", { output_index: index, item }),
        named("response.output_item.done", { output_index: index, item }),
      ]),
      named("response.completed", { response }),
    ];
  },
  printError: ({ type, message, details }) => ({ error: { type, message, code: type, ...details } }),
  contentType: () => "text/event-stream",
};

let items = 0;

function messageItem(text: string) {
  items += 1;
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: `msg_${items}`, role: "assistant", status: "completed", content };
}

function callItem({ name, input }: { name: string; input: Readonly<Record<string, unknown>> }) {
  items += 1;
  const call = { type: "function_call", id: `fc_${items}`, call_id: `call_${items}`, name, status: "completed" };
  return { ...call, arguments: JSON.stringify(input) };
}

function read(body: Readonly<Record<string, unknown>>): Asked {
  return {
    model: textOf(body.model),
    system: textOf(body.instructions),
    turns: listOf(body.input).flatMap((item): Turn[] => {
      if (item.type === "function_call_output") return [{ by: "tool", text: contentText(item.output) }];
      if (item.type === "function_call") return [{ by: "model", text: "" }];
      if (item.type !== "message") return [];
      return [{ by: item.role === "assistant" ? "model" : "user", text: contentText(item.content) }];
    }),
    tools: listOf(body.tools).map(({ name, parameters }) => ({
      name: textOf(name),
      parameters: parameterNames(parameters),
    })),
  };
}
