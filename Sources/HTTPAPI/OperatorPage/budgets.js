// Budgets near their caps. The server ranks them, so a tenant with any number of users costs one
// request a look; how long each lasts is told from looks at it.

import { amount, span } from './amounts.js';
import { fault, h, note, replace, section, table } from './dom.js';
import { live } from './live.js';
import { meter } from './plots.js';
import { Looks, share } from './nearness.js';

const SHOWN = 30;
/** So many are shown however little they used. */
const ALWAYS = 8;
const LOOK_MS = 10_000;
const NEAR = 0.5;
const looks = new Looks();

/** The view. */
export async function budgets(place, context) {
  const refusal = h('div', {});
  const list = h('div', { class: 'near' }, note('Looking …'));
  place.append(
    section('Near their caps', refusal, list,
      note('Limits by several fields, and those for certain models or labels, are on a subject’s'
        + ' own page.')),
    live(context));
  context.every(LOOK_MS, async () => {
    try {
      const rows = await look(context);
      replace(refusal);
      replace(list, rows.length ? shown(rows, context) : note('No limit is used yet.'));
    } catch (problem) {
      if (!context.signal.aborted) replace(refusal, fault(problem));
    }
  });
}

async function look({ api, signal, scope, tenant }) {
  const answer = await api.get('/v1/near', { ...scope, count: SHOWN }, signal);
  return answer.limits.map((row) =>
    ({ row, subject: subject(row), outlook: looks.add(tenant, row, answer.now_ms) }))
    .filter(({ row }, index) => index < ALWAYS || share(row) >= NEAR);
}

/** The one field that its limit is by; none where it is the tenant's. */
function subject({ scope }) {
  const sign = scope.indexOf('=');
  const name = scope.slice(0, sign);
  return sign < 0 || name === 'tenant' ? {} : { [name]: scope.slice(sign + 1) };
}

function shown(rows, context) {
  return table('Budgets near their caps', ['Subject', 'Limit', 'Used', 'Lasts'], rows.map(
    ({ row, subject, outlook }) => [
      h('a', { href: context.link('subject', subject) }, row.scope),
      h('span', {}, `${row.limit} `, h('small', {}, row.window),
        row.mode === 'shadow' && h('small', { class: 'badge' }, 'shadow')),
      meter(row),
      lasts(outlook, row),
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
