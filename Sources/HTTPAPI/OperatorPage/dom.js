// Elements. Text only ever becomes text nodes, so a name that is HTML is shown as it is written;
// nothing here or elsewhere parses markup. What turns the direction of text, and so could make a
// sentence say something else, is shown by its number.

const SVG = 'http://www.w3.org/2000/svg';
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text in which nothing turns it; what is no text as it is. */
export function plain(child) {
  if (typeof child !== 'string') return child;
  return child.replace(TURNING, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
}

function isThere(child) {
  return child !== null && child !== undefined && child !== false;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (!isThere(value)) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(isThere).map(plain));
  return element;
}

/** An HTML element; `on…` attributes are listeners, null and false ones are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Puts children in place of a container's; whoever works by keyboard stays where they are. */
export function replace(container, ...children) {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? alike(container, focused).indexOf(focused) : 0;
  container.replaceChildren(...children.flat(Infinity).filter(isThere).map(plain));
  if (!focused || focused.isConnected) return;
  const again = alike(container, focused);
  // What is gone leaves them near to where it was.
  const next = again[Math.min(place, again.length - 1)] ?? container.closest('[tabindex]');
  next?.focus({ preventScroll: true });
}

/** Links to the same place, or buttons of the same key. */
function alike(container, element) {
  const keyOf = ({ dataset, tagName, href }) => dataset.key ?? (tagName === 'A' ? href : null);
  const key = keyOf(element);
  return key === null ? [] : [...container.querySelectorAll('a, [data-key]')].filter(
    (other) => keyOf(other) === key);
}

/** Tells what happened, aloud for those who listen to the page. */
export function say(children, isFault = false) {
  const said = document.getElementById('said');
  said.className = isFault ? 'fault' : '';
  replace(said, children);
}

/** A section with a heading. */
export function section(title, ...children) {
  return h('section', {}, h('h2', {}, title), ...children);
}

/** A remark in place of something that is not there. */
export function note(text) {
  return h('p', { class: 'note' }, text);
}

/** A refusal of the API, where its answer would have been. */
export function fault(problem) {
  return h('p', { class: 'fault', role: 'alert' }, problem.message);
}

/** What is not to be broken into two lines: an amount, a moment, a word. */
export function whole(text) {
  return h('span', { class: 'whole' }, text);
}

/** A table: `columns` are headings, `rows` are arrays of cells. Narrow screens stack the cells. */
export function table(caption, columns, rows) {
  return h('table', {},
    h('caption', { class: 'unseen' }, caption),
    h('thead', {}, h('tr', {}, columns.map((column) => h('th', { scope: 'col' }, column)))),
    h('tbody', {}, rows.map((cells) =>
      h('tr', {}, cells.map((cell, index) => h('td', { 'data-label': columns[index] }, cell))))));
}

/** Presses a button of a group that has one pressed. */
export function press(button) {
  for (const other of button.parentElement.querySelectorAll('button')) {
    other.setAttribute('aria-pressed', String(other === button));
  }
}
