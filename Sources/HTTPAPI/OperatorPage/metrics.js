// The daemon's metrics, as far as the page shows them: sums by label, from Prometheus's text.

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

function plain(text) {
  return text.replace(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));
}

/** The samples of one family: `{labels, value}`. */
export function samples(text, family) {
  const found = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith(family)) continue;
    const match = SAMPLE.exec(line);
    if (match?.[1] !== family) continue;
    const labels = {};
    for (const [, name, value] of (match[2] ?? '').matchAll(LABEL)) labels[name] = plain(value);
    found.push({ labels, value: Number(match[3]) });
  }
  return found;
}

/** Sums of the samples by what `name` says of their labels, the largest first. */
export function sums(samples, name) {
  const totals = new Map();
  for (const { labels, value } of samples) {
    const key = name(labels);
    totals.set(key, (totals.get(key) ?? 0) + value);
  }
  return [...totals].map(([key, value]) => ({ name: key, value }))
    .sort((a, b) => b.value - a.value);
}

/** Whether a caller may read them: they are about all tenants. */
export function isOffered(context) {
  return context.may('ops') && context.caller.tenant === null && context.has('/metrics');
}
