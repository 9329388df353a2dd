/** Colours by meaning. What is drawn never depends on them: with `plainPaint` each line reads the same. */

export interface Paint {
  strong(text: string): string;
  quiet(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** A person is needed. */
  waiting(text: string): string;
  /** Something is happening now. */
  moving(text: string): string;
  /** Something that a person can type. */
  command(text: string): string;
}

const asIs = (text: string): string => text;

/** For files, pipes and `NO_COLOR`. */
export const plainPaint: Paint = {
  strong: asIs,
  quiet: asIs,
  good: asIs,
  bad: asIs,
  waiting: asIs,
  moving: asIs,
  command: asIs,
};

/** The sixteen colours of the terminal, so that the person's own theme decides how they look. */
export const colourPaint: Paint = {
  strong: sgr(1, 22),
  quiet: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  waiting: sgr(33, 39),
  moving: sgr(36, 39),
  command: sgr(1, 22),
};

function sgr(on: number, off: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`);
}
