// What is known of the layer that is chosen: cost, feature maps, filters, statistics.

import { ask, canAsk, isExported } from '/ask.js';
import { bars, byId, grouped, large, make, percent, short, sizeText } from '/dom.js';
import { choice, choose, Latest, onChoice } from '/choice.js';

// A stage has dozens of weights.
const MostHistograms = 8;

export function startLayer(network) {
  const nodes = new Map(network.nodes.map(node => [node.name, node]));
  const blocks = new Map(network.parts.flatMap(part => part.blocks.map(block => [block.name, { ...block, part: part.name }])));
  const parts = new Map(network.parts.filter(part => !part.nodes.includes(part.name)).map(part => [part.name, part]));
  const places = { maps: make('section'), filters: make('section'), statistics: make('section') };
  const latest = { maps: new Latest(), filters: new Latest(), statistics: new Latest() };

  function showAll() {
    byId('layer').classList.toggle('chosen', choice.layer !== null);
    if (choice.layer === null) {
      for (const each of Object.values(latest)) each.stop();
      byId('layer-title').textContent = 'Layer';
      byId('layer-body').replaceChildren(make('p', { class: 'muted' }, 'Choose a layer in the picture or in the list.'));
      return;
    }
    byId('layer-title').textContent = choice.layer;
    byId('layer-body').replaceChildren(cost(choice.layer), places.maps, places.filters, places.statistics);
    for (const place of Object.values(places)) place.replaceChildren();
    showMaps();
    showFilters();
    showStatistics();
  }

  function cost(name) {
    const group = parts.get(name) ?? blocks.get(name);
    const node = nodes.get(name);
    return node !== undefined && (group === undefined || group.nodes.length === 1) ? costOfNode(node) : costOfGroup(group);
  }

  const facts = rows => make('dl', { class: 'facts' }, ...rows.filter(row => row !== null && row[1] !== null && row[1] !== undefined)
    .map(([term, text]) => make('div', {}, make('dt', {}, term), make('dd', {}, text))));

  const field = node => node.receptiveField === undefined ? 'the whole image' : `${grouped(node.receptiveField)} pixels`;

  function costOfNode(node) {
    const share = node.multiplyAdds > 0 ? ` (${percent(node.multiplyAdds / network.multiplyAdds)} of all)` : '';
    return facts([
      ['Kind', node.kind],
      ['Output', sizeText(node.output)],
      ['Window', node.kernel ? `${node.kernel}, stride ${node.stride ?? 1}, padding ${node.padding ?? 0}` : null],
      ['Groups', node.groups],
      ['Parameters', grouped(node.parameters)],
      ['Multiply-adds', `${large(node.multiplyAdds)}${share}`],
      ['Memory of its output', bytes(4 * node.output.reduce((product, side) => product * side, 1))],
      ['Receptive field', field(node)],
    ]);
  }

  function costOfGroup(group) {
    const inside = group.nodes.map(name => nodes.get(name));
    const sum = member => inside.reduce((total, node) => total + Number(node[member]), 0);
    const memory = inside.reduce((total, node) => total + 4 * node.output.reduce((product, side) => product * side, 1), 0);
    return facts([
      ['Kind', group.kind ?? group.shortcut],
      ['Output', sizeText(group.output)],
      ['Blocks', group.blocks?.length > 0 ? grouped(group.blocks.length) : null],
      ['Layers', grouped(group.nodes.length)],
      ['Parameters', `${grouped(sum('parameters'))} (${percent(sum('parameters') / network.parameters)} of all)`],
      ['Multiply-adds', `${large(sum('multiplyAdds'))} (${percent(sum('multiplyAdds') / network.multiplyAdds)} of all)`],
      ['Memory of its outputs', bytes(memory)],
      ['Receptive field', field(nodes.get(group.end))],
    ]);
  }

  const bytes = count => count >= 1 << 20 ? `${(count / (1 << 20)).toPrecision(3)} MB` : count >= 1024 ? `${(count / 1024).toPrecision(3)} kB` : `${count} bytes`;

  async function fill(name, question, write) {
    const place = places[name];
    place.setAttribute('aria-busy', 'true');
    try {
      const answer = await latest[name].run(signal => ask(name, question, signal));
      if (answer !== undefined) place.replaceChildren(...write(answer));
    } catch (error) {
      place.replaceChildren(make('p', { class: 'error', role: 'alert' }, error.message));
    }
    place.removeAttribute('aria-busy');
  }

  function showMaps() {
    // What a part or a block hands on is what its last node holds.
    const end = (parts.get(choice.layer) ?? blocks.get(choice.layer))?.end ?? choice.layer;
    const question = { layer: end, epoch: choice.epoch, image: choice.image };
    if (choice.image === null) {
      latest.maps.stop();
      places.maps.replaceChildren(make('h3', {}, 'Feature maps'), make('p', { class: 'muted' }, 'Give a picture to see what this layer makes of it.'), isExported ? '' : make('label', { for: 'file', class: 'button' }, 'Choose a picture'));
    } else if (canAsk('maps', question)) fill('maps', question, mapsOf);
    else places.maps.replaceChildren();
  }

  function mapsOf(answer) {
    const size = answer.height * answer.width;
    const shown = answer.maps.length;
    return [
      make('h3', {}, 'Feature maps'),
      make('p', {}, `${grouped(answer.channels)} ${answer.channels === 1 ? 'map' : 'maps'} of ${answer.height}\u00d7${answer.width}`,
        shown < answer.channels ? `, the ${shown} with the largest mean first` : ', the largest mean first'),
      make('ul', { class: size === 1 ? 'maps tiny' : 'maps' }, ...answer.maps.map(map => make('li', {},
        make('img', { src: map.picture, alt: `Map ${map.map}: mean ${short(map.mean)}, largest ${short(map.largest)}`, width: answer.width, height: answer.height }),
        make('span', { class: 'number' }, String(map.map)), make('span', { class: 'mean' }, short(map.mean))))),
      make('p', { class: 'scale', 'aria-hidden': 'true' }, make('span', {}, short(answer.scaleLow)),
        make('img', { src: answer.scale, alt: '' }), make('span', {}, short(answer.scaleHigh))),
      histogramOf(answer, `what ${answer.layer} holds`),
      facts([
        ['Mean', short(answer.mean)], ['Deviation', short(answer.deviation)], ['Zeros', percent(answer.zeroShare)],
        ['Dead maps', `${grouped(answer.deadMaps)} of ${grouped(answer.channels)}`],
      ]),
    ];
  }

  function showFilters() {
    const question = { layer: choice.layer, epoch: choice.epoch };
    if (nodes.get(choice.layer)?.kind === 'Conv2d' && canAsk('filters', question)) fill('filters', question, filtersOf);
    else {
      latest.filters.stop();
      places.filters.replaceChildren();
    }
  }

  const filtersOf = answer => [
    make('h3', {}, 'Filters'),
    make('p', {}, answer.isColour
      ? `the first ${grouped(answer.filters.length)} of ${grouped(answer.count)}, in the colours of the image`
      : `the first ${grouped(answer.filters.length)} of ${grouped(answer.count)}, each for ${answer.channels === answer.inputChannels ? 'all' : `the first ${answer.channels} of`} ${grouped(answer.inputChannels)} channels that it reads`),
    make('ul', { class: answer.isColour ? 'maps' : 'maps filters' }, ...answer.filters.map(filter => make('li', {},
      make('img', { src: filter.picture, alt: `Filter ${filter.filter}: norm ${short(filter.norm)}`, width: answer.width, height: answer.height }),
      make('span', { class: 'number' }, String(filter.filter)), make('span', { class: 'mean' }, short(filter.norm))))),
  ];

  function showStatistics() {
    const names = (parts.get(choice.layer) ?? blocks.get(choice.layer))?.nodes ?? [choice.layer];
    const wanted = names.flatMap(name => network.weights[name] ?? []);
    if (wanted.length === 0) {
      latest.statistics.stop();
      places.statistics.replaceChildren();
    } else fill('statistics', { epoch: choice.epoch }, answer => statisticsOf(answer, wanted));
  }

  function statisticsOf(answer, wanted) {
    const rows = [...answer.weights, ...answer.scales].filter(row => wanted.includes(row.name));
    const shown = rows.slice(0, MostHistograms);
    return [
      make('h3', {}, 'Weights'),
      ...shown.map(row => make('div', { class: 'numbers' }, make('h4', {}, row.name), histogramOf(row, row.name), facts([
        ['Numbers', grouped(row.count)], ['Mean', short(row.mean)], ['Deviation', short(row.deviation)],
        ['Zeros', percent(row.zeroShare)], ['Near zero', grouped(row.nearZero)],
      ]))),
      rows.length > shown.length ? make('p', { class: 'muted' }, `and ${rows.length - shown.length} more; choose a block or a layer to see them`) : '',
    ];
  }

  const histogramOf = (row, name) => bars(row.histogram, row.smallest, row.largest, `Histogram of ${name}`);

  onChoice(['layer'], showAll);
  onChoice(['epoch', 'image'], changed => {
    if (choice.layer === null || changed.includes('layer')) return;
    showMaps();
    if (!changed.includes('epoch')) return;
    showFilters();
    showStatistics();
  });
}
