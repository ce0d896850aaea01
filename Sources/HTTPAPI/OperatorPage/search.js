// The form that says which subject: its fields, and the labels and names that limits may ask for.

import { h } from './dom.js';

const FIELDS = ['user', 'session', 'run', 'agent', 'task', 'tool', 'fingerprint', 'model'];
const FIRST = 4;

/** The fields of a subject in an address: known ones and labels. */
export function subjectFields(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) =>
    value && (FIELDS.includes(name) || name.startsWith('label.'))));
}

/** `plan=free team=a b` as label fields. */
function labels(text) {
  const found = {};
  for (const [, name, value] of text.matchAll(/([^\s=]+)=(.*?)(?=\s+[^\s=]+=|$)/g)) {
    found[`label.${name}`] = value.trim();
  }
  return found;
}

function labelText(asked) {
  return Object.entries(asked).filter(([name]) => name.startsWith('label.'))
    .map(([name, value]) => `${name.slice('label.'.length)}=${value}`).join(' ');
}

/** The form; it leads to the subject's address. */
export function searchForm(asked, context) {
  const inputs = FIELDS.map((name) => h('input', {
    id: `subject-${name}`, name, value: asked[name] ?? '', autocomplete: 'off',
    spellcheck: 'false', maxlength: 256,
  }));
  const label = h('input', {
    id: 'subject-labels', value: labelText(asked), autocomplete: 'off', spellcheck: 'false',
    placeholder: 'plan=free team=blue',
  });
  const submit = (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
    location.hash = context.link('subject', { ...fields, ...labels(label.value) });
  };
  const field = (title, input) =>
    h('div', { class: 'field' }, h('label', { for: input.id }, title), input);
  const shown = inputs.map((input) => field(input.name, input));
  const isMore = Object.keys(asked).some((name) => FIELDS.indexOf(name) >= FIRST
    || name.startsWith('label.'));
  return h('form', { class: 'search', onsubmit: submit },
    h('div', { class: 'fields' }, shown.slice(0, FIRST)),
    h('details', { open: isMore }, h('summary', {}, 'More fields'),
      h('div', { class: 'fields' }, shown.slice(FIRST), field('labels', label))),
    h('button', { type: 'submit' }, 'Show'));
}
