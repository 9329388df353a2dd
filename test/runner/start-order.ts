/** Stands in for `mission run-order FILE` and `mission replay-worker ...`, for processes that a test starts and kills. */

import { runOrder } from "../../src/cli/run-order.ts";
import { replayWorker } from "../../src/doors/runtimes/replay-worker.ts";

const [command, ...rest] = process.argv.slice(2);
process.exitCode =
  command === "replay-worker" ? await replayWorker(rest, process.env) : await runOrder(rest[0] ?? "", process.env);
