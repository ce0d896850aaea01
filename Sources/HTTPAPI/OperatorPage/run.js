// One run: what it cost, its tasks by cost, its entries by time.

import { amount, count, moment } from './amounts.js';
import { path } from './api.js';
import { h, note, section, table, whole } from './dom.js';
import { pages } from './pages.js';
import { bar } from './plots.js';

const PAGE = 25;

/** The view. */
export async function run(place, context) {
  const { api, scope, signal, fields } = context;
  const name = h('input', {
    id: 'run', value: fields.run ?? '', autocomplete: 'off', spellcheck: 'false', required: true,
    maxlength: 256,
  });
  const submit = (event) => {
    event.preventDefault();
    location.hash = context.link('run', { run: name.value });
  };
  place.append(h('form', { class: 'inline', onsubmit: submit },
    h('label', { for: 'run' }, 'Run'), name, h('button', { type: 'submit' }, 'Show')));
  if (!fields.run) return;
  const page = (by) => (cursor) =>
    api.get(path`/v1/runs/${fields.run}`, { ...scope, by, count: PAGE, cursor }, signal);
  const first = await page('cost')(undefined);
  const total = h('p', { class: 'total' }, first.total);
  place.append(total, tiles(first),
    h('p', {}, h('a', { href: context.link('subject', { run: fields.run }) },
      'Limits of this run, and what can be done about it')),
    section('Tasks by cost', pages(page('cost'), (answer) => tasks(answer, first), signal, first)),
    section('Entries by time', pages(page('time'), (answer) => entries(answer, context), signal)));
}

function tiles(run) {
  const values = [['cost', amount(run.cost_usd, 'cost')], ['tokens', count(run.tokens)],
    ['calls', count(run.calls)], ['retries', count(run.retries)]];
  return h('ul', { class: 'tiles' }, values.map(([name, value]) =>
    h('li', {}, h('span', {}, name), h('strong', {}, value))));
}

function tasks(answer, run) {
  if (answer.tasks.length === 0) return note('No task was named.');
  const cost = Number(run.cost_usd);
  return table('Tasks', ['Task', 'Cost', 'Tokens', 'Calls', 'Retries'], answer.tasks.map((task) => [
    task.task,
    h('div', { class: 'meter' }, bar(cost > 0 ? Number(task.cost_usd) / cost : 0),
      h('span', {}, amount(task.cost_usd, 'cost'))),
    whole(count(task.tokens)), count(task.calls), count(task.retries),
  ]));
}

function entries(answer, context) {
  if (answer.entries.length === 0) return note('Nothing was entered.');
  return table('Entries', ['Time', 'What', 'Where', 'Model or tool', 'Tokens', 'Cost'],
    answer.entries.map((entry) => [
      whole(moment(entry.at_ms)),
      h('span', {}, whole(entry.kind.replaceAll('_', ' ')),
        entry.outcome !== 'ok' && h('small', { class: 'badge bad' }, entry.outcome),
        entry.attempt > 0 && h('small', { class: 'badge' }, `attempt ${entry.attempt}`),
        entry.unpriced === 1 && h('small', { class: 'badge bad' }, 'unpriced')),
      h('span', {}, [entry.task, entry.agent].filter(Boolean).join(' · ') || '–', ' ',
        entry.user && h('a', { href: context.link('subject', { user: entry.user }) }, entry.user)),
      [entry.model, entry.tool].filter(Boolean).join(' · ') || '–',
      h('span', { class: 'whole', title: `${entry.input_tokens} in, ${entry.output_tokens} out` },
        count(entry.tokens)),
      whole(amount(entry.cost_usd, 'cost')),
    ]));
}
