// Names. Users make them up, 256 bytes long if they like, and lists of them have to stay lists: a
// long one is shown by how it begins and how it ends, since names of one house begin alike. All of
// it is in the text nonetheless, and so is read aloud and copied; it is shown to whoever points at
// it or comes to it by keyboard. Each is isolated, so that one that is written from right to left
// turns nothing beside it.

import { h, plain } from './dom.js';

/** Letters that are always shown; of longer names those of the beginning and of the end. */
const SHOWN = 24;
const BEGINNING = 10;
const END = 7;
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** What a call has that has a page, or is part of one, in the order in which people ask. */
const PARTS = ['user', 'session', 'run', 'task', 'agent', 'tool', 'model'];

/** A name; a link where there is somewhere to go. `before` stands in front of it and is not cut. */
export function named(name, href, before = '') {
  const text = plain(name);
  const signs = Array.from(letters.segment(text), ({ segment }) => segment);
  const part = (from, to) => signs.slice(from, to).join('');
  return h(href ? 'a' : 'span', { class: 'name', href, title: before + text }, before,
    h('bdi', {}, signs.length <= SHOWN ? text : [part(0, BEGINNING),
      h('span', { class: 'middle' }, part(BEGINNING, -END)), part(-END)]));
}

/** A scope, `user=alice`. */
export function scoped(scope, href) {
  const begin = scope.indexOf('=') + 1;
  return named(scope.slice(begin), href, scope.slice(0, begin));
}

/** A scope within a sentence: whole. */
export function whom(scope) {
  return h('bdi', {}, scope);
}

/** Whose call it was and by what it was made: every part by its word, and its page behind it. */
export function parts(call, context) {
  const there = PARTS.filter((part) => call[part]);
  return there.map((part) => h('span', { class: 'part' }, h('small', {}, part), ' ',
    named(call[part], isHere(part, call, context) ? null : target(part, call, context))));
}

/** Whether it is the page of this that one is on. */
function isHere(part, call, { fields }) {
  return fields[part] === call[part];
}

function target(part, call, context) {
  if (part === 'run') return context.link('run', { run: call.run });
  // A task's name is its run's own.
  const more = part === 'task' && call.run ? { run: call.run } : {};
  return context.link('subject', { ...more, [part]: call[part] });
}
