// One run: what it cost, its tree of tasks by cost, its entries by time.

import { amount, count } from './amounts.js';
import { path } from './api.js';
import { entryTable } from './entries.js';
import { h, section } from './dom.js';
import { pages } from './pages.js';
import { Calls, taskTree } from './tree.js';

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
  const calls = new Calls((cursor) => api.get(path`/v1/runs/${fields.run}`,
    { ...scope, by: 'time', count: Calls.PAGE, cursor }, signal));
  const total = h('p', { class: 'total' }, first.total);
  place.append(total, tiles(first),
    h('p', {}, h('a', { href: context.link('subject', { run: fields.run }) },
      'Limits of this run, and what can be done about it')),
    section('Tasks by cost', pages(page('cost'),
      (answer) => taskTree(answer.tasks, first, calls), signal, first)),
    section('Entries by time', pages(page('time'),
      ({ entries }) => entryTable(entries, context), signal)));
}

function tiles(run) {
  const values = [['cost', amount(run.cost_usd, 'cost')], ['tokens', count(run.tokens)],
    ['calls', count(run.calls)], ['retries', count(run.retries)]];
  return h('ul', { class: 'tiles' }, values.map(([name, value]) =>
    h('li', {}, h('span', {}, name), h('strong', {}, value))));
}
