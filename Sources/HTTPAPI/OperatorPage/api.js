// The HTTP API, asked with the token of this tab. Refusals are problem documents, and their
// sentence is what people are shown. A daemon that is stopped or cut off answers nothing and closes
// nothing, so that each wait has an end.

const LONGEST_READ_MS = 15_000;
const LONGEST_CHANGE_MS = 30_000;

/** A refusal, or no answer at all. */
export class Problem extends Error {
  constructor(status, document) {
    const code = document.code ?? 'UNREACHABLE';
    super(`${document.detail ?? `budgetd answered with status ${status}`} (${code})`);
    this.status = status;
    this.code = code;
  }

  /** Whether budgetd, or what is behind it, is away: it says nothing about the request. */
  get isOutage() {
    return [0, 502, 503, 504].includes(this.status);
  }

  /** Whether it may have been done: to be repeated with the same key and nothing changed. */
  get isUnknown() {
    if (this.code === 'UNAVAILABLE' || this.code === 'OVERLOADED') return false;
    return this.status === 0 || this.status >= 500;
  }
}

function silence() {
  return new Problem(0, { detail: 'budgetd does not answer' });
}

export class API {
  #token;
  #onRefused;

  /**
   * Without a token a certificate counts.
   *
   * @param onRefused is told where a token is good no more.
   * @param presence is told of each read whether it was answered.
   */
  constructor(token, onRefused, presence) {
    this.#token = token;
    this.#onRefused = onRefused;
    this.presence = presence;
  }

  #headers(more) {
    return this.#token ? { ...more, Authorization: `Bearer ${this.#token}` } : { ...more };
  }

  async #send(path, options) {
    let response;
    try {
      response = await fetch(path, { cache: 'no-store', credentials: 'omit', ...options });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw silence();
    }
    if (response.ok) return response;
    const problem = new Problem(response.status, await response.json().catch(() => ({})));
    if (response.status === 401) this.#onRefused(problem);
    throw problem;
  }

  /** An answer whole, or a problem after so long. */
  async #answer(path, options, longest, take) {
    const { signal } = options;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), longest);
    const either = signal ? AbortSignal.any([signal, patience.signal]) : patience.signal;
    try {
      return await take(await this.#send(path, { ...options, signal: either }));
    } catch (error) {
      if (error instanceof Problem || signal?.aborted) throw error;
      throw silence();
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(path, signal, take) {
    const options = { headers: this.#headers(), signal };
    try {
      return await this.#answer(path, options, LONGEST_READ_MS, take);
    } catch (problem) {
      if (problem.isOutage && !signal?.aborted) this.presence.missed(problem);
      throw problem;
    }
  }

  /** Reads a resource; empty and missing parts of the query are left out. */
  async get(path, query = {}, signal) {
    const answer = await this.#read(path + queryText(query), signal, (body) => body.json());
    this.presence.answered();
    return answer;
  }

  /** Reads what is no JSON; it may be there while the store is away. */
  text(path, signal) {
    return this.#read(path, signal, (body) => body.text());
  }

  /** A stream of server-sent events: its body. */
  async stream(path, query, lastId, signal) {
    const more = { Accept: 'text/event-stream', ...(lastId ? { 'Last-Event-ID': lastId } : {}) };
    const options = { headers: this.#headers(more), signal };
    return (await this.#send(path + queryText(query), options)).body;
  }

  /** Changes something, once under this key however often it is sent. */
  async change({ method, path, fields }, key) {
    const headers = this.#headers({ 'Idempotency-Key': key });
    const ask = (target, options) => this.#answer(
      target, { method, headers, ...options }, LONGEST_CHANGE_MS, (body) => body.json());
    if (method === 'DELETE') return ask(path + queryText(fields));
    headers['Content-Type'] = 'application/json';
    return ask(path, { body: JSON.stringify(fields) });
  }
}

function queryText(query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined);
  const text = pairs.map(([name, value]) =>
    `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return text ? `?${text}` : '';
}

/** A path with values in it. */
export function path(parts, ...values) {
  return parts.reduce((whole, part, index) =>
    whole + encodeURIComponent(values[index - 1]) + part);
}

/** Does it for every item, a few at a time, and gives the results in order. */
export async function each(items, body, atATime = 4) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await body(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  return results;
}

/** A key that nobody else has; `crypto.randomUUID` is not there without TLS. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return 'page-' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
