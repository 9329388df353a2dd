import { type FSWatcher, watch } from "chokidar";

/** Tells that something below some paths has changed, so that nobody has to look at fixed times. */
export interface Watcher {
  /** Comes back at the next change, at once when there was one since it was asked last. */
  next(): Promise<void>;
  close(): Promise<void>;
}

export interface WatchOptions {
  /** Folders and files; those that do not exist yet may appear. */
  paths: readonly string[];
  /** Levels below a path that are watched. */
  depth: number;
  /** Names of folders that are left alone, such as workspaces with whole repositories in them. */
  ignore: readonly string[];
}

/** A watcher that fails, as where the system's watches are used up, tells nothing any more; timed looks find the rest. */
export function openWatcher({ paths, depth, ignore }: WatchOptions): Watcher {
  let isNews = false;
  let tell: () => void = () => {};
  const note = (): void => {
    isNews = true;
    tell();
  };
  const watcher: FSWatcher = watch([...paths], {
    depth,
    ignoreInitial: true,
    ignored: (path) => ignore.includes(path.slice(path.lastIndexOf("/") + 1)),
  });
  watcher.on("all", note).on("error", () => {});
  return {
    async next() {
      if (!isNews) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
      isNews = false;
    },
    close: () => watcher.close(),
  };
}
