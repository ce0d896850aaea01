// Who changed what, when and why.

import { moment } from './amounts.js';
import { h, note, replace, table, whole } from './dom.js';
import { named, scoped } from './names.js';
import { pager } from './pages.js';
import { fieldsOf } from './route.js';

const PAGE = 50;

/** The view. */
export function audit(place, context) {
  const { api, scope, signal } = context;
  const refusal = h('div', {});
  const list = pager((cursor) => api.get('/v1/audit', { ...scope, count: PAGE, cursor }, signal),
    ({ entries }) => trail(entries, context), signal);
  replace(list.place, note('Looking …'));
  place.append(note('The newest first.'), refusal, list.place);
  context.every(refusal, list.again);
}

/** Entries of the audit. */
export function trail(entries, context) {
  if (entries.length === 0) return note('Nothing was changed.');
  return table('Audit', ['Time', 'Who', 'What', 'Before', 'After', 'Why'], entries.map((entry) => [
    whole(entry.at_ms ? moment(entry.at_ms) : entry.seq), named(entry.actor ?? 'unreadable'),
    about(entry, context), entry.before ?? '–', entry.after ?? '–',
    h('span', { class: 'free' }, entry.reason ?? '–'),
  ]));
}

function about({ action, subject, limit }, context) {
  return h('span', {}, `${action ?? 'unreadable'} `,
    subject && scoped(subject, context.link('subject', fieldsOf(subject))), ' ',
    limit && named(limit));
}
