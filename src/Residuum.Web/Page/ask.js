// Questions to the server, or to the answers that an exported page carries.

const packed = document.getElementById('answers');
const answers = packed === null ? null : JSON.parse(packed.textContent);

export const isExported = answers !== null;

async function read(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Error('The program that serves this page has ended; start it again.');
  }
}

// Subjects: network, diagram, model, statistics, filters, maps, picture, classes, heat. Of the question: layer, epoch, image, class.
export async function ask(subject, question = {}, signal = undefined) {
  const members = ['layer', 'epoch', 'image', 'class'];
  if (isExported) {
    const key = [subject, ...members.map(name => question[name] ?? '')].join('|');
    if (!(key in answers)) throw new Error('The exported page does not hold this.');
    return answers[key];
  }
  const query = new URLSearchParams();
  for (const name of members) if (question[name] !== null && question[name] !== undefined) query.set(name, question[name]);
  return read(await reach(`/api/${subject}?${query}`, { signal }));
}

// Whether an answer is to be had at all: an exported page holds some.
export const canAsk = (subject, question = {}) =>
  !isExported || [subject, ...['layer', 'epoch', 'image', 'class'].map(name => question[name] ?? '')].join('|') in answers;

export async function give(file) {
  return read(await reach(`/api/picture?name=${encodeURIComponent(file.name.slice(0, 100))}`, { method: 'POST', body: file }));
}
