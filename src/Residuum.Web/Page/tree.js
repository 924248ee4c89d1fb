// The list of parts, blocks and layers, for the keyboard as WAI-ARIA's tree: arrows, Home, End, letters.

import { byId, make, sizeText } from '/dom.js';
import { choice, choose, onChoice } from '/choice.js';

export function startTree(network) {
  const tree = byId('tree');
  const kinds = new Map(network.nodes.map(node => [node.name, node]));
  const items = new Map();

  const leaf = (name, parent) => {
    const node = kinds.get(name);
    const isInner = parent !== null && name.startsWith(`${parent}.`);
    return entry(name, isInner ? name.slice(parent.length + 1) : name, node.kind, node.output, []);
  };

  const inBlocks = part => new Set(part.blocks.flatMap(block => block.nodes));

  const children = part => {
    const blocks = new Map(part.blocks.map(block => [block.nodes[0], block]));
    const inner = inBlocks(part);
    return part.nodes.filter(name => blocks.has(name) || !inner.has(name)).map(name => () => {
      const block = blocks.get(name);
      if (block === undefined) return leaf(name, part.name);
      const title = block.name.startsWith(`${part.name}.`) ? block.name.slice(part.name.length + 1) : block.name;
      return entry(block.name, title, block.shortcut, block.output, block.nodes.map(inside => () => leaf(inside, block.name)));
    });
  };

  // Children are made when they are first seen: deep networks have a thousand.
  function entry(name, title, kind, size, inner) {
    const hasInner = inner.length > 0;
    const line = make('span', { class: 'line' }, make('span', { class: 'turn', 'aria-hidden': 'true' }),
      make('span', { class: 'title' }, title), make('span', { class: 'kind' }, kind), make('span', { class: 'size' }, sizeText(size)));
    const item = make('li', {
      role: 'treeitem', tabindex: '-1', 'data-layer': name, 'aria-selected': 'false', 'aria-expanded': hasInner ? 'false' : null,
      'aria-label': `${title}, ${kind}, ${size.join(' by ')}`,
    }, line);
    if (hasInner) item.inner = inner;
    items.set(name, item);
    return item;
  }

  function open(item, isOpen) {
    if (item.inner === undefined || (item.getAttribute('aria-expanded') === 'true') === isOpen) return;
    if (isOpen && item.querySelector('ul') === null) item.append(make('ul', { role: 'group' }, ...item.inner.map(create => create())));
    item.setAttribute('aria-expanded', String(isOpen));
  }

  const isSeen = item => item.parentElement.closest('li[aria-expanded=false]') === null;
  const seen = () => [...tree.querySelectorAll('li')].filter(isSeen);

  function focus(item) {
    tree.querySelector('li[tabindex="0"]')?.setAttribute('tabindex', '-1');
    item.setAttribute('tabindex', '0');
    item.focus({ preventScroll: true });
    item.querySelector('.line').scrollIntoView({ block: 'nearest' });
  }

  // Opens what lies around a name, so that its item is there.
  function reveal(name) {
    if (items.has(name)) {
      for (let item = items.get(name).parentElement.closest('li'); item !== null; item = item.parentElement.closest('li')) open(item, true);
      return items.get(name);
    }
    for (const part of network.parts) {
      const block = part.blocks.find(each => each.nodes.includes(name));
      if (!part.nodes.includes(name)) continue;
      open(items.get(part.name), true);
      if (block !== undefined) open(items.get(block.name), true);
      return items.get(name);
    }
    return undefined;
  }

  function select() {
    for (const old of tree.querySelectorAll('li[aria-selected=true]')) old.setAttribute('aria-selected', 'false');
    if (choice.layer === null) return;
    const item = reveal(choice.layer);
    if (item === undefined) return;
    item.setAttribute('aria-selected', 'true');
    tree.querySelector('li[tabindex="0"]')?.setAttribute('tabindex', '-1');
    item.setAttribute('tabindex', '0');
    // The list scrolls, not the page.
    const [line, view] = [item.querySelector('.line').getBoundingClientRect(), tree.getBoundingClientRect()];
    if (line.top < view.top) tree.scrollTop -= view.top - line.top;
    else if (line.bottom > view.bottom) tree.scrollTop += line.bottom - view.bottom;
  }

  // A layer of a network without stages has the name of its first node; then its nodes stand for themselves.
  tree.replaceChildren(...network.parts.flatMap(part =>
    part.nodes.includes(part.name) ? part.nodes.map(name => leaf(name, null)) : [entry(part.name, part.name, part.kind, part.output, children(part))]));
  tree.querySelector('li')?.setAttribute('tabindex', '0');

  tree.addEventListener('click', event => {
    const item = event.target.closest('li');
    if (item === null) return;
    const isOpen = item.getAttribute('aria-expanded') === 'true';
    if (event.target.closest('.turn') !== null || choice.layer === item.dataset.layer) open(item, !isOpen);
    else open(item, true);
    focus(item);
    choose({ layer: item.dataset.layer });
  });

  tree.addEventListener('keydown', event => {
    const item = event.target.closest('li');
    if (item === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = seen();
    const place = all.indexOf(item);
    const isOpen = item.getAttribute('aria-expanded') === 'true';
    const step = {
      ArrowDown: () => all[place + 1],
      ArrowUp: () => all[place - 1],
      Home: () => all[0],
      End: () => all[all.length - 1],
      ArrowRight: () => {
        if (isOpen) return all[place + 1];
        open(item, true);
        return item;
      },
      ArrowLeft: () => {
        if (!isOpen) return item.parentElement.closest('li');
        open(item, false);
        return item;
      },
      Enter: () => item,
      ' ': () => item,
    }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = step();
      if (next) focus(next);
      if (event.key === 'Enter' || event.key === ' ') choose({ layer: item.dataset.layer });
    } else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      const next = [...all.slice(place + 1), ...all.slice(0, place)].find(other => other.querySelector('.title').textContent.toLowerCase().startsWith(letter));
      if (next) focus(next);
    }
  });

  onChoice(['layer'], select);
}
