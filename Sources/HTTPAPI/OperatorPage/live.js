// Live decisions: the daemon's server-sent events. A daemon that has none is asked for its metrics
// instead, which tell how many decisions there are, and not which.

import { amount, count, moment } from './amounts.js';
import { fault, h, note, replace, section, whole } from './dom.js';
import { events } from './events.js';
import { isOffered, samples, sums } from './metrics.js';
import { named, parts, scoped } from './names.js';
import { fieldsOf } from './route.js';

const SHOWN = 50;
/** What comes within it is shown at once. */
const TOGETHER_MS = 200;
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
      (news) => { if (state.textContent !== news) state.textContent = news; });
  } catch (problem) {
    if (signal.aborted) return;
    replace(place, problem.status === 404 ? note('This daemon tells no events.') : fault(problem));
  }
}

/** The newest events, shown some together, however fast they come; while it is held they wait. */
class Feed {
  #context;
  #waiting = [];
  #missed = 0;
  #isHeld = false;
  #isDue = false;

  constructor(context) {
    this.#context = context;
    this.rows = h('ol', { class: 'events', reversed: true, tabindex: 0, 'aria-label': 'Events' });
    this.pause = h('button', { type: 'button', onclick: () => this.#turn() }, 'Pause');
  }

  clear() {
    this.rows.replaceChildren();
    this.#waiting = [];
    this.#missed = 0;
    this.#show();
  }

  take(event) {
    this.#missed += 1;
    this.#waiting.push(event);
    if (this.#waiting.length > SHOWN) this.#waiting.shift();
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      this.#show();
    }, TOGETHER_MS);
  }

  #turn() {
    this.#isHeld = !this.#isHeld;
    this.#show();
  }

  #show() {
    if (!this.#isHeld) {
      this.rows.prepend(...this.#waiting.map((event) => shown(event, this.#context)).reverse());
      while (this.rows.children.length > SHOWN) this.rows.lastChild.remove();
      this.#waiting = [];
      this.#missed = 0;
    }
    const news = this.#missed > 0 ? ` (${count(this.#missed)} new)` : '';
    this.pause.textContent = this.#isHeld ? `Go on${news}` : 'Pause';
  }
}

/** What happened, for how much, to whom, and why. */
function shown({ kind: event, data }, context) {
  const kind = data.kind ?? event;
  const passed = (data.warnings ?? []).map((warning) =>
    h('em', {}, scoped(warning.scope), ` passed ${warning.threshold} of ${warning.limit} `));
  const amounts = [data.cost_usd && amount(data.cost_usd, 'cost'),
    data.tokens && amount(data.tokens, 'tokens')].filter(Boolean).join(', ');
  return h('li', {},
    h('time', { class: 'whole' }, moment(data.at_ms)), ' ',
    h('strong', { class: kind === 'deny' ? 'bad' : '' },
      (kind === 'deny' ? `deny: ${data.reason}` : kind).replaceAll('_', ' ')), ' ',
    amounts && [whole(amounts), ' '], passed,
    data.before === undefined
      ? parts(data, context).map((part) => [part, ' ']) : act(data, context),
    h('small', {}, kind === 'gap' ? missing(data) : sentence(data)));
}

/** What an administrator did. */
function act({ scope, limit, before, after, actor, reason }, context) {
  return [scope && scoped(scope, context.link('subject', fieldsOf(scope))), ' ',
    limit && named(limit), ` was ${before}, is ${after} `,
    h('small', {}, [actor, reason].filter(Boolean).join(': '))];
}

/** Why it was denied; the sentence begins with a name as long as any. */
function sentence({ message, scope }) {
  if (!message || !scope || !message.startsWith(scope)) return message;
  return [scoped(scope), message.slice(scope.length)];
}

function missing({ denials, entries }) {
  const several = [denials && amount(denials, 'denials'), entries && amount(entries, 'entries')];
  return `${several.filter(Boolean).join(' and ') || 'What happened before'} cannot be told here.`;
}

function numbers(place, context) {
  const refusal = h('div', {});
  const list = h('div', {});
  let last = null;
  replace(place, refusal, list);
  context.every(refusal, async () => {
    const text = await context.api.text('/metrics', context.signal);
    const now = { at: Date.now(), totals: sums(samples(text, 'budgetd_decisions_total'),
      ({ decision, reason }) => (reason ? `${decision}: ${reason}` : decision)) };
    replace(list, note('How many; this daemon tells no single decisions.'), tiles(now, last));
    last = now;
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
