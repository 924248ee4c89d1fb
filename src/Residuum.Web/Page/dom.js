// Small tools to make elements and to write numbers.

// An element with attributes and children; attributes that are null or false are left out, those that are functions listen.
export function make(tag, attributes = {}, ...children) {
  const isDrawing = ['svg', 'rect', 'polyline', 'circle', 'line', 'title'].includes(tag);
  const element = isDrawing ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export const byId = id => document.getElementById(id);

export const grouped = number => Number(number).toLocaleString('en-US');

export const sizeText = size => size.join('\u00d7');

// Three significant digits, without an exponent where that is readable.
export function short(number) {
  const value = Number(number);
  if (!Number.isFinite(value)) return String(number);
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(3)));
}

export const percent = (share, digits = 1) => `${(100 * Number(share)).toFixed(digits)} %`;

// 4,089,184,256 becomes 4.09 G.
export function large(number) {
  for (const [unit, size] of [['G', 1e9], ['M', 1e6], ['k', 1e3]]) if (number >= size) return `${(number / size).toPrecision(3)} ${unit}`;
  return String(number);
}

// Bars from counts.
export function bars(counts, from, to, label) {
  const [width, height] = [300, 72];
  const highest = Math.max(1, ...counts);
  const drawing = make('svg', { viewBox: `0 0 ${width} ${height}`, class: 'bars', role: 'img', 'aria-label': label, preserveAspectRatio: 'none' });
  const step = width / counts.length;
  counts.forEach((count, i) => {
    // The square root shows rare values beside frequent ones.
    const bar = count === 0 ? 0 : Math.max(1, Math.sqrt(count / highest) * height);
    drawing.append(make('rect', { x: (i * step).toFixed(2), y: (height - bar).toFixed(2), width: Math.max(0.5, step - 0.6).toFixed(2), height: bar.toFixed(2) }));
  });
  return make('div', { class: 'histogram' }, drawing,
    make('div', { class: 'ends', 'aria-hidden': 'true' }, make('span', {}, short(from)), make('span', {}, short(to))));
}

let alerted = 0;

// What went wrong, shown until Escape or the next thing that goes right.
export function complain(sentence) {
  const place = byId('alert');
  place.textContent = sentence;
  place.hidden = false;
  return ++alerted;
}

export function forgive() {
  byId('alert').hidden = true;
}
