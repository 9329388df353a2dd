import { createInterface } from "node:readline/promises";

/** Asks the person at the terminal. Empty where they say nothing, or end the input. */
export async function askPerson(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  try {
    return (await Promise.race([terminal.question(`${question}\n> `), ended])).trim();
  } finally {
    terminal.close();
  }
}
