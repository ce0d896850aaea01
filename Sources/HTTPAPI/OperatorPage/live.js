// Live decisions: the daemon's server-sent events. A daemon that has none is asked for its metrics
// instead, which tell how many decisions there are, and not which.

import { amount, count, moment } from './amounts.js';
import { fault, h, note, replace, section } from './dom.js';
import { isOffered, samples, sums } from './metrics.js';
import { events } from './events.js';

const SHOWN = 50;
const LOOK_MS = 5_000;

/** The panel. */
export function live(context) {
  const list = h('div', { class: 'live' });
  if (context.has('/v1/events')) stream(list, context);
  else if (isOffered(context)) numbers(list, context);
  else replace(list, note('This daemon tells no events.'));
  return section('Live decisions', list);
}

async function stream(place, context) {
  const rows = h('ol', { class: 'events', reversed: true });
  const state = h('p', { class: 'note' }, 'Asking for them …');
  replace(place, state, rows);
  try {
    await events(context, (event) => {
      rows.prepend(shown(event, context));
      while (rows.children.length > SHOWN) rows.lastChild.remove();
    }, (news) => { state.textContent = news; });
  } catch (problem) {
    if (context.signal.aborted) return;
    replace(place, problem.status === 404 ? note('This daemon tells no events.') : fault(problem));
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
