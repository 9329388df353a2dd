/** Ctrl-C and a request to end, as something that a loop can wait for. A second Ctrl-C ends the program at once. */
export interface Interrupt {
  readonly happened: boolean;
  /** Ends early when it happens. */
  sleep(ms: number): Promise<void>;
  stop(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function onInterrupt(): Interrupt {
  let happened = false;
  let wake: () => void = () => {};
  const note = (): void => {
    // The next one finds no listener and ends the process.
    stop();
    happened = true;
    wake();
  };
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, note);
  };
  for (const signal of SIGNALS) process.on(signal, note);
  return {
    get happened() {
      return happened;
    },
    sleep(ms) {
      if (happened) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    stop,
  };
}
