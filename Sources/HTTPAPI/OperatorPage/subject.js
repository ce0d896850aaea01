// One subject: every limit that applies to it, what it spent over time, its ledger, what is set for
// it, what was done about it, and, for administrators, what can be done.

import { trail } from './audit.js';
import { fault, h, note, replace, section } from './dom.js';
import { ledger } from './entries.js';
import { isTold, spending } from './history.js';
import { limitTable, overrideTable } from './limits.js';
import { scoped } from './names.js';
import { searchForm, subjectFields } from './search.js';
import { states, targets } from './suspensions.js';

/** Names that matter to limits and are no part of a subject. */
const USAGE_ONLY = ['model', 'provider', 'operation', 'machine', 'service_tier'];
/** Those whose spending over time is kept, the narrowest that people look for first. */
const SPENDERS = ['user', 'session', 'run', 'agent', 'tool'];
const HISTORY_PAGE = 500;

/** The view. */
export function subject(place, context) {
  const asked = subjectFields(context.fields);
  const named = Object.keys(asked).filter((name) => !USAGE_ONLY.includes(name));
  context.subject = asked;
  const state = h('div', { class: 'state' });
  const refusal = h('div', {});
  const limits = h('div', {}, note('Looking …'));
  const books = h('div', {});
  const rest = h('div', {});
  const about = Object.fromEntries(named.map((name) => [name, asked[name]]));
  place.append(searchForm(asked, context), state, section('Limits', refusal, limits), books, rest);
  const look = async (isWhole) => {
    const [usage, settings] = await Promise.all([
      context.api.get('/v1/usage', { ...context.scope, ...asked }, context.signal),
      context.may('admin') ? settingsOf(about, context) : null,
    ]);
    const again = () => look(true).catch((problem) => replace(refusal, fault(problem)));
    replace(state, states(asked, settings?.suspended, context, again), links(asked, context));
    replace(limits, limitTable(usage, settings, context, again));
    if (!isWhole) return;
    replace(books, isTold(context) && spent(asked, context),
      context.may('ops') && context.has('/v1/entries')
        && section('Ledger', asked.model && note('Calls of every model: it is not kept by model.'),
          ledger(about, context)));
    if (!settings) return;
    replace(rest, section('Set beside the policy', overrideTable(settings)),
      section('History', history(scopesOf(asked, usage, context), context)));
  };
  context.every(refusal, look);
}

/** What one of its fields spent, or the tenant where it has none of them. */
function spent(asked, context) {
  const field = [...SPENDERS, ...Object.keys(asked).filter((name) => name.startsWith('label.')),
    'model'].find((name) => asked[name]) ?? 'tenant';
  const name = asked[field] ?? context.tenant;
  return section(['Spent by ', scoped(`${field}=${name}`)], spending(field, name, context));
}

async function settingsOf(about, { api, scope, signal }) {
  const [policy, set] = await Promise.all([
    api.get('/v1/limits', scope, signal),
    api.get('/v1/subjects', { ...scope, ...about }, signal),
  ]);
  return { limits: policy.limits, suspended: set.suspended, overrides: set.overrides };
}

function links(asked, context) {
  return asked.run && context.may('ops') && h('p', {},
    h('a', { href: context.link('run', { run: asked.run }) }, 'The ledger of this run'));
}

function scopesOf(asked, usage, context) {
  return new Set([...usage.limits.map((row) => row.scope),
    ...targets(asked, context).map((about) => about.scope)]);
}

/** The acts on these scopes, from the audit, looked through page by page. */
function history(scopes, context) {
  const { api, scope, signal } = context;
  const place = h('div', {}, note('Looking …'));
  const found = [];
  const look = async (cursor) => {
    try {
      const { entries, next } = await api.get(
        '/v1/audit', { ...scope, count: HISTORY_PAGE, cursor }, signal);
      found.push(...entries.filter(({ subject }) => scopes.has(subject)));
      replace(place, trail(found, context), next !== null && h('button', {
        type: 'button', 'data-key': 'back', onclick: () => look(next),
      }, 'Look further back'));
    } catch (problem) {
      if (!signal.aborted) replace(place, fault(problem));
    }
  };
  look(undefined);
  return place;
}
