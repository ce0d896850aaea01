// One subject: every limit that applies to it, what it spent over time, its ledger, what is set for
// it, what was done about it, and, for administrators, what can be done.

import { trail } from './audit.js';
import { fault, h, note, replace, section } from './dom.js';
import { openDialog } from './dialog.js';
import { ledger } from './entries.js';
import { isTold, spending } from './history.js';
import { limitTable, overrideTable } from './limits.js';
import { searchForm, subjectFields } from './search.js';

const SUSPENDABLE = ['user', 'session', 'run', 'agent'];
/** Names that matter to limits and are no part of a subject. */
const USAGE_ONLY = ['model', 'provider', 'operation', 'machine', 'service_tier'];
/** Those whose spending over time is kept, the narrowest that people look for first. */
const SPENDERS = ['user', 'session', 'run', 'agent', 'tool'];
const HISTORY_PAGE = 500;

/** The view. */
export async function subject(place, context) {
  const asked = subjectFields(context.fields);
  const named = Object.keys(asked).filter((name) => !USAGE_ONLY.includes(name));
  context.subject = asked;
  const state = h('div', { class: 'state' });
  const limits = h('div', {});
  const books = h('div', {});
  const rest = h('div', {});
  const about = Object.fromEntries(named.map((name) => [name, asked[name]]));
  place.append(searchForm(asked, context), state, section('Limits', limits),
    ...(isTold(context) ? [spent(asked, context)] : []), books, rest);
  const refresh = async () => {
    try {
      const [usage, settings] = await Promise.all([
        context.api.get('/v1/usage', { ...context.scope, ...asked }, context.signal),
        context.may('admin') ? settingsOf(about, context) : null,
      ]);
      replace(state, stateOf(asked, settings, context, refresh), links(asked, context));
      replace(limits, limitTable(usage, settings, context, refresh));
      if (context.may('ops') && context.has('/v1/entries')) {
        replace(books, section('Ledger', ledger(about, context)));
      }
      if (!settings) return;
      replace(rest, section('Set beside the policy', overrideTable(settings)),
        section('History', history(scopesOf(asked, usage, context), context)));
    } catch (problem) {
      if (!context.signal.aborted) replace(limits, fault(problem));
    }
  };
  await refresh();
}

/** What one of its fields spent, or the tenant where it has none of them. */
function spent(asked, context) {
  const field = [...SPENDERS, ...Object.keys(asked).filter((name) => name.startsWith('label.')),
    'model'].find((name) => asked[name]) ?? 'tenant';
  const name = asked[field] ?? context.tenant;
  return section(`Spent by ${field}=${name}`, spending(field, name, context));
}

async function settingsOf(about, { api, scope, signal }) {
  const [policy, set] = await Promise.all([
    api.get('/v1/limits', scope, signal),
    api.get('/v1/subjects', { ...scope, ...about }, signal),
  ]);
  return { limits: policy.limits, suspended: set.suspended, overrides: set.overrides };
}

/** What can be suspended: each field of the subject that can, or the tenant where there is none. */
function targets(asked, context) {
  const fields = SUSPENDABLE.filter((name) => asked[name]);
  return fields.length
    ? fields.map((name) => ({
      scope: `${name}=${asked[name]}`, fields: { ...context.scope, [name]: asked[name] },
    }))
    : [{ scope: `tenant=${context.tenant}`, fields: { tenant: context.tenant } }];
}

function stateOf(asked, settings, context, again) {
  if (!settings) return note('Suspensions are seen by administrators.');
  return targets(asked, context).map((about) => {
    const isSuspended = settings.suspended.includes(about.scope);
    const name = isSuspended ? 'resume' : 'suspend';
    return h('p', {}, h('strong', {}, about.scope), ' is ',
      h('span', { class: isSuspended ? 'badge bad' : 'badge' },
        isSuspended ? 'suspended' : 'active'),
      ' ', h('button', {
        type: 'button', 'data-key': `state ${about.scope}`,
        onclick: () => openDialog(name, about, context, again),
      }, isSuspended ? 'Resume' : 'Suspend'));
  });
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
function history(scopes, { api, scope, signal }) {
  const place = h('div', {}, note('Looking …'));
  const found = [];
  const look = async (cursor) => {
    try {
      const { entries, next } = await api.get(
        '/v1/audit', { ...scope, count: HISTORY_PAGE, cursor }, signal);
      found.push(...entries.filter(({ subject }) => scopes.has(subject)));
      replace(place, trail(found), next !== null && h('button', {
        type: 'button', 'data-key': 'back', onclick: () => look(next),
      }, 'Look further back'));
    } catch (problem) {
      if (!signal.aborted) replace(place, fault(problem));
    }
  };
  look(undefined);
  return place;
}
