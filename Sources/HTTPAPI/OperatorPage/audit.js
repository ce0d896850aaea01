// Who changed what, when and why.

import { moment } from './amounts.js';
import { note, table, whole } from './dom.js';
import { pages } from './pages.js';

const PAGE = 50;

/** The view. */
export async function audit(place, context) {
  const { api, scope, signal } = context;
  place.append(note('The newest first.'), pages(
    (cursor) => api.get('/v1/audit', { ...scope, count: PAGE, cursor }, signal),
    ({ entries }) => trail(entries), signal));
}

/** Entries of the audit. */
export function trail(entries) {
  if (entries.length === 0) return note('Nothing was changed.');
  return table('Audit', ['Time', 'Who', 'What', 'Before', 'After', 'Why'], entries.map((entry) => [
    whole(entry.at_ms ? moment(entry.at_ms) : entry.seq), entry.actor ?? 'unreadable',
    [entry.action, entry.subject, entry.limit].filter(Boolean).join(' '),
    entry.before ?? '–', entry.after ?? '–', entry.reason ?? '–',
  ]));
}
