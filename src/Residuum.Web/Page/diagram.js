// The picture of the architecture: moved and zoomed by wheel, two fingers, buttons and keys; a click chooses a layer.

import { byId } from '/dom.js';
import { choice, choose, onChoice } from '/choice.js';

const Most = 40;
const Slack = 4;

export function startDiagram(network, text) {
  const paper = byId('paper');
  const drawing = adopt(text);
  paper.replaceChildren(drawing);
  const [width, height] = [drawing.viewBox.baseVal.width, drawing.viewBox.baseVal.height];
  drawing.removeAttribute('width');
  drawing.removeAttribute('height');
  const known = new Set(network.parts.flatMap(part => [part.name, ...part.nodes, ...part.blocks.map(block => block.name)]));
  let view = { x: 0, y: 0, scale: 1 };

  // How many units of the drawing a pixel is while all of it is seen.
  const unit = () => Math.max(width / paper.clientWidth, height / paper.clientHeight);

  function show() {
    // Before the style sheet is there the paper has no size; it is told of its first one.
    if (paper.clientWidth === 0 || paper.clientHeight === 0) return;
    const size = unit() / view.scale;
    const [seenWidth, seenHeight] = [paper.clientWidth * size, paper.clientHeight * size];
    const within = (at, seen, whole) => seen >= whole ? (whole - seen) / 2 : Math.min(Math.max(at, 0), whole - seen);
    view.x = within(view.x, seenWidth, width);
    view.y = within(view.y, seenHeight, height);
    drawing.setAttribute('viewBox', `${view.x} ${view.y} ${seenWidth} ${seenHeight}`);
    // Fingers scroll the page as long as all is seen.
    paper.classList.toggle('zoomed', view.scale > 1);
    byId('smaller').disabled = byId('whole').disabled = view.scale <= 1;
    byId('larger').disabled = view.scale >= Most;
  }

  // About a point of the paper, by default its middle.
  function zoom(factor, x = paper.clientWidth / 2, y = paper.clientHeight / 2) {
    const old = unit() / view.scale;
    view.scale = Math.min(Math.max(view.scale * factor, 1), Most);
    const now = unit() / view.scale;
    view.x += x * (old - now);
    view.y += y * (old - now);
    show();
  }

  function move(x, y) {
    const size = unit() / view.scale;
    view.x += x * size;
    view.y += y * size;
    show();
  }

  function whole() {
    view = { x: 0, y: 0, scale: 1 };
    show();
  }

  byId('larger').addEventListener('click', () => zoom(1.5));
  byId('smaller').addEventListener('click', () => zoom(1 / 1.5));
  byId('whole').addEventListener('click', whole);

  paper.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = {
      ArrowLeft: () => move(-60, 0), ArrowRight: () => move(60, 0), ArrowUp: () => move(0, -60), ArrowDown: () => move(0, 60),
      '+': () => zoom(1.5), '=': () => zoom(1.5), '-': () => zoom(1 / 1.5), 0: whole,
    }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  });

  paper.addEventListener('wheel', event => {
    // Where there is nothing to be made smaller, the page scrolls on.
    if (event.deltaY > 0 && view.scale <= 1) return;
    event.preventDefault();
    const place = paper.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), event.clientX - place.left, event.clientY - place.top);
  }, { passive: false });

  const fingers = new Map();
  let moved = false;
  paper.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    if (fingers.size === 0) moved = false;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  paper.addEventListener('pointermove', event => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    if (!moved && fingers.size === 1 && Math.hypot(now.x - before.x, now.y - before.y) < Slack) return;
    moved = true;
    paper.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, now);
    if (fingers.size === 1) {
      move(before.x - now.x, before.y - now.y);
      return;
    }
    const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
    const place = paper.getBoundingClientRect();
    const distance = point => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    zoom(distance(now) / distance(before), (now.x + other.x) / 2 - place.left, (now.y + other.y) / 2 - place.top);
    move((before.x - now.x) / 2, (before.y - now.y) / 2);
  });
  for (const end of ['pointerup', 'pointercancel']) paper.addEventListener(end, event => fingers.delete(event.pointerId));

  paper.addEventListener('click', event => {
    const named = event.target.closest('[data-node]');
    if (named !== null && !moved && known.has(named.dataset.node)) choose({ layer: named.dataset.node });
  });

  // What is drawn for a layer: itself, else the block or the part that it is in.
  function drawnFor(layer) {
    const find = name => [...drawing.querySelectorAll('[data-node]')].filter(each => each.dataset.node === name);
    const part = network.parts.find(each => each.name === layer || each.nodes.includes(layer) || each.blocks.some(block => block.name === layer));
    const block = part?.blocks.find(each => each.name === layer || each.nodes.includes(layer));
    for (const name of [layer, block?.name, block?.end, part?.name, part?.end]) {
      const found = name === undefined ? [] : find(name);
      if (found.length > 0) return found;
    }
    return [];
  }

  onChoice(['layer'], () => {
    for (const old of drawing.querySelectorAll('.chosen')) old.classList.remove('chosen');
    if (choice.layer === null) return;
    for (const element of drawnFor(choice.layer)) element.classList.add('chosen');
  });

  new ResizeObserver(show).observe(paper);
  show();
}

// The drawing as a part of the page. Its style sheet becomes one of the page's, whose policy forbids style elements.
function adopt(text) {
  const style = /<style>([^]*?)<\/style>/.exec(text);
  if (style !== null) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style[1]);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    text = text.replace(style[0], '');
  }
  return document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
}
