/** A command that can't do what it was asked: one sentence and an exit code (2 called wrongly, 3 unreadable input), no stack. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
