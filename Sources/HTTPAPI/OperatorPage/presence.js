// Whether budgetd answers. What is shown gets old while it does not, so from the first read that is
// not answered on it is asked, less and less often, until it is there again; then whoever waits for
// the next look is woken. Only what is asked here brings it back: where some reads are answered and
// others are not, they would wake each other without a pause.

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;
/** Who was there for so long is asked again as soon as at first. */
const STEADY_MS = 60_000;

export class Presence {
  #ask;
  #tell;
  #isAway = false;
  #isOver = false;
  #answeredAt = Date.now();
  #backAt = 0;
  #wait = FIRST_WAIT_MS;
  #sleepers = new Set();

  /**
   * @param ask reads something; where it is not answered, `missed` is told.
   * @param tell is given the problem and when there was an answer last; null when it is back.
   */
  constructor(ask, tell) {
    this.#ask = ask;
    this.#tell = tell;
  }

  get isAway() { return this.#isAway; }

  answered() {
    if (!this.#isAway) this.#answeredAt = Date.now();
  }

  /** Asks now: something else was broken off. */
  async look() {
    try {
      await this.#ask();
    } catch {
      return;
    }
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#backAt = this.#answeredAt = Date.now();
    this.#tell(null);
    this.wake();
  }

  missed(problem) {
    if (this.#isAway || this.#isOver) return;
    this.#isAway = true;
    if (Date.now() - this.#backAt > STEADY_MS) this.#wait = FIRST_WAIT_MS;
    this.#tell(problem, this.#answeredAt);
    this.#askUntilBack();
  }

  async #askUntilBack() {
    while (this.#isAway && !this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, this.#wait));
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
      if (this.#isAway && !this.#isOver) await this.look();
    }
  }

  /** Waits so long, but no longer than until it is back. */
  sleep(milliseconds) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#sleepers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#sleepers.add(end);
    });
  }

  wake() {
    for (const end of [...this.#sleepers]) end();
  }

  /** Asks no more. */
  end() {
    this.#isOver = true;
    this.wake();
  }
}
