// The slider through a run's checkpoints.

import { byId, make, percent, short } from '/dom.js';
import { choose } from '/choice.js';

// While the slider moves, what it passes over is not computed.
const Pause = 120;

export function startEpochs(network) {
  if (network.epochs.length === 0) return;
  const slider = byId('epoch');
  const last = network.epochs.length;
  const metricsOf = place => place === last ? null : network.epochs[place].metrics ?? null;
  let waiting = 0;

  function show(place) {
    const name = place === last ? 'the model itself' : network.epochs[place].epoch === 0 ? 'before training' : `after epoch ${network.epochs[place].epoch}`;
    byId('epoch-name').textContent = name;
    slider.setAttribute('aria-valuetext', name);
    const metrics = metricsOf(place);
    byId('epoch-metrics').textContent = metrics === null ? (place === last ? 'Move the slider to see the network as it was on its way.' : '')
      : `training loss ${short(metrics.trainLoss)}, ${percent(metrics.trainTop1)} right; held out: loss ${short(metrics.validationLoss)}, ${percent(metrics.validationTop1)} right; rate ${short(metrics.learningRate)}`;
    byId('epoch-curve').replaceChildren(curve(place));
  }

  // The share of held-out images that are classified right, by epoch, with the checkpoint marked.
  function curve(place) {
    const points = network.epochs.map(each => each.metrics).map((metrics, i) => metrics ? [i, Number(metrics.validationTop1)] : null).filter(point => point !== null);
    if (points.length < 2) return '';
    const [width, height] = [240, 44];
    const x = i => 4 + i * (width - 8) / last;
    const y = share => height - 4 - share * (height - 8);
    const marked = points.find(point => point[0] === place);
    const first = percent(points[0][1]);
    return make('figure', {}, make('svg', { viewBox: `0 0 ${width} ${height}`, class: 'curve', role: 'img', 'aria-label': 'Share of held-out images that are classified right, by checkpoint' },
      make('title', {}, 'held-out images that are classified right'),
      make('line', { x1: 0, x2: width, y1: height - 4, y2: height - 4 }),
      make('polyline', { points: points.map(([i, share]) => `${x(i).toFixed(1)},${y(share).toFixed(1)}`).join(' ') }),
      marked ? make('circle', { cx: x(marked[0]), cy: y(marked[1]), r: 4 }) : null),
      make('figcaption', {}, `held out: ${first} to ${percent(points[points.length - 1][1])} right`));
  }

  slider.max = String(last);
  slider.value = String(last);
  show(last);
  byId('training').hidden = false;
  slider.addEventListener('input', () => {
    const place = Number(slider.value);
    show(place);
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({ epoch: place === last ? null : network.epochs[place].epoch }), Pause);
  });
}
