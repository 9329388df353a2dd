/** Why a command can't do what was asked, with the one thing to type next. Ends the program with `exitCode`, without a stack. */
export class CommandError extends Error {
  readonly code: string;
  /** A command or an edit; null where there is nothing to do but read the message. */
  readonly next: string | null;
  /** 1 findings or nothing can move, 2 wrong use, 4 can't coordinate. */
  readonly exitCode: 1 | 2 | 4;

  constructor(code: string, message: string, next: string | null, exitCode: 1 | 2 | 4 = 2) {
    super(message);
    this.name = "CommandError";
    this.code = code;
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** A word that names nothing, with the one that was probably meant: the next step is the same command with that word. */
export class MeantError extends CommandError {
  readonly typed: string;
  readonly meant: string;

  constructor(code: string, message: string, typed: string, meant: string) {
    super(code, `${message}; did you mean ${meant}?`, null);
    this.name = "MeantError";
    this.typed = typed;
    this.meant = meant;
  }
}
