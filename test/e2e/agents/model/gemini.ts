/** Gemini `generateContent`, with a stream and without. */

import {
  type Asked,
  contentText,
  type Dialect,
  event,
  type Json,
  listOf,
  parameterNames,
  type Turn,
  textOf,
} from "./conversation.ts";

export const gemini: Dialect = {
  takes: (method, path) => method === "POST" && /:(?:streamG|g)enerateContent/.test(path),
  read,
  print(answer, spent) {
    const text = answer.text ?? "";
    const parts = [
      ...(text === "" ? [] : [{ text }]),
      ...(answer.kind === "call" ? [{ functionCall: { name: answer.name, args: answer.input } }] : []),
    ];
    const usageMetadata = {
      promptTokenCount: spent.input,
      candidatesTokenCount: spent.output,
      cachedContentTokenCount: spent.cached,
      totalTokenCount: spent.input + spent.output,
    };
    return [
      event({ candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }], usageMetadata }),
    ];
  },
  printError: ({ status, type, message, details }) => ({
    error: { code: status, message, status: type, ...details },
  }),
  contentType: (_body, path) => (path.includes(":stream") ? "text/event-stream" : "application/json"),
};

function read(body: Readonly<Record<string, unknown>>, path: string): Asked {
  const { parts: system } = (body.systemInstruction ?? {}) as { parts?: unknown };
  const { responseJsonSchema, responseSchema } = (body.generationConfig ?? {}) as Record<string, Json | undefined>;
  const shape = responseJsonSchema ?? responseSchema;
  return {
    ...(shape === undefined ? {} : { shape }),
    model: /\/models\/([^:]+):/.exec(path)?.[1] ?? "",
    system: contentText(system),
    turns: listOf(body.contents).flatMap(({ role, parts }): Turn[] => {
      const results = listOf(parts).filter((part) => part.functionResponse !== undefined);
      const words = contentText(listOf(parts).filter((part) => part.text !== undefined));
      return [
        ...results.map((part): Turn => ({ by: "tool", text: JSON.stringify(part.functionResponse) })),
        ...(words === "" && role !== "model"
          ? []
          : [{ by: role === "model" ? "model" : "user", text: words } as const]),
      ];
    }),
    tools: listOf(body.tools).flatMap((tool) =>
      listOf(tool.functionDeclarations).map(({ name, parametersJsonSchema, parameters }) => ({
        name: textOf(name),
        parameters: parameterNames(parametersJsonSchema ?? parameters),
      })),
    ),
  };
}
