// Budgets near their caps. The server ranks them, so a tenant with any number of users costs one
// request a look; how long each lasts is told from looks at it. What is used up comes on demand: in
// the evening that may be many, and nothing is left to be done about them before it ends.

import { amount, span } from './amounts.js';
import { h, note, press, replace, section, table } from './dom.js';
import { live } from './live.js';
import { named, scoped } from './names.js';
import { pager } from './pages.js';
import { meter } from './plots.js';
import { Looks } from './nearness.js';
import { fieldsOf } from './route.js';

const SHOWN = 20;
const looks = new Looks();
/** What is looked at, and whether only that which has something left. */
const CHOICES = [['Something is left', 1], ['Used up too', 0]];

/** The view. */
export function budgets(place, context) {
  const refusal = h('div', {});
  const fetchPage = (cursor) => context.api.get(
    '/v1/near', { ...context.scope, left: chosen, count: SHOWN, cursor }, context.signal);
  let chosen = 1;
  const list = pager(fetchPage, (answer) => shown(answer, context), context.signal);
  list.place.classList.add('near');
  replace(list.place, note('Looking …'));
  const choice = h('p', { class: 'choice', role: 'group', 'aria-label': 'Which budgets' },
    CHOICES.map(([title, left]) => h('button', {
      type: 'button', 'aria-pressed': String(left === chosen), onclick: (event) => {
        chosen = left;
        press(event.target);
        list.turn(undefined, 1);
      },
    }, title)));
  place.append(
    section('Near their caps', choice, refusal, list.place,
      note('Limits by several fields, and those for certain models or labels, are on a subject’s'
        + ' own page.')),
    live(context));
  context.every(refusal, list.again);
}

function shown({ limits, now_ms: now }, context) {
  if (limits.length === 0) return note('No limit is used yet, or what is used is used up.');
  return table('Budgets near their caps', ['Subject', 'Limit', 'Used', 'Lasts'], limits.map(
    (row) => [
      scoped(row.scope, context.link('subject', fieldsOf(row.scope))),
      h('span', {}, named(row.limit), ' ', h('small', {}, row.window),
        row.mode === 'shadow' && h('small', { class: 'badge' }, 'shadow')),
      meter(row),
      lasts(looks.add(context.tenant, row, now), row),
    ]));
}

function lasts({ state, left }, row) {
  switch (state) {
    case 'spent': return h('strong', { class: 'bad' }, 'used up');
    case 'measuring': return h('span', { class: 'quiet' }, 'second look to come');
    case 'still': return h('span', { class: 'quiet' }, 'not growing');
    case 'resets': return h('span', {}, `until it resets in ${span(left)}`);
    default:
      return h('strong', { class: left < 3_600_000 ? 'bad' : '' },
        span(left), h('small', {}, ` for ${amount(row.remaining, row.measure)}`));
  }
}
