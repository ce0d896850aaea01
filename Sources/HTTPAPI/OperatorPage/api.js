// The HTTP API, asked with the token of this tab. Refusals are problem documents, and their
// sentence is what people are shown.

/** A refusal, or no answer at all. */
export class Problem extends Error {
  constructor(status, document) {
    const code = document.code ?? 'UNREACHABLE';
    super(`${document.detail ?? `budgetd answered with status ${status}`} (${code})`);
    this.status = status;
    this.code = code;
  }

  /** Whether it may have been done: to be repeated with the same key and nothing changed. */
  get isUnknown() {
    if (this.code === 'UNAVAILABLE' || this.code === 'OVERLOADED') return false;
    return this.status === 0 || this.status >= 500;
  }
}

export class API {
  #token;
  #onRefused;

  /** `onRefused` is told where a token is good no more; without one a certificate counts. */
  constructor(token, onRefused) {
    this.#token = token;
    this.#onRefused = onRefused;
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
      throw new Problem(0, { detail: 'budgetd does not answer' });
    }
    if (response.ok) return response;
    const problem = new Problem(response.status, await response.json().catch(() => ({})));
    if (response.status === 401) this.#onRefused(problem);
    throw problem;
  }

  /** Reads a resource; empty and missing parts of the query are left out. */
  async get(path, query = {}, signal) {
    const target = path + queryText(query);
    return (await this.#send(target, { headers: this.#headers(), signal })).json();
  }

  /** Reads what is no JSON. */
  async text(path, signal) {
    return (await this.#send(path, { headers: this.#headers(), signal })).text();
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
    if (method === 'DELETE') {
      return (await this.#send(path + queryText(fields), { method, headers })).json();
    }
    headers['Content-Type'] = 'application/json';
    return (await this.#send(path, { method, headers, body: JSON.stringify(fields) })).json();
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
