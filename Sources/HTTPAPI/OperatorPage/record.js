// What is seen of growing totals over time, kept while the page is open: from two looks comes what
// was added a minute between them.

const KEPT_MS = 1_800_000;
const DRAWN = 5;

/** The looks at one ranking. */
export class Record {
  #looks = [];

  /** Adds a look: rows of a name and a total. */
  add(rows, now) {
    if (this.#looks.at(-1)?.at >= now) return;
    const totals = new Map(rows.map(({ name, value }) => [name, Number(value)]));
    this.#looks = this.#looks.filter(({ at }) => now - at <= KEPT_MS);
    this.#looks.push({ at: now, totals });
  }

  /** The largest ones' lines, a value a minute at each look but the first; none after one look. */
  rates() {
    if (this.#looks.length < 2) return [];
    const latest = [...this.#looks.at(-1).totals].sort((a, b) => b[1] - a[1]);
    return latest.slice(0, DRAWN).map(([name]) => ({
      name,
      points: this.#looks.slice(1).map((look, index) => {
        const before = this.#looks[index];
        const [old, total] = [before.totals.get(name), look.totals.get(name)];
        // Who was not among the largest, or whose window began anew, added what is not known.
        const added = old === undefined || total === undefined ? 0 : Math.max(0, total - old);
        return [look.at, 60_000 * added / (look.at - before.at)];
      }),
    }));
  }
}
