// Live decisions: the daemon's server-sent events. A daemon that has none is asked for its metrics
// instead, which tell how many decisions there are, and not which.

import { amount, count, moment } from './amounts.js';
import { fault, h, note, replace, section } from './dom.js';
import { isOffered, samples, sums } from './metrics.js';
import { events } from './events.js';

const SHOWN = 50;
const LOOK_MS = 5_000;
const FILTERS = ['user', 'run', 'agent'];

/** The panel. */
export function live(context) {
  const list = h('div', { class: 'live' });
  if (context.has('/v1/events')) watch(list, context);
  else if (isOffered(context)) numbers(list, context);
  else replace(list, note('This daemon tells no events.'));
  return section('Live decisions', list);
}

/** The stream, whose events to ask for, and a button that holds the list while it is read. */
function watch(place, context) {
  const feed = new Feed(context);
  const list = h('div', {});
  let current = new AbortController();
  const begin = () => {
    current.abort();
    current = new AbortController();
    const signal = AbortSignal.any([current.signal, context.signal]);
    stream(list, feed, Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])),
      context, signal);
  };
  const inputs = FILTERS.map((name) => h('input', {
    id: `live-${name}`, name, autocomplete: 'off', spellcheck: 'false', maxlength: 256,
  }));
  const submit = (event) => {
    event.preventDefault();
    begin();
  };
  replace(place, h('form', { class: 'inline filter', onsubmit: submit },
    inputs.map((input) =>
      h('span', { class: 'inline' }, h('label', { for: input.id }, input.name), input)),
    h('button', { type: 'submit' }, 'Only these'), feed.pause), list);
  begin();
}

async function stream(place, feed, fields, context, signal) {
  const state = h('p', { class: 'note' }, 'Asking for them …');
  feed.clear();
  replace(place, state, feed.rows);
  try {
    await events(context.api, { ...context.scope, ...fields }, signal, (event) => feed.take(event),
      (news) => { state.textContent = news; });
  } catch (problem) {
    if (signal.aborted) return;
    replace(place, problem.status === 404 ? note('This daemon tells no events.') : fault(problem));
  }
}

/** The newest events; while it is held they wait. */
class Feed {
  #context;
  #waiting = null;
  #missed = 0;

  constructor(context) {
    this.#context = context;
    this.rows = h('ol', { class: 'events', reversed: true });
    this.pause = h('button', { type: 'button', onclick: () => this.#turn() }, 'Pause');
  }

  clear() {
    this.rows.replaceChildren();
    if (this.#waiting) this.#hold();
  }

  take(event) {
    if (!this.#waiting) return this.#show([event]);
    this.#missed += 1;
    this.#waiting.push(event);
    if (this.#waiting.length > SHOWN) this.#waiting.shift();
    this.pause.textContent = `Go on (${count(this.#missed)} new)`;
  }

  #turn() {
    if (!this.#waiting) return this.#hold();
    const waiting = this.#waiting;
    this.#waiting = null;
    this.pause.textContent = 'Pause';
    this.#show(waiting);
  }

  #hold() {
    this.#waiting = [];
    this.#missed = 0;
    this.pause.textContent = 'Go on';
  }

  #show(events) {
    this.rows.prepend(...events.map((event) => shown(event, this.#context)).reverse());
    while (this.rows.children.length > SHOWN) this.rows.lastChild.remove();
  }
}

/** What happened, to whom, and why or for how much. */
function shown({ kind, data }, context) {
  const { user, run } = data;
  const passed = (data.warnings ?? []).map((warning) =>
    h('em', {}, `${warning.scope} passed ${warning.threshold} of ${warning.limit} `));
  return h('li', {},
    h('time', {}, data.at_ms ? moment(data.at_ms) : ''), ' ',
    h('strong', { class: data.kind === 'deny' ? 'bad' : '' },
      [data.kind ?? kind, data.reason].filter(Boolean).join(': ').replaceAll('_', ' ')), ' ',
    passed,
    user && h('a', { href: context.link('subject', { user }) }, user), ' ',
    run && h('a', { href: context.link('run', { run }) }, run), ' ',
    h('small', {}, details(data).join(' · ')));
}

function details(data) {
  const about = ['scope', 'limit', 'task', 'agent', 'tool', 'model', 'actor'];
  return [
    ...(data.message ? [data.message] : about.map((name) => data[name])),
    data.cost_usd && amount(data.cost_usd, 'cost'),
    data.tokens && amount(data.tokens, 'tokens'),
    data.after && `was ${data.before}, is ${data.after}`,
    data.denials && `${data.denials} denials are not told`,
  ].filter(Boolean);
}

function numbers(place, context) {
  let last = null;
  context.every(LOOK_MS, async () => {
    try {
      const text = await context.api.text('/metrics', context.signal);
      const now = { at: Date.now(), totals: sums(samples(text, 'budgetd_decisions_total'),
        ({ decision, reason }) => (reason ? `${decision}: ${reason}` : decision)) };
      replace(place, note('How many; this daemon tells no single decisions.'), tiles(now, last));
      last = now;
    } catch (problem) {
      if (!context.signal.aborted) replace(place, fault(problem));
    }
  });
}

function tiles(now, last) {
  const before = new Map(last?.totals.map(({ name, value }) => [name, value]));
  return h('ul', { class: 'tiles' }, now.totals.filter(({ value }) => value > 0).map(
    ({ name, value }) => h('li', {}, h('span', {}, name.replaceAll('_', ' ')),
      h('strong', {}, count(value)),
      last && h('small', {}, `${Math.round(
        10_000 * (value - (before.get(name) ?? 0)) / (now.at - last.at)) / 10} a second`))));
}
