// Entries of the ledger: those of a run, and those of a subject, which the server looks for from
// the newest back, so much for one answer.

import { amount, count, moment } from './amounts.js';
import { h, note, table, whole } from './dom.js';
import { named, parts, scoped } from './names.js';
import { gathered, pages } from './pages.js';
import { fieldsOf } from './route.js';

const PAGE = 25;

/** A subject's ledger. */
export function ledger(about, context) {
  const { api, scope, signal } = context;
  const fetchPage = gathered((cursor) =>
    api.get('/v1/entries', { ...scope, ...about, count: PAGE, cursor }, signal), PAGE);
  return pages(fetchPage, (answer) => [answer.entries.length > 0 && entryTable(answer.entries, context),
    note(reach(answer))], signal);
}

/** What is behind the page. */
function reach({ entries, next, trimmed, reached_ms: reached }) {
  const found = entries.length > 0 ? '' : 'Nothing was found. ';
  if (next !== null) return `${found}Looked back to ${moment(reached)}; there may be older ones.`;
  if (reached === null || (found && trimmed === 0)) return 'Nothing was entered.';
  const all = found || 'These are all. ';
  return trimmed === 0 ? all : `${all}The journal is kept from ${moment(reached)} on.`;
}

/** Entries as a table, the calls' and the administrators'. */
export function entryTable(entries, context) {
  if (entries.length === 0) return note('Nothing was entered.');
  return table('Entries', ['Time', 'What', 'Whose', 'Tokens', 'Cost'],
    entries.map((entry) => [
      whole(moment(entry.at_ms)), what(entry), whose(entry, context), ...amounts(entry),
    ]));
}

function what(entry) {
  return h('span', {}, whole(entry.kind.replaceAll('_', ' ')),
    entry.outcome && entry.outcome !== 'ok' && h('small', { class: 'badge bad' }, entry.outcome),
    entry.attempt > 0 && h('small', { class: 'badge' }, `attempt ${entry.attempt}`),
    entry.unpriced === 1 && h('small', { class: 'badge bad' }, 'unpriced'));
}

function whose(entry, context) {
  if (entry.scope) {
    return h('span', {}, scoped(entry.scope, context.link('subject', fieldsOf(entry.scope))), ' ',
      entry.limit && named(entry.limit),
      h('small', {}, ` was ${entry.before}, is ${entry.after}`));
  }
  return h('div', { class: 'parts' }, parts(entry, context));
}

/** What stands between the model and the tool. */
export const APART = ' · ';

/** By what it was done. */
export function means(entry) {
  return [entry.model, entry.tool].filter(Boolean).join(APART) || '–';
}

/** Its tokens and its cost; what was only held is told as such. */
function amounts(entry) {
  if (entry.scope) return ['–', '–'];
  const isHeld = entry.spends === 0;
  const part = (text, title) => h('span', { class: isHeld ? 'whole quiet' : 'whole', title }, text);
  return [
    part(count(entry.tokens), `${entry.input_tokens} in, ${entry.output_tokens} out`),
    part(amount(entry.cost_usd, 'cost') + (isHeld ? ' held' : '')),
  ];
}
