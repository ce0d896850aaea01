// What was spent hour by hour or day by day: the server's own windows, so that a page that was just
// opened shows them too.

import { amount, sum } from './amounts.js';
import { each, path } from './api.js';
import { fault, h, note, press, replace } from './dom.js';
import { bars, lines } from './plots.js';

const SPANS = { hour: 'the last 24 hours and this one', day: 'the last 14 days and today' };
const RESOURCE = '/v1/history/{field}/{measure}/{window}';
/** Lines that can be told apart. */
const DRAWN = 5;

/** Whether the daemon tells it, to this caller. */
export function isTold(context) {
  return context.may('ops') && context.has(RESOURCE);
}

/** The windows that a field's past is kept of. */
export function windowsOf(field) {
  return ['run', 'session'].includes(field) ? ['hour'] : Object.keys(SPANS);
}

function ask({ api, scope, signal }, { field, measure, window }, more) {
  return api.get(path`/v1/history/${field}/${measure}/${window}`, { ...scope, ...more }, signal);
}

/** The largest of a field over time; of tenants those that are named. */
export async function largest(what, context, tenants) {
  const answer = tenants
    ? together(await each(tenants, (tenant) =>
      ask({ ...context, scope: { tenant } }, what, {})))
    : await ask(context, what, { count: DRAWN });
  if (answer.rows.length === 0) return note('Nothing was spent.');
  const { measure, window } = what;
  const end = answer.windows.at(-1).until_ms;
  const series = answer.rows.map(({ name, values }) => ({
    name, said: amount(sum(...values), measure),
    points: [...values.map((value, index) => [answer.windows[index].from_ms, Number(value)]),
      [end, Number(values.at(-1))]],
  }));
  return [lines(`${title(measure)} by ${window}, ${SPANS[window]}`, series,
    (value) => amount(plain(value), measure), { isStepped: true }),
  shortfall(answer)];
}

/** The tenants' own answers as one; their days may begin at other times, and are drawn together. */
function together(answers) {
  const rows = answers.flatMap((answer) => answer.rows).sort(
    (a, b) => Number(sum(...b.values)) - Number(sum(...a.values)));
  return {
    windows: answers[0]?.windows ?? [], complete: Math.min(1, ...answers.map((a) => a.complete)),
    rows: rows.slice(0, DRAWN).filter(({ values }) => Number(sum(...values)) !== 0),
  };
}

/** What one name spent, with a choice of the measure and of the windows. */
export function spending(field, name, context) {
  const place = h('div', { class: 'spending' });
  const plot = h('div', {}, note('Looking …'));
  const chosen = { field, measure: 'cost', window: 'hour' };
  const show = async () => {
    const asked = { ...chosen };
    try {
      const answer = await ask(context, asked, field === 'tenant' ? {} : { of: name });
      if (asked.measure === chosen.measure && asked.window === chosen.window) {
        replace(plot, plotOf(answer, asked), shortfall(answer));
      }
    } catch (problem) {
      if (!context.signal.aborted) replace(plot, fault(problem));
    }
  };
  const choices = (title, names, key) => h('p', {
    class: 'choice', role: 'group', 'aria-label': title,
  }, h('span', {}, title), names.map((one) => h('button', {
      type: 'button', 'aria-pressed': String(chosen[key] === one), onclick: (event) => {
        chosen[key] = one;
        press(event.target);
        show();
      },
    }, one)));
  place.append(choices('Of', ['cost', 'tokens', 'calls'], 'measure'),
    choices('By', windowsOf(field), 'window'), plot);
  show();
  return place;
}

function plotOf(answer, { measure, window }) {
  const values = answer.rows[0]?.values ?? [];
  const total = sum('0', ...values);
  const cells = answer.windows.map(({ from_ms: from }, index) => ({
    from, value: Number(values[index] ?? 0),
    text: amount(values[index] ?? '0', measure),
  }));
  return bars(`${title(measure)} by ${window}, ${SPANS[window]}: ${amount(total, measure)}`, cells,
    answer.windows.at(-1).until_ms);
}

function shortfall({ complete }) {
  return complete === 0 && note('Entries were lost before they were counted: this is too little.');
}

/** A number that was made of an amount to be drawn, as text again. */
function plain(value) {
  return String(Number(value.toFixed(9)));
}

function title(measure) {
  const words = measure.replaceAll('_', ' ');
  return words[0].toUpperCase() + words.slice(1);
}
