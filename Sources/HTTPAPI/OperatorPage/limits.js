// Every limit of a subject, and what an administrator may do about each.

import { amount, moment, span } from './amounts.js';
import { h, note, table } from './dom.js';
import { openDialog } from './dialog.js';
import { named, scoped } from './names.js';
import { meter } from './plots.js';

/**
 * The limits that apply, as USAGE has them.
 *
 * @param settings what is set for the subject and the policy's limits; null for who may not ask.
 */
export function limitTable(usage, settings, context, again) {
  if (usage.limits.length === 0) return note('No limit of the policy applies to this subject.');
  const columns = ['Limit', 'Used', 'Remaining', 'Resets', ...(settings ? ['Actions'] : [])];
  return table('Limits', columns, usage.limits.map((row) => [
    h('span', {}, h('strong', {}, named(row.limit)), h('br'),
      h('small', {}, scoped(row.scope), ` · ${row.window}`),
      row.overridden === 1 && h('small', { class: 'badge' }, 'overridden'),
      row.mode === 'shadow' && h('small', { class: 'badge' }, 'shadow')),
    meter(row),
    h('span', { class: Number(row.remaining) > 0 ? 'whole' : 'whole bad' },
      amount(row.remaining, row.measure)),
    resets(row, usage.now_ms),
    ...(settings ? [actions(row, settings, context, again)] : []),
  ]));
}

function resets(row, now) {
  if (row.resets_at_ms === null) return 'never';
  return h('span', { class: 'whole', title: moment(row.resets_at_ms) },
    `in ${span(row.resets_at_ms - now)}`);
}

function actions(row, settings, context, again) {
  const limit = settings.limits.find((limit) => limit.limit === row.limit);
  if (!limit) return note('The policy has changed.');
  const fields = { ...context.scope };
  for (const name of limit.per) if (name !== 'tenant') fields[name] = context.subject[name];
  const about = { row, scope: row.scope, fields };
  const button = (name, label) => h('button', {
    type: 'button', 'data-act': true, 'data-key': `${name} ${row.limit} ${row.scope}`,
    'aria-label': `${label}: ${row.limit} of ${row.scope}`,
    onclick: () => openDialog(name, about, context, again),
  }, label);
  const canReset = !['in_flight', 'tasks'].includes(row.measure);
  return h('span', { class: 'buttons' }, button('grant', 'Grant'), button('override', 'Override'),
    row.overridden === 1 && button('unset', 'Remove'), canReset && button('reset', 'Reset'));
}

/** Caps and grants that are set. */
export function overrideTable({ overrides, limits }) {
  if (overrides.length === 0) return note('Nothing is set: the policy’s caps hold.');
  const text = (value, { limit }) => {
    const known = limits.find((one) => one.limit === limit);
    return known ? amount(value, known.measure) : value;
  };
  return table('Overrides', ['Limit', 'Subject', 'Cap', 'Grants'], overrides.map((override) => [
    nameOf(override), scoped(override.scope),
    override.cap === null ? 'the policy’s'
      : `${text(override.cap, override)} ${end(override)}`,
    override.grants.length === 0 ? '–' : h('ul', {}, override.grants.map((grant) =>
      h('li', {}, `+${text(grant.amount, override)} until ${moment(grant.until_ms)}`))),
  ]));
}

function nameOf({ limit, in_policy: inPolicy }) {
  return inPolicy ? named(limit) : `${limit ?? 'a limit'} (no longer in the policy)`;
}

function end({ until_ms: until }) {
  return until ? `until ${moment(until)}` : 'for good';
}
