// A list that the server gives page by page, and the buttons to turn them.

import { fault, h, replace, say } from './dom.js';

/** Answers without enough entries that are asked for in a row before people are asked. */
const MOST_ANSWERS = 12;

/**
 * Shows the first page and offers the next.
 *
 * @param fetchPage asks for the page at a cursor; `undefined` is the first.
 * @param shown makes an answer visible.
 * @param first the first page, where it is there already.
 */
export function pages(fetchPage, shown, signal, first) {
  const { place, turn, present } = pager(fetchPage, shown, signal);
  if (first) present(first, undefined, 1); else turn(undefined, 1);
  return place;
}

/**
 * The same, for a list that is looked at again and again: `again` asks for the page that is shown,
 * and throws what is refused.
 */
export function pager(fetchPage, shown, signal) {
  const place = h('div', { class: 'pages' });
  let current = { cursor: undefined, number: 1 };
  const present = (answer, cursor, number) => {
    current = { cursor, number };
    replace(place, shown(answer), (number > 1 || answer.next !== null) && h('p', { class: 'turn' },
      h('button', {
        type: 'button', 'data-key': 'first', disabled: number === 1,
        onclick: () => turn(undefined, 1),
      }, 'First page'),
      h('span', {}, `page ${number}`),
      h('button', {
        type: 'button', 'data-key': 'next', disabled: answer.next === null,
        onclick: () => turn(answer.next, number + 1),
      }, 'Next page')));
  };
  const turn = async (cursor, number) => {
    try {
      present(await fetchPage(cursor), cursor, number);
    } catch (problem) {
      if (signal.aborted) return;
      // What is there is old, and told to be; it is better than nothing.
      if (problem.isOutage) say(problem.message, true); else replace(place, fault(problem));
    }
  };
  const again = async () => {
    const asked = current;
    const answer = await fetchPage(asked.cursor);
    if (asked === current) present(answer, asked.cursor, asked.number);
  };
  return { place, turn, present, again };
}

/** Fetches a page of what the server looks for a part at a time: few entries need not be all. */
export function gathered(fetchPart, wanted) {
  return async (cursor) => {
    const entries = [];
    let answer;
    for (let asked = 0; asked < MOST_ANSWERS; asked += 1) {
      answer = await fetchPart(answer?.next ?? cursor);
      entries.push(...answer.entries);
      if (entries.length >= wanted || answer.next === null) break;
    }
    return { ...answer, entries };
  };
}
