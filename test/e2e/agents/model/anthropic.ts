/** Anthropic Messages, as Claude Code speaks it. */

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

export const anthropic: Dialect = {
  takes: (method, path) => method === "POST" && path.startsWith("/v1/messages"),
  read,
  print(answer, spent, { model }) {
    const usage = { input_tokens: spent.input, cache_read_input_tokens: spent.cached, cache_creation_input_tokens: 0 };
    messages += 1;
    const message = {
      id: `msg_${messages}`,
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
    };
    const text = answer.text ?? "";
    const blocks = [
      ...(text === "" ? [] : [{ start: { type: "text", text: "" }, delta: { type: "text_delta", text } }]),
      ...(answer.kind === "call" ? [callBlock(answer)] : []),
    ];
    return [
      event({ type: "message_start", message: { ...message, usage: { ...usage, output_tokens: 1 } } }, "message_start"),
      ...blocks.flatMap(({ start, delta }, index) => [
        event({ type: "content_block_start", index, content_block: start }, "content_block_start"),
        event({ type: "content_block_delta", index, delta }, "content_block_delta"),
        event({ type: "content_block_stop", index }, "content_block_stop"),
      ]),
      event(
        {
          type: "message_delta",
          delta: { stop_reason: answer.kind === "call" ? "tool_use" : "end_turn", stop_sequence: null },
          usage: { ...usage, output_tokens: spent.output },
        },
        "message_delta",
      ),
      event({ type: "message_stop" }, "message_stop"),
    ];
  },
  printError: ({ type, message, details }) => ({ type: "error", error: { type, message, ...details } }),
  contentType: () => "text/event-stream",
};

let messages = 0;
let calls = 0;

function callBlock({ name, input }: { name: string; input: Readonly<Record<string, unknown>> }) {
  calls += 1;
  return {
    start: { type: "tool_use", id: `toolu_${calls}`, name, input: {} },
    delta: { type: "input_json_delta", partial_json: JSON.stringify(input) },
  };
}

function read(body: Readonly<Record<string, unknown>>): Asked {
  return {
    model: textOf(body.model),
    system: contentText(body.system),
    turns: listOf(body.messages).flatMap(({ role, content }): Turn[] => {
      if (role === "assistant") return [{ by: "model", text: contentText(content) }];
      const results = listOf(content).filter(({ type }) => type === "tool_result");
      const words =
        typeof content === "string" ? content : contentText(listOf(content).filter(({ type }) => type === "text"));
      return [
        ...results.map((result): Turn => ({ by: "tool", text: contentText(result.content) })),
        ...(words === "" ? [] : [{ by: "user", text: words } as const]),
      ];
    }),
    tools: listOf(body.tools).map(({ name, input_schema }) => ({
      name: textOf(name),
      parameters: parameterNames(input_schema),
    })),
  };
}
