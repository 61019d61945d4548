'use strict';
// The trace as written: a header, steps, and an end where the search came to one.
const lines = [...document.querySelectorAll('script.trace')].map(element => JSON.parse(element.textContent));
const header = lines.find(line => line.header)?.header ?? { prompt: '', model: '', options: {}, heuristics: [], constraints: [] };
const end = lines.find(line => line.end)?.end ?? null;
const selection = lines.find(line => line.selection)?.selection ?? null;
const lambda = header.options.lambda ?? 0;

const answers = new Map();
const byId = new Map();
for (const { step } of lines.filter(line => line.step)) {
  if (!answers.has(step.answer)) answers.set(step.answer, []);
  const steps = answers.get(step.answer);
  step.index = steps.length;
  step.candidates.forEach((candidate, rank) => {
    candidate.rank = rank + 1;
    candidate.step = step;
    candidate.tokenLogProbability = Number(candidate.tokenLogProbability);
    candidate.logProbability = Number(candidate.logProbability);
    candidate.score = Number(candidate.score);
    candidate.reward = candidate.heuristics.reduce((sum, value, i) => sum + Number(value) * (header.heuristics[i]?.weight ?? 1), 0);
    // what a lookahead that was left off could have been worth is drawn where it is known to be finite
    if (!Number.isFinite(candidate.reward)) candidate.reward = 0;
    byId.set(candidate.id, candidate);
  });
  steps.push(step);
}

// The candidates that became an answer, first to last: those that spell its ids, or without an end the best that is left.
function committed(steps) {
  if (steps.length === 0) return [];
  for (const answer of end?.answers ?? []) {
    const path = [];
    for (let i = 0, parent = 0; i < answer.ids.length && i < steps.length; i++) {
      const next = steps[i].candidates.find(candidate => candidate.parent === parent && candidate.token === answer.ids[i]);
      if (!next) break;
      path.push(next);
      parent = next.id;
    }
    if (path.length === Math.min(answer.ids.length, steps.length) && path.length > 0) return path;
  }
  return lineage(steps[steps.length - 1].candidates.find(candidate => candidate.outcome !== 'pruned') ?? steps[steps.length - 1].candidates[0]);
}

// A candidate and what it continues, first to last.
function lineage(candidate) {
  const path = [];
  for (; candidate; candidate = byId.get(candidate.parent)) path.unshift(candidate);
  return path;
}

// Whether the model alone would have taken another token here.
function overruled(candidate) {
  return candidate.step.candidates.some(other => other.parent === candidate.parent && other.tokenLogProbability > candidate.tokenLogProbability);
}

// A token with its white space made visible.
function visible(text) {
  return text.replace(/ /g, '·').replace(/\n/g, '⏎').replace(/\t/g, '⇥').replace(/\r/g, '␍') || '∅';
}

function number(value, digits = 3) {
  return Number.isFinite(Number(value)) ? Number(value).toFixed(digits).replace('-', '−') : String(value).replace('-', '−').replace('Infinity', '∞');
}

function make(name, attributes = {}, ...children) {
  const svg = ['svg', 'g', 'rect', 'text', 'path', 'line', 'circle', 'title'].includes(name);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter(child => child !== null));
  return element;
}
