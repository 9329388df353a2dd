/** What a platform tells about itself and its processes. */
export interface ProcessTable {
  /** The same for all processes of this machine, until it is set up anew. */
  readMachine(): string;
  /** Changes with each start of the system. */
  readBoot(): string;
  readPidNamespace(): string;
  /** When the process started, in the system's own words. null when there is none, or only its zombie. */
  readStart(pid: number): string | null;
}
