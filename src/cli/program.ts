/** The command table. The commands are to come. */

/** Runs one command and answers with its exit code. `argv` begins with the command's name. */
export async function runProgram(argv: string[], _env: NodeJS.ProcessEnv): Promise<number> {
  console.error(`mission: unknown command: ${argv[0] ?? ""}`);
  return 2;
}
