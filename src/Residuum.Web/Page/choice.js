// What is chosen: layer, epoch (null: the model itself), image, class. Parts of the page listen to what concerns them.

export const choice = { layer: null, epoch: null, image: null, class: null };

const listeners = [];

// Calls back when one of these members changes.
export function onChoice(members, listener) {
  listeners.push({ members, listener });
}

export function choose(change) {
  const changed = Object.keys(change).filter(name => choice[name] !== change[name]);
  if (changed.length === 0) return;
  Object.assign(choice, change);
  for (const { members, listener } of listeners) if (members.some(name => changed.includes(name))) listener(changed);
}

// One request at a time for each place of the page; the one before is given up.
export class Latest {
  #controller = null;

  async run(work) {
    this.#controller?.abort();
    const controller = this.#controller = new AbortController();
    try {
      const result = await work(controller.signal);
      return controller.signal.aborted ? undefined : result;
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  }

  stop() {
    this.#controller?.abort();
  }
}
