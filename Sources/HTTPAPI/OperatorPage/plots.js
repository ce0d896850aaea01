// Plots, drawn as SVG with attributes and classes only. What a plot says stands beside it as text.

import { amount, moment } from './amounts.js';
import { h, svg, table, whole } from './dom.js';
import { named } from './names.js';
import { share } from './nearness.js';

function part(from, size, name) {
  return svg('rect', { x: from, y: 0, width: Math.max(0, size), height: 8, class: name });
}

function track(...parts) {
  return svg('svg', {
    class: 'bar', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true',
  }, part(0, 100, 'track'), parts);
}

/** A bar from 0 to 1. */
export function bar(fraction) {
  return track(part(0, 100 * Math.min(1, fraction), 'spent'));
}

/** What is spent and held of a cap. */
export function meter(row) {
  const used = share(row);
  const cap = Number(row.cap);
  const spent = cap > 0 ? Math.min(1, Number(row.spent) / cap) : 1;
  const kind = used >= 0.95 ? 'bad' : used >= 0.8 ? 'warn' : 'spent';
  const held = Number(row.held) > 0 ? `, ${amount(row.held, row.measure)} held` : '';
  return h('div', { class: 'meter' },
    track(part(0, 100 * spent, kind), part(100 * spent, 100 * (Math.min(1, used) - spent), 'held')),
    h('span', {}, whole(amount(row.spent, row.measure)), ' of ',
      whole(amount(row.cap, row.measure)), held, ' ',
      h('small', { class: 'whole' }, `${Math.floor(100 * used)} %`)));
}

/**
 * Lines over time: `series` are `{name, points: [[ms, value], …], said}`; `text` writes a value,
 * `said` is the legend's, else it is the last one. The lines are told apart by class and by the
 * order of the legend.
 *
 * @param isStepped the points are windows that begin there, and the last one's end.
 */
export function lines(title, series, text, { isStepped = false } = {}) {
  const points = series.flatMap((line) => line.points);
  const begin = Math.min(...points.map(([at]) => at));
  const end = Math.max(...points.map(([at]) => at), begin + 1);
  const top = Math.max(...points.map(([, value]) => value), Number.MIN_VALUE);
  const x = (at) => (600 * (at - begin) / (end - begin)).toFixed(1);
  const y = (value) => (118 - 110 * Math.max(0, value) / top).toFixed(1);
  const corner = ([at, value], index, all) => (isStepped && index > 0
    ? `${x(at)},${y(all[index - 1][1])} ${x(at)},${y(value)}` : `${x(at)},${y(value)}`);
  const plot = svg('svg', {
    class: 'lines', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img',
    'aria-label': title,
  }, svg('path', { class: 'axis', d: 'M0 118H600M0 8H600' }), series.map((line, index) =>
    svg('polyline', { class: `line l${index}`, points: line.points.map(corner).join(' ') })));
  return h('figure', {},
    h('figcaption', {}, title, h('small', {}, ` highest ${text(top)}`)), plot, ends(begin, end),
    h('ul', { class: 'legend' }, series.map((line, index) =>
      h('li', {}, svg('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' },
        svg('circle', { class: `dot l${index}`, cx: 5, cy: 5, r: 4 })),
      named(line.name), ': ', whole(line.said ?? text(line.points.at(-1)[1]))))));
}

/** When a plot begins and ends. */
function ends(begin, end) {
  return h('p', { class: 'ends' }, h('small', {}, moment(begin)), h('small', {}, moment(end)));
}

/**
 * Bars over time: `cells` are `{from, value, text}`, one a window, the last of which ends at `end`;
 * they stand below as a table.
 */
export function bars(title, cells, end) {
  const top = Math.max(...cells.map(({ value }) => value), Number.MIN_VALUE);
  const width = 600 / cells.length;
  const highest = cells.reduce((most, cell) => (cell.value > most.value ? cell : most));
  const plot = svg('svg', {
    class: 'lines', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img',
    'aria-label': title,
  }, svg('path', { class: 'axis', d: 'M0 118H600M0 8H600' }), cells.map(({ value }, index) => {
    const height = 110 * Math.max(0, value) / top;
    return svg('rect', {
      class: 'spent', x: (index * width + 1).toFixed(1), y: (118 - height).toFixed(1),
      width: (width - 2).toFixed(1), height: height.toFixed(1),
    });
  }));
  return h('figure', {},
    h('figcaption', {}, title,
      highest.value > 0 && h('small', {}, ` highest ${highest.text}, ${moment(highest.from)}`)),
    plot, ends(cells[0].from, end),
    h('details', {}, h('summary', {}, 'As a table'),
      table(title, ['From', 'Spent'],
        cells.map((cell) => [moment(cell.from), cell.text]).reverse())));
}
