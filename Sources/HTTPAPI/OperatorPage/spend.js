// Who and what spends: what the largest spent hour by hour or day by day, the rankings of the
// server's own windows, and what the largest spend a minute while the page is looked at. Tenants
// are not ranked by the server; their names come from its metrics, which bound callers may not
// read.

import { amount, moment } from './amounts.js';
import { each, path } from './api.js';
import { h, note, replace, section, table, whole } from './dom.js';
import { isTold, largest, windowsOf } from './history.js';
import { isOffered, samples, sums } from './metrics.js';
import { named } from './names.js';
import { bar, lines } from './plots.js';
import { Record } from './record.js';

const FIELDS = ['user', 'agent', 'model', 'tool', 'session', 'run', 'provider'];
const MEASURES = ['cost', 'tokens', 'input_tokens', 'output_tokens', 'calls', 'retries', 'seconds'];
const WINDOWS = ['hour', 'day', 'week', 'month'];
/** Those that have a page of their own. */
const LINKED = {
  user: 'subject', agent: 'subject', session: 'subject', model: 'subject', tool: 'subject',
  run: 'run',
};
/** Tenants whose past is asked for, of those that spent most. */
const TENANTS = 5;
const records = new Map();

/** The view. */
export function spend(place, context) {
  const byTenant = isOffered(context);
  const fields = byTenant ? ['tenant', ...FIELDS] : FIELDS;
  const field = fields.includes(context.fields.by) ? context.fields.by : 'user';
  const offered = field === 'tenant' ? MEASURES.slice(0, 2) : MEASURES;
  const measure = offered.includes(context.fields.of) ? context.fields.of : 'cost';
  const windows = windowsOf(field);
  const window = windows.includes(context.fields.per) ? context.fields.per : windows[0];
  const past = h('div', { class: 'past' }, note('Looking …'));
  const rates = h('div', { class: 'rates' }, note('A second look is to come …'));
  const refusal = h('div', {});
  const rankings = h('div', { class: 'windows' });
  place.append(
    choice('By', fields, field, (by) => context.link('spend', { by, of: measure, per: window })),
    choice('Of', offered, measure, (of) =>
      context.link('spend', { by: field, of, per: window })),
    isTold(context) && choice('Per', windows, window, (per) =>
      context.link('spend', { by: field, of: measure, per })),
    refusal, isTold(context) && section('Over time', past), section('In all', rankings),
    section('A minute, while this is looked at', rates));
  const key = JSON.stringify([context.tenant, field, measure]);
  if (!records.has(key)) records.set(key, new Record());
  const what = { field, measure, window, record: records.get(key), past, rates, rankings };
  context.every(refusal, () => (field === 'tenant' ? showTenants : showRankings)(what, context));
}

function choice(title, names, chosen, target) {
  return h('nav', { class: 'choice', 'aria-label': title }, h('span', {}, title),
    names.map((name) => h('a', {
      href: target(name), 'aria-current': name === chosen ? 'true' : null,
    }, name.replaceAll('_', ' '))));
}

async function showRankings(what, context) {
  const { field, measure, record, rates, rankings } = what;
  const { api, scope, signal } = context;
  if (isTold(context)) replace(what.past, await largest(what, context));
  const answers = await each(WINDOWS, async (window) => {
    const ranking = path`/v1/top/${field}/${measure}/${window}`;
    return { window, ...await api.get(ranking, { ...scope, count: 10 }, signal) };
  });
  replace(rankings, answers.map((answer) => ranking(answer, field, measure, context)));
  const day = answers.find(({ window }) => window === 'day');
  if (day) showRates(rates, record, day.rows, day.now_ms, measure);
}

async function showTenants(what, context) {
  const { measure, record, rates, rankings } = what;
  const text = await context.api.text('/metrics', context.signal);
  const family = measure === 'cost' ? 'budgetd_cost_usd_total' : 'budgetd_tokens_total';
  const rows = sums(samples(text, family), ({ tenant }) => tenant).slice(0, 20);
  replace(rankings, h('div', {}, note('Since this daemon was started.'),
    rows.length ? tableOf(rows, measure, ({ name }) =>
      named(name, context.link('budgets', { tenant: name }))) : note('Nothing yet.')));
  if (isTold(context)) {
    // The metrics begin anew with the daemon; the tenant that is looked at is known anyway.
    const names = new Set([context.tenant, ...rows.map(({ name }) => name)]);
    replace(what.past, await largest(what, context, [...names].slice(0, TENANTS)));
  }
  showRates(rates, record, rows, Date.now(), measure);
}

function showRates(place, record, rows, now, measure) {
  record.add(rows, now);
  const series = record.rates();
  if (series.length === 0) return;
  const text = (value) => amount(measure === 'cost' ? value.toFixed(4) : value.toFixed(0), measure);
  replace(place, lines(`${measure.replaceAll('_', ' ')} a minute, since `
    + `${moment(series[0].points[0][0])}`, series, text));
}

function ranking(answer, field, measure, context) {
  const { window, rows } = answer;
  const view = LINKED[field];
  const name = (row) => named(row.name, view && context.link(view, { [field]: row.name }));
  return h('div', {}, h('h3', {}, `This ${window}`),
    h('p', { class: 'quiet' }, `since ${moment(answer.from_ms)}`),
    answer.complete === 0
      && note('Entries were lost before they were counted: this is too little.'),
    rows.length ? tableOf(rows, measure, name) : note('Nothing was spent.'));
}

function tableOf(rows, measure, name) {
  const most = Math.max(...rows.map(({ value }) => Number(value)), Number.MIN_VALUE);
  return table(`The largest, by ${measure}`, ['Name', 'Spent'], rows.map((row) => [
    h('div', { class: 'meter' }, name(row), bar(Number(row.value) / most)),
    whole(amount(shown(row.value), measure)),
  ]));
}

/** Sums of floats have noise in them. */
function shown(value) {
  return typeof value === 'number' ? String(Number(value.toFixed(6))) : value;
}
