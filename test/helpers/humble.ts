/** Root may read and write everything, so what others may not do can only be seen without that power. */

const LAID_DOWN = "--bounding-set=-dac_override,-dac_read_search";

/** The command that runs this one as an ordinary person would: unchanged, unless the tests run as root. */
export function humble(command: readonly string[]): [program: string, ...args: string[]] {
  const whole = process.getuid?.() === 0 ? ["setpriv", LAID_DOWN, ...command] : command;
  const [program = "", ...args] = whole;
  return [program, ...args];
}
