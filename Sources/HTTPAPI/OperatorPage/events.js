// Server-sent events over fetch, since EventSource can send no token. A stream that ends is asked
// for again from the last event on, later each time.

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** The daemon comments every 15 s. */
const LONGEST_SILENCE_MS = 40_000;
const COMING = 'As they come, the newest first.';

/**
 * Gives every event to `take` until the signal says to end; `tell` is told how the stream is.
 * Refusals are thrown.
 *
 * @param query names the tenant, and the fields that an event has to have.
 */
export async function events(api, query, signal, take, tell) {
  let lastId = null;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const body = await api.stream('/v1/events', query, lastId, signal);
      tell(lastId === null ? 'Waiting for the first one …' : COMING);
      wait = FIRST_WAIT_MS;
      await read(body, (event) => {
        lastId = event.id ?? lastId;
        tell(COMING);
        take(event);
      });
    } catch (error) {
      if (signal.aborted || (error.status >= 400 && error.status < 500)) throw error;
    }
    if (signal.aborted) return;
    tell('The stream was interrupted; trying again …');
    api.presence.look();
    await api.presence.sleep(wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}

async function read(body, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await heard(reader);
    if (done) return;
    const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event) take(event);
    }
  }
}

/** What comes next; a stream that says nothing, not even a comment, is broken off. */
async function heard(reader) {
  const timer = setTimeout(() => reader.cancel(), LONGEST_SILENCE_MS);
  try {
    return await reader.read();
  } finally {
    clearTimeout(timer);
  }
}

/** An event from its lines; null for comments and for what is no JSON object. */
export function parse(block) {
  const fields = { data: [] };
  for (const line of block.split('\n')) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name === 'data') fields.data.push(value);
    else if (name) fields[name] = value;
  }
  if (fields.data.length === 0) return null;
  try {
    const data = JSON.parse(fields.data.join('\n'));
    return { kind: fields.event ?? 'event', id: fields.id, data };
  } catch {
    return null;
  }
}
