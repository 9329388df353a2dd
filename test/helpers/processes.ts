import { spawn } from "node:child_process";

/** Runs a TypeScript module text in Node processes of its own, all at once, and answers what each printed. */
export async function runTogether(source: string, args: readonly (readonly string[])[]): Promise<string[]> {
  return Promise.all(args.map((own) => runNode(source, own)));
}

function runNode(source: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", source, "--", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output.trim()) : reject(new Error(`node ended with ${code}`))));
  });
}
