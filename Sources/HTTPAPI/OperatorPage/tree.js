// A run as a tree: its tasks, the agents that worked on each, the models and tools that they used,
// and the calls themselves, each with what it cost, the costliest first. The tasks and their sums
// are the server's; what is below them is made of the run's entries, which are asked for when the
// first task is opened. Nothing else links a call to another, so nothing else is shown as a link.
//
// Each node is a `details`, so that keyboards open it and screen readers tell whether it is open.

import { amount, count, moment, nano, sum } from './amounts.js';
import { fault, h, note, replace } from './dom.js';
import { APART, means } from './entries.js';
import { named } from './names.js';
import { bar } from './plots.js';

/** Calls that a node shows at once. */
const SHOWN = 50;

/** A run's entries, asked for once. */
export class Calls {
  static PAGE = 1000;
  /** Of a longer run the first ones are looked at. */
  static MOST = 10_000;
  #fetchPage;
  #all = null;

  constructor(fetchPage) { this.#fetchPage = fetchPage; }

  /** Every entry, and whether there are more. */
  all() {
    this.#all ??= this.#read().catch((problem) => {
      this.#all = null;
      throw problem;
    });
    return this.#all;
  }

  async #read() {
    const entries = [];
    let next;
    do {
      const page = await this.#fetchPage(next);
      entries.push(...page.entries);
      next = page.next ?? undefined;
    } while (next !== undefined && entries.length < Calls.MOST);
    return { entries, hasMore: next !== undefined };
  }
}

/** A page of a run's tasks. */
export function taskTree(tasks, run, calls) {
  if (tasks.length === 0) return note('No task was named.');
  return h('ul', { class: 'tree' }, tasks.map((task) =>
    h('li', {}, node(task.task || 'no task', task, run.cost_usd, () => below(task, calls)))));
}

async function below(task, calls) {
  const { entries, hasMore } = await calls.all();
  const own = entries.filter((entry) => (entry.task ?? '') === task.task);
  return [
    hasMore && note(`Of the first ${count(entries.length)} entries of this run.`),
    groups(own, (entry) => entry.agent ?? 'no agent', task.cost_usd,
      (ofAgent, cost) => groups(ofAgent, means, cost, leaves)),
  ];
}

/** Entries by what `name` says of them, the costliest first; `inner` shows those of one. */
function groups(entries, name, whole, inner) {
  const found = new Map();
  for (const entry of entries) {
    const key = name(entry);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(entry);
  }
  const nodes = [...found].map(([title, its]) => ({ title, its, sums: sumsOf(its) }));
  nodes.sort((a, b) => compare(nano(b.sums.cost_usd), nano(a.sums.cost_usd)));
  return h('ul', {}, nodes.map(({ title, its, sums }) =>
    h('li', {}, node(title, sums, whole, () => inner(its, sums.cost_usd)))));
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What entries come to; what takes a charge back counts as no call. */
function sumsOf(entries) {
  const sign = (entry) => (entry.kind === 'void' ? -1 : 1);
  return {
    cost_usd: sum('0', ...entries.map((entry) => entry.cost_usd)),
    tokens: entries.reduce((total, entry) => total + entry.tokens, 0),
    calls: entries.reduce((total, entry) => total + sign(entry), 0),
    retries: entries.reduce((total, entry) => total + (entry.attempt > 0 ? sign(entry) : 0), 0),
  };
}

/** A node that shows what is below it when it is opened for the first time. */
function node(title, sums, whole, inner) {
  const place = h('div', { class: 'below' });
  let isAsked = false;
  const open = async (event) => {
    if (!event.target.open || isAsked) return;
    isAsked = true;
    replace(place, note('Looking …'));
    try {
      replace(place, await inner());
    } catch (problem) {
      isAsked = false;
      replace(place, fault(problem));
    }
  };
  return h('details', { ontoggle: open },
    h('summary', {},
      h('span', { class: 'title' }, title.split(APART).map(
        (part, index) => [index > 0 && APART, named(part)])),
      h('span', { class: 'meter' }, bar(share(sums.cost_usd, whole)),
        h('span', {}, amount(sums.cost_usd, 'cost'))),
      h('small', {}, [many(sums.tokens, 'token', 'tokens'), many(sums.calls, 'call', 'calls'),
        sums.retries > 0 && many(sums.retries, 'retry', 'retries')].filter(Boolean).join(', '))),
    place);
}

function many(number, one, several) {
  return `${count(number)} ${number === 1 ? one : several}`;
}

function share(cost, whole) {
  return Number(whole) > 0 ? Math.max(0, Number(cost) / Number(whole)) : 0;
}

/** The calls themselves, by time. */
function leaves(entries) {
  const list = h('ol', { class: 'leaves' });
  const more = h('p', {});
  let shown = 0;
  const show = () => {
    list.append(...entries.slice(shown, shown + SHOWN).map(leaf));
    shown += SHOWN;
    replace(more, shown < entries.length && h('button', {
      type: 'button', 'data-key': 'more', onclick: show,
    }, `${count(entries.length - shown)} more`));
  };
  show();
  return [list, more];
}

function leaf(entry) {
  return h('li', {},
    h('time', {}, moment(entry.at_ms)), ' ', entry.kind.replaceAll('_', ' '), ' ',
    h('strong', {}, amount(entry.cost_usd, 'cost')), ' ',
    h('small', {}, [many(entry.tokens, 'token', 'tokens'),
      entry.attempt > 0 && `attempt ${entry.attempt}`,
      entry.outcome !== 'ok' && entry.outcome].filter(Boolean).join(' · ')));
}
