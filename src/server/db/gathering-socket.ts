import { Socket } from 'node:net';

/**
 * Sends what is written during one turn of the event loop in one piece: a dozen statements that travel together wake the
 * database once. pg corks and uncorks its stream around every statement; the last uncork waits for the end of the turn.
 */
export class GatheringSocket extends Socket {
  #holds = false;

  override uncork(): void {
    if (!this.#holds) {
      this.#holds = true;
      super.cork();
      // Runs when all promises that could go on at this moment have gone on, and so have started their statements.
      process.nextTick(() => {
        this.#holds = false;
        super.uncork();
      });
    }
    super.uncork();
  }
}
