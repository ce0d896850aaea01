// How near a budget is to its cap, and when it is used up if it goes on like this. The rate is
// from two looks: the oldest within two minutes, and the newest; so what begins to burn or is
// stopped shows soon. A window that began anew, or a reset, begins a new series of looks.

const LOOKS_MS = 120_000;

/** What is used of the cap, from 0 on. */
export function share(row) {
  const cap = Number(row.cap);
  return cap > 0 ? (Number(row.spent) + Number(row.held)) / cap : 1;
}

/** The looks at many limits of many subjects. */
export class Looks {
  #series = new Map();
  #tidiedAt = 0;

  /** Adds a look at a row of USAGE, and says how long it lasts. */
  add(tenant, row, now) {
    const key = JSON.stringify([tenant, row.scope, row.limit]);
    const spent = Number(row.spent);
    const series = this.#series.get(key) ?? [];
    const last = series.at(-1);
    const isNew = last && (last.resets !== row.resets_at_ms || last.spent > spent);
    const kept = isNew ? [] : series.filter((look) => now - look.at <= LOOKS_MS && look.at < now);
    kept.push({ at: now, spent, resets: row.resets_at_ms });
    this.#series.set(key, kept);
    this.#tidy(now);
    return this.#outlook(kept, row, now);
  }

  /** Of what is not looked at any more nothing is kept. */
  #tidy(now) {
    if (now - this.#tidiedAt < LOOKS_MS) return;
    this.#tidiedAt = now;
    for (const [key, series] of this.#series) {
      if (now - series.at(-1).at > LOOKS_MS) this.#series.delete(key);
    }
  }

  #outlook(looks, row, now) {
    if (Number(row.remaining) <= 0) return { state: 'spent', left: 0 };
    const first = looks[0];
    const time = now - first.at;
    if (time <= 0) return { state: 'measuring', left: Infinity };
    const rate = (Number(row.spent) - first.spent) / time;
    if (rate <= 0) return { state: 'still', left: Infinity };
    const left = Number(row.remaining) / rate;
    const resets = row.resets_at_ms === null ? Infinity : row.resets_at_ms - now;
    return resets < left ? { state: 'resets', left: resets } : { state: 'growing', left };
  }
}
