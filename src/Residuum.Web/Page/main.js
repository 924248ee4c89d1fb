// Puts the page together.

import { ask, isExported } from '/ask.js';
import { byId, complain, forgive, grouped, sizeText } from '/dom.js';
import { choice, choose } from '/choice.js';
import { startDiagram } from '/diagram.js';
import { startTree } from '/tree.js';
import { startLayer } from '/layer.js';
import { startPicture } from '/picture.js';
import { startEpochs } from '/epochs.js';

async function start() {
  const diagram = ask('diagram');
  const network = await ask('network');
  document.title = `${network.name} - Residuum`;
  byId('name').textContent = network.name;
  byId('figures').textContent = `${grouped(network.parameters)} parameters, ${grouped(network.multiplyAdds)} multiply-adds for an image of ${sizeText(network.input)}`;
  startTree(network);
  startLayer(network);
  startDiagram(network, (await diagram).svg);
  startEpochs(network);
  startPicture(network);
  document.body.dataset.ready = 'architecture';
  byId('note').textContent = isExported ? '' : 'Loading the weights\u2026';
  const model = await ask('model');
  byId('note').textContent = model.randomWeights ? 'The weights are random and untrained: classes and maps mean nothing yet.' : '';
  document.body.dataset.ready = 'model';
}

addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  if (!byId('alert').hidden) forgive();
  else if (choice.class !== null) choose({ class: null });
  else if (choice.layer !== null) choose({ layer: null });
});

start().catch(error => {
  byId('note').textContent = '';
  complain(error.message);
});
