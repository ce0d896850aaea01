// The dialog of an act: what it asks for, a reason, the sentence that says what will change, and
// one idempotency key for as long as it is open. Where an answer is lost the act may have been
// done: what was typed is locked then, so that trying again can only repeat the same request.

import { ACTS } from './acts.js';
import { amount, localText, nano } from './amounts.js';
import { newKey } from './api.js';
import { h, replace, say } from './dom.js';
import { whom } from './names.js';

const DAY_MS = 86_400_000;

/** Opens it; `then` is called when the act was done. */
export function openDialog(name, about, context, then) {
  const act = ACTS[name];
  const dialog = document.getElementById('dialog');
  const key = newKey();
  const inputs = asked(act, about.row);
  const sentence = h('p', { class: 'sentence', id: 'sentence', 'aria-live': 'polite' });
  const refusal = h('p', { class: 'fault', role: 'alert' });
  const confirm = h('button', { type: 'submit', class: 'main', 'data-act': true }, act.title);
  const values = () => read(inputs);
  const describe = () => {
    const missing = missingOf(inputs);
    replace(sentence, missing
      ? `State ${missing} to see what will change.` : act.sentence(about, values()));
  };
  const submit = async (event) => {
    event.preventDefault();
    replace(refusal);
    confirm.disabled = true;
    try {
      const answer = await context.api.change(act.request(about, values()), key);
      dialog.close();
      say([`${act.done}: `, whom(answer.scope),
        ` ${answer.limit ?? ''} was ${answer.before}, is ${answer.after}.`]);
      then();
    } catch (problem) {
      replace(refusal, problem.message);
      confirm.disabled = false;
      if (!problem.isUnknown) return;
      refusal.append(' It may have been done; trying again does it once at most.');
      confirm.textContent = 'Try again';
      for (const { input } of inputs) input.readOnly = true;
    }
  };
  replace(dialog, h('form', { onsubmit: submit, oninput: describe },
    h('h2', { id: 'dialog-title' }, `${act.title}: `, whom(about.scope)),
    about.row && h('p', {},
      `Limit ${about.row.limit}, cap ${amount(about.row.cap, about.row.measure)}`),
    inputs.map(({ label, input, hint }) => h('div', { class: 'field' },
      h('label', { for: input.id }, label), input, hint && h('small', {}, hint))),
    sentence, refusal, h('p', { class: 'outage', role: 'alert' }),
    h('p', { class: 'buttons' }, confirm,
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'))));
  describe();
  dialog.showModal();
  inputs[0].input.focus();
}

function asked(act, row) {
  const fields = {
    amount: () => amountField('amount', 'How much more', row),
    cap: () => amountField('cap', 'New cap', row),
    until: () => untilField(true),
    'until?': () => untilField(false),
  };
  return [...act.asks.map((name) => fields[name]()), {
    name: 'reason', label: 'Reason, for the audit',
    input: h('input', { id: 'field-reason', required: true, maxlength: 512, autocomplete: 'off' }),
  }];
}

function amountField(name, label, row) {
  const unit = row.measure === 'cost' ? 'US dollars' : row.measure.replaceAll('_', ' ');
  const input = h('input', {
    id: `field-${name}`, required: true, inputmode: 'decimal', autocomplete: 'off',
    pattern: '[0-9][0-9_]*(\\.[0-9]{1,9})?', title: 'digits, and a decimal point where it is money',
  });
  return { name, label: `${label} (${unit})`, input };
}

function untilField(isRequired) {
  const input = h('input', { id: 'field-until', type: 'datetime-local', required: isRequired });
  if (isRequired) input.value = localText(Date.now() + DAY_MS);
  return { name: 'until_ms', label: 'Until', input, hint: isRequired ? null : 'empty: for good' };
}

function read(inputs) {
  const values = {};
  for (const { name, input } of inputs) {
    const text = input.value.trim();
    if (text === '') continue;
    if (name === 'until_ms') values[name] = new Date(text).getTime();
    else values[name] = name === 'reason' ? text : text.replaceAll('_', '');
  }
  return values;
}

/** What the sentence needs and isn't there. */
function missingOf(inputs) {
  const isAmount = (text) => nano(text) !== null && nano(text) >= 0n;
  const wanted = inputs.find(({ name, input }) =>
    (name === 'amount' || name === 'cap') && !isAmount(input.value));
  if (wanted) return wanted.name === 'cap' ? 'the new cap' : 'how much';
  const until = inputs.find(({ name, input }) =>
    name === 'until_ms' && input.required && input.value === '');
  return until ? 'until when' : null;
}
