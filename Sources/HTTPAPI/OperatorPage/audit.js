// Who changed what, when and why: everything, or what is looked for, which the server does from the
// newest line back, so much for one answer.

import { moment } from './amounts.js';
import { h, note, replace, table, whole } from './dom.js';
import { asked, filterForm } from './filter.js';
import { named, scoped } from './names.js';
import { gathered, pager } from './pages.js';
import { fieldsOf } from './route.js';

const PAGE = 50;

/** The view. */
export function audit(place, context) {
  const { api, scope, signal } = context;
  const filter = asked(context.fields);
  const isSome = Object.keys(filter).length > 0;
  const refusal = h('div', {});
  const fetchPage = gathered((cursor) =>
    api.get('/v1/audit', { ...scope, ...filter, count: PAGE, cursor }, signal), PAGE);
  const list = pager(fetchPage, (page) => [isSome && page.entries.length === 0
    ? note(page.next === null ? 'Nothing was found.'
      : 'Nothing was found so far; there may be something older.')
    : trail(page.entries, context)], signal);
  replace(list.place, note('Looking …'));
  place.append(filterForm(filter, context), note('The newest first.'), refusal, list.place);
  // What is looked for may be rare, and looking for it long.
  context.every(refusal, async (isWhole) => { if (isWhole || !isSome) await list.again(); });
}

/** Entries of the audit. */
export function trail(entries, context) {
  if (entries.length === 0) return note('Nothing was changed.');
  return table('Audit', ['Time', 'Who', 'What', 'Before', 'After', 'Why'], entries.map((entry) => [
    whole(entry.at_ms ? moment(entry.at_ms) : entry.seq), who(entry, context),
    about(entry, context), entry.before ?? '–', entry.after ?? '–',
    h('span', { class: 'free' }, entry.reason ?? '–'),
  ]));
}

function who({ actor }, context) {
  return named(actor ?? 'unreadable', actor && context.link('audit', { actor }));
}

function about({ action, subject, limit }, context) {
  return h('span', {}, `${action ?? 'unreadable'} `,
    subject && scoped(subject, context.link('subject', fieldsOf(subject))), ' ',
    limit && named(limit));
}
