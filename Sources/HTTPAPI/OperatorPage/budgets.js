// Budgets near their caps. Which subjects to look at comes from the rankings of the server, so a
// tenant with any number of users costs the same few requests; whoever was near a cap once is
// looked at again while the page is open.

import { each, path } from './api.js';
import { amount, span } from './amounts.js';
import { fault, h, note, replace, section, table } from './dom.js';
import { live } from './live.js';
import { meter } from './plots.js';
import { Looks, share } from './nearness.js';

const FIELDS = ['user', 'session', 'run', 'agent'];
const LARGEST = 12;
const SHOWN = 30;
/** So many are shown however little they used. */
const ALWAYS = 8;
const LOOK_MS = 10_000;
const NEAR = 0.5;
const looks = new Looks();
/** By tenant: the subjects that were near a cap, so that they are looked at again. */
const near = new Map();

/** The view. */
export async function budgets(place, context) {
  const refusal = h('div', {});
  const list = h('div', { class: 'near' }, note('Looking …'));
  place.append(
    section('Near their caps', refusal, list,
      note(`Among the tenant and its ${LARGEST} largest users, sessions, runs and agents of this`
        + ' hour and this day. Limits for certain models or labels are on a subject’s own page.')),
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

async function look(context) {
  const { api, signal, scope, tenant } = context;
  const known = near.get(tenant) ?? new Map();
  const subjects = new Map([...known, ['', {}]]);
  for (const subject of await largest(context)) subjects.set(JSON.stringify(subject), subject);
  const found = new Map();
  await each([...subjects.values()], async (subject) => {
    const answer = await api.get('/v1/usage', { ...scope, ...subject }, signal);
    for (const row of answer.limits) {
      const outlook = looks.add(tenant, row, answer.now_ms);
      const key = `${row.scope} ${row.limit}`;
      if (!found.has(key)) found.set(key, { row, subject, outlook, share: share(row) });
    }
  });
  const rows = [...found.values()].filter((row) => row.share > 0)
    .sort((a, b) => b.share - a.share || a.outlook.left - b.outlook.left)
    .filter((row, index) => index < (row.share >= NEAR ? SHOWN : ALWAYS));
  near.set(tenant, new Map(rows.filter((row) => row.share >= NEAR)
    .map(({ subject }) => [JSON.stringify(subject), subject])));
  return rows;
}

async function largest({ api, signal, scope }) {
  const rankings = FIELDS.flatMap((field) => [[field, 'cost', 'day'], [field, 'calls', 'hour']]);
  const found = await each(rankings, async ([field, measure, window]) => {
    const ranking = path`/v1/top/${field}/${measure}/${window}`;
    const { rows } = await api.get(ranking, { ...scope, count: LARGEST }, signal);
    return rows.map(({ name }) => ({ [field]: name }));
  });
  return found.flat();
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
