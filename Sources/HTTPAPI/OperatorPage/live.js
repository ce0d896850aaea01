// Live decisions: the daemon's server-sent events. A daemon that has none is asked for its metrics
// instead, which tell how many decisions there are, and not which.

import { count, moment } from './amounts.js';
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
  const state = h('p', { class: 'note' }, 'Waiting for the first one …');
  replace(place, state, rows);
  try {
    await events(context, (event) => {
      state.textContent = 'As they come, the newest first.';
      rows.prepend(shown(event, context));
      while (rows.children.length > SHOWN) rows.lastChild.remove();
    }, (reason) => { state.textContent = reason; });
  } catch (problem) {
    if (context.signal.aborted) return;
    replace(place, problem.status === 404 ? note('This daemon tells no events.') : fault(problem));
  }
}

/** An event is a flat object; what it is about comes first, then whatever else it says. */
function shown({ kind, data }, context) {
  const { at_ms: at, run, user, reason, decision, message, scope, limit, ...more } = data;
  const rest = Object.entries(more).filter(([, value]) =>
    value !== null && value !== '' && typeof value !== 'object');
  return h('li', { class: decision === 'deny' ? 'bad' : '' },
    h('time', {}, at ? moment(at) : ''), ' ',
    h('strong', {}, [kind, decision, reason].filter(Boolean).join(' ')), ' ',
    scope ?? '', ' ', limit ?? '', ' ', message ?? '', ' ',
    user && h('a', { href: context.link('subject', { user }) }, user), ' ',
    run && h('a', { href: context.link('run', { run }) }, run), ' ',
    h('small', {}, rest.map(([name, value]) => `${name} ${value}`).join(' · ')));
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
