// Which lines of the audit are looked for: by whom they are about, what was done, who did it and
// when. What is asked for stands in the address.

import { LENGTH, length, localSeconds } from './amounts.js';
import { h } from './dom.js';

const NAMES = ['user', 'session', 'run', 'agent', 'limit'];
const ACTIONS = ['set', 'unset', 'grant', 'reset', 'suspend', 'resume', 'correct', 'policy'];
const TIMES = { since_ms: 'from', until_ms: 'until' };

/** What an address asks for. */
export function asked(fields) {
  const known = [...NAMES, 'action', 'actor', ...Object.keys(TIMES)];
  return Object.fromEntries(known.filter((name) => fields[name]).map(
    (name) => [name, fields[name]]));
}

/** The form; it leads to the address of what is asked for. */
export function filterForm(filter, context) {
  const text = (name) => h('input', {
    name, value: filter[name] ?? '', autocomplete: 'off', spellcheck: 'false', maxlength: 256,
  });
  const inputs = [
    ...NAMES.map((name) => [name, text(name)]),
    ['what', h('select', { name: 'action' }, ['', ...ACTIONS].map((action) =>
      h('option', { value: action, selected: action === (filter.action ?? '') },
        action || 'anything')))],
    ['by', text('actor')],
    ...Object.entries(TIMES).map(([name, word]) => [word, h('input', {
      name, type: 'datetime-local', step: 1,
      value: filter[name] ? localSeconds(Number(filter[name])) : '',
    })]),
  ];
  const from = inputs.find(([, { name }]) => name === 'since_ms')[1];
  const last = h('input', {
    name: 'last', pattern: LENGTH, placeholder: '90s, 15m, 2h, 7d', autocomplete: 'off',
    spellcheck: 'false', title: 'A length of time like 90s, 20m, 1h30m, 2h or 7d',
  });
  // Both say where it begins: what is given later counts.
  last.addEventListener('input', () => { from.value = ''; });
  from.addEventListener('input', () => { last.value = ''; });
  const submit = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(
      inputs.map(([, { name, value }]) => [name, value.trim()]).map(
        ([name, value]) => [name, value && name in TIMES ? String(Date.parse(value)) : value]));
    // To the second, as the form says it again.
    const since = Math.floor((Date.now() - length(last.value)) / 1000) * 1000;
    if (last.value) values.since_ms = String(since);
    location.hash = context.link('audit', values);
  };
  const isSome = Object.keys(filter).length > 0;
  return h('form', { class: 'search', onsubmit: submit },
    h('details', { open: isSome }, h('summary', {}, 'Look for some of it'),
      h('div', { class: 'fields' }, [...inputs, ['in the last', last]].map(([word, input]) => {
        input.id = `filter-${input.name}`;
        return h('div', { class: 'field' }, h('label', { for: input.id }, word), input);
      })),
      h('p', { class: 'buttons' }, h('button', { type: 'submit' }, 'Only these'),
        isSome && h('a', { href: context.link('audit') }, 'All'))));
}
