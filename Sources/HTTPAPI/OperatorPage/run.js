// One run: what it cost and whether it goes on, its tree of tasks by cost, its newest entries.

import { amount, count } from './amounts.js';
import { path } from './api.js';
import { entryTable } from './entries.js';
import { fault, h, note, replace, section } from './dom.js';
import { pager, pages } from './pages.js';
import { states } from './suspensions.js';
import { Calls, taskTree } from './tree.js';

const PAGE = 25;

/** The view. */
export function run(place, context) {
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
  let total;
  let calls;
  const tasks = pager(page('cost'), (answer) => taskTree(answer.tasks, total, calls), signal);
  const refusal = h('div', {});
  const state = h('div', { class: 'state' });
  const sums = h('div', {}, note('Looking …'));
  const entries = h('div', {});
  place.append(refusal, state, sums, section('Tasks by cost', tasks.place),
    section('Entries, the newest first', entries));
  const look = async (isWhole) => {
    const about = { run: fields.run };
    const [answer, settings] = await Promise.all([page('cost')(undefined),
      context.may('admin') ? api.get('/v1/subjects', { ...scope, ...about }, signal) : null]);
    const again = () => look(false).catch((problem) => replace(refusal, fault(problem)));
    const isNews = isWhole || answer.calls !== total.calls || answer.cost_usd !== total.cost_usd;
    total = answer;
    replace(state, settings && states(about, settings.suspended, context, again),
      h('p', {}, h('a', { href: context.link('subject', about) },
        'Limits of this run, and what can be done about it')));
    replace(sums, h('p', { class: 'total' }, answer.total), tiles(answer));
    // What people have opened is not shut before their eyes.
    if (!isNews || tasks.place.querySelector('details[open]')) return;
    calls = new Calls((cursor) => api.get(path`/v1/runs/${fields.run}`,
      { ...scope, by: 'time', count: Calls.PAGE, cursor }, signal));
    await tasks.again();
    if (isWhole) {
      replace(entries, pages(page('newest'),
        (shown) => entryTable(shown.entries, context), signal));
    }
  };
  context.every(refusal, look);
}

function tiles(run) {
  const values = [['cost', amount(run.cost_usd, 'cost')], ['tokens', count(run.tokens)],
    ['calls', count(run.calls)], ['retries', count(run.retries)]];
  return h('ul', { class: 'tiles' }, values.map(([name, value]) =>
    h('li', {}, h('span', {}, name), h('strong', {}, value))));
}
