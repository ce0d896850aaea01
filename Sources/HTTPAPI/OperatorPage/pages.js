// A list that the server gives page by page, and the buttons to turn them.

import { fault, h, replace } from './dom.js';

/**
 * Shows the first page and offers the next.
 *
 * @param fetchPage asks for the page at a cursor; `undefined` is the first.
 * @param shown makes an answer visible.
 * @param first the first page, where it is there already.
 */
export function pages(fetchPage, shown, signal, first) {
  const place = h('div', { class: 'pages' });
  const turn = async (cursor, number) => {
    try {
      present(await fetchPage(cursor), number);
    } catch (problem) {
      if (!signal.aborted) replace(place, fault(problem));
    }
  };
  const present = (answer, number) => replace(place, shown(answer),
    (number > 1 || answer.next !== null) && h('p', { class: 'turn' },
      h('button', {
        type: 'button', 'data-key': 'first', disabled: number === 1,
        onclick: () => turn(undefined, 1),
      }, 'First page'),
      h('span', {}, `page ${number}`),
      h('button', {
        type: 'button', 'data-key': 'next', disabled: answer.next === null,
        onclick: () => turn(answer.next, number + 1),
      }, 'Next page')));
  if (first) present(first, 1); else turn(undefined, 1);
  return place;
}
