// Amounts and times as people read them. Money comes as decimal text and is never made a float to
// be shown or added, only to draw it.

const NANO = 1_000_000_000n;
const UNITS = { seconds: 's', in_flight: 'in flight' };

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Billionths, from decimal text; null where it is none. */
export function nano(text) {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(String(text).trim().replaceAll('_', ''));
  if (!match) return null;
  const size = BigInt(match[2]) * NANO + BigInt((match[3] ?? '').padEnd(9, '0'));
  return match[1] ? -size : size;
}

/** Decimal text of billionths. */
function decimal(total) {
  const size = total < 0n ? -total : total;
  const fraction = String(size % NANO).padStart(9, '0').replace(/0+$/, '');
  return (total < 0n ? '-' : '') + String(size / NANO) + (fraction ? '.' + fraction : '');
}

/** The sum of amounts as text; null where one is none. */
export function sum(...amounts) {
  let total = 0n;
  for (const each of amounts) {
    const size = nano(each);
    if (size === null) return null;
    total += size;
  }
  return decimal(total);
}

/** The singular of a measure's words. */
function one(units) {
  return units.replace(/ies$/, 'y').replace(/s$/, '');
}

/** An amount in a measure, with its unit. */
export function amount(value, measure) {
  if (value === null || value === undefined) return '–';
  if (String(value).startsWith('-')) return `−${amount(String(value).slice(1), measure)}`;
  const [whole, fraction = ''] = String(value).split('.');
  if (measure === 'cost') return `$${grouped(whole)}.${fraction.padEnd(2, '0')}`;
  const number = grouped(whole) + (fraction ? '.' + fraction : '');
  const units = UNITS[measure] ?? measure.replaceAll('_', ' ');
  return `${number} ${number === '1' && !UNITS[measure] ? one(units) : units}`;
}

/** A number without a unit. */
export function count(value) {
  return grouped(String(value));
}

/** How long: the two largest units. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const from = parts.findIndex(([size]) => seconds >= size);
  if (from < 0) return '0 s';
  let rest = seconds;
  return parts.slice(from, from + 2).map(([size, unit]) => {
    const units = Math.floor(rest / size);
    rest -= units * size;
    return units ? `${units} ${unit}` : '';
  }).filter(Boolean).join(' ');
}

/** A moment, in the reader's time zone; of some things it is not known. */
export function moment(milliseconds) {
  if (!milliseconds) return 'at a time not known';
  return new Date(milliseconds).toLocaleString('en-GB', {
    year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit',
    second: '2-digit',
  });
}

/** A moment as an input of date and time has it, to the minute: the reader's own time. */
export function localText(milliseconds) {
  return localSeconds(milliseconds).slice(0, 16);
}

/** The same to the second. */
export function localSeconds(milliseconds) {
  const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

const LENGTHS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** What a length of time looks like, as budgetctl reads it: `90s`, `1h30m`, `7d`. */
export const LENGTH = '([0-9]{1,9}(ms|[smhdw]))+';

/** The milliseconds of one. */
export function length(text) {
  return [...text.matchAll(/([0-9]+)(ms|[smhdw])/g)].reduce(
    (total, [, number, unit]) => total + Number(number) * LENGTHS[unit], 0);
}
