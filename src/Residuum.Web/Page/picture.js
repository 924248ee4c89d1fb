// The picture that the network looks at: dropped or chosen, its classes, and the map of what speaks for a class.

import { ask, canAsk, give, isExported } from '/ask.js';
import { byId, complain, forgive, make, percent } from '/dom.js';
import { choice, choose, Latest, onChoice } from '/choice.js';

const MostBytes = 32 * 1024 * 1024;

export function startPicture(network) {
  const [drop, frame, list] = [byId('drop'), byId('frame'), byId('classes')];
  const latest = { picture: new Latest(), classes: new Latest(), heat: new Latest() };
  let known = null;

  async function take(file) {
    if (file === undefined || file === null) return;
    if (file.size > MostBytes) {
      complain(`${file.name} is larger than ${MostBytes >> 20} MB; make it smaller.`);
      return;
    }
    drop.setAttribute('aria-busy', 'true');
    try {
      known = await give(file);
      forgive();
      choose({ image: known.id, class: null });
    } catch (error) {
      complain(error.message);
    }
    drop.removeAttribute('aria-busy');
  }

  async function showPicture() {
    try {
      if (known?.id !== choice.image) known = await latest.picture.run(signal => ask('picture', { image: choice.image }, signal));
      if (known === undefined) return;
      byId('shown').hidden = false;
      frame.replaceChildren(make('img', { src: known.seen, alt: `${known.name}, as the network sees it`, class: 'seen' }));
      byId('shown-caption').textContent = `${known.name}, ${known.width}\u00d7${known.height}, as the network sees it`;
      await showClasses();
    } catch (error) {
      complain(error.message);
    }
  }

  async function showClasses() {
    list.setAttribute('aria-busy', 'true');
    try {
      const answer = await latest.classes.run(signal => ask('classes', { image: choice.image, epoch: choice.epoch }, signal));
      if (answer === undefined) return;
      list.hidden = answer.classes.length === 0;
      // The focus stays where it was.
      const focused = list.contains(document.activeElement) ? document.activeElement.dataset.class : undefined;
      list.replaceChildren(make('p', { class: 'muted' }, 'Choose a class to see what speaks for it.'), make('ol', {}, ...answer.classes.map(one)));
      mark();
      if (focused !== undefined) (list.querySelector(`button[data-class="${focused}"]`) ?? list.querySelector('button'))?.focus();
    } catch (error) {
      complain(error.message);
    }
    list.removeAttribute('aria-busy');
  }

  function one(each) {
    const hasHeat = canAsk('heat', { image: choice.image, epoch: choice.epoch, class: each.index });
    const meter = make('progress', { max: 1, value: Number(each.probability), 'aria-hidden': 'true' });
    return make('li', {}, make('button', {
      type: 'button', 'data-class': each.index, 'aria-pressed': 'false', disabled: !hasHeat,
      click: () => choose({ class: choice.class === each.index ? null : each.index }),
    }, make('span', { class: 'label' }, each.label), make('span', { class: 'share' }, percent(each.probability)), meter));
  }

  function mark() {
    for (const button of list.querySelectorAll('button')) button.setAttribute('aria-pressed', String(Number(button.dataset.class) === choice.class));
  }

  async function showHeat() {
    mark();
    if (choice.class === null || choice.image === null) {
      latest.heat.stop();
      frame.querySelector('.heat')?.remove();
      if (known) byId('shown-caption').textContent = `${known.name}, ${known.width}\u00d7${known.height}, as the network sees it`;
      return;
    }
    try {
      const answer = await latest.heat.run(signal => ask('heat', { image: choice.image, epoch: choice.epoch, class: choice.class }, signal));
      if (answer === undefined) return;
      frame.querySelector('.heat')?.remove();
      frame.append(make('img', { src: answer.picture, class: 'heat', alt: `Grad-CAM: where the picture speaks for ${answer.label}` }));
      byId('shown-caption').textContent = `Grad-CAM at ${answer.layer}: what speaks for ${answer.label} (Escape takes it away)`;
    } catch (error) {
      complain(error.message);
    }
  }

  byId('file').addEventListener('change', event => {
    take(event.target.files[0]);
    event.target.value = '';
  });
  addEventListener('dragover', event => {
    event.preventDefault();
    document.body.classList.add('dragging');
  });
  addEventListener('dragleave', event => {
    if (event.relatedTarget === null) document.body.classList.remove('dragging');
  });
  addEventListener('drop', event => {
    event.preventDefault();
    document.body.classList.remove('dragging');
    if (!isExported) take(event.dataTransfer.files[0]);
  });

  drop.hidden = isExported;
  byId('picture').hidden = isExported && !network.image;
  onChoice(['image'], showPicture);
  onChoice(['epoch'], () => {
    if (choice.image !== null) showClasses();
    showHeat();
  });
  onChoice(['class', 'image'], showHeat);
  if (network.image) choose({ image: network.image });
}
