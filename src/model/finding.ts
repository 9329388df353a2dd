/**
 * Something wrong in a file. `line` and `column` count from 1. An error makes the thing in that file `blocked (invalid)`;
 * a warning is only shown.
 */
export interface Finding {
  file: string;
  line: number;
  column: number;
  severity: "error" | "warning";
  code: string;
  message: string;
  expected: string;
}
