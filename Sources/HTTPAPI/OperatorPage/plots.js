// Plots, drawn as SVG with attributes and classes only. What a plot says stands beside it as text.

import { amount } from './amounts.js';
import { h, svg } from './dom.js';
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
    h('span', {}, `${amount(row.spent, row.measure)} of ${amount(row.cap, row.measure)}${held} `,
      h('small', {}, `${Math.floor(100 * used)} %`)));
}

/**
 * Lines over time: `series` are `{name, points: [[ms, value], …]}`; `text` writes a value. The
 * lines are told apart by class and by the order of the legend.
 */
export function lines(title, series, text) {
  const points = series.flatMap((line) => line.points);
  const begin = Math.min(...points.map(([at]) => at));
  const end = Math.max(...points.map(([at]) => at), begin + 1);
  const top = Math.max(...points.map(([, value]) => value), Number.MIN_VALUE);
  const place = ([at, value]) =>
    `${(600 * (at - begin) / (end - begin)).toFixed(1)},${(118 - 110 * value / top).toFixed(1)}`;
  const plot = svg('svg', {
    class: 'lines', viewBox: '0 0 600 120', preserveAspectRatio: 'none', role: 'img',
    'aria-label': title,
  }, svg('path', { class: 'axis', d: 'M0 118H600M0 8H600' }), series.map((line, index) =>
    svg('polyline', { class: `line l${index}`, points: line.points.map(place).join(' ') })));
  return h('figure', {},
    h('figcaption', {}, title, h('small', {}, ` highest ${text(top)}`)), plot,
    h('ul', { class: 'legend' }, series.map((line, index) =>
      h('li', {}, svg('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' },
        svg('circle', { class: `dot l${index}`, cx: 5, cy: 5, r: 4 })),
      `${line.name}: ${text(line.points.at(-1)[1])}`))));
}
