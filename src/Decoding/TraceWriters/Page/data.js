'use strict';
// The trace as written: a header, steps, and an end where the search came to one.
const lines = [...document.querySelectorAll('script.trace')].map(element => JSON.parse(element.textContent));
const header = lines.find(line => line.header)?.header ?? { prompt: '', model: '', decoder: '', settings: {}, heuristics: [], constraints: [] };
const end = lines.find(line => line.end)?.end ?? null;
const selection = lines.find(line => line.selection)?.selection ?? null;
const lambda = header.settings.lambda ?? 0;

const answers = new Map();
const byId = new Map();
for (const { step } of lines.filter(line => line.step)) {
  if (!answers.has(step.answer)) answers.set(step.answer, []);
  const steps = answers.get(step.answer);
  step.index = steps.length;
  step.candidates.forEach((candidate, rank) => {
    candidate.rank = rank + 1;
    candidate.step = step;
    for (const field of ['tokenLogProbability', 'logProbability', 'score']) candidate[field] = Number(candidate[field]);
    candidate.reward = (candidate.heuristics ?? []).reduce((sum, value, i) => sum + Number(value) * (header.heuristics[i]?.weight ?? 1), 0);
    // what a lookahead that was left off could have been worth is drawn where it is known to be finite
    if (!Number.isFinite(candidate.reward)) candidate.reward = 0;
    candidate.mask = step.masks.find(mask => mask.after === candidate.parent) ?? null;
    byId.set(candidate.id, candidate);
  });
  steps.push(step);
}

// What the whole trace has: columns that no candidate fills are left out.
const everyone = [...byId.values()];
const has = {
  rewards: lambda !== 0 && everyone.some(candidate => candidate.heuristics),
  values: everyone.some(candidate => candidate.heuristics),
  proposals: everyone.some(candidate => candidate.logProposal !== null),
  weights: everyone.some(candidate => candidate.logWeight !== null),
  lookaheads: everyone.some(candidate => candidate.lookaheadIds.length > 0),
  banks: [...new Set(everyone.map(candidate => candidate.bank).filter(bank => bank !== null))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
};

function bankColour(bank) {
  return bank === null ? 'transparent' : `hsl(${(has.banks.indexOf(bank) * 137 + 200) % 360} 65% 50%)`;
}

// The candidates that became an answer, first to last: those that spell its ids or most of them (a search that ended early wrote the rest itself).
function committed(steps) {
  if (steps.length === 0) return [];
  const ends = steps.flatMap(step => step.candidates.filter(candidate => candidate.outcome === 'finished'));
  const last = steps[steps.length - 1].candidates;
  for (const answer of end?.answers ?? []) {
    const path = [...ends, ...last.filter(candidate => candidate.outcome === 'kept')].map(lineage).filter(path => path.length > 0 && spelled(path).every((id, i) => id === answer.ids[i])).sort((a, b) => spelled(b).length - spelled(a).length)[0];
    if (path && (path.at(-1).outcome === 'kept' || spelled(path).length === answer.ids.length)) return path;
  }
  return lineage(last.find(candidate => candidate.outcome !== 'pruned') ?? last[0]);
}

function spelled(path) {
  return path.flatMap(candidate => candidate.ids);
}

// A candidate and what it continues, first to last.
function lineage(candidate) {
  const path = [];
  for (; candidate; candidate = byId.get(candidate.parent)) path.unshift(candidate);
  return path;
}

// Whether the model alone would have taken another token here, one that a constraint forbade included.
function overruled(candidate) {
  return candidate.ids.length === 1 && (candidate.step.candidates.some(other => other.parent === candidate.parent && other.ids.length === 1 && other.tokenLogProbability > candidate.tokenLogProbability)
    || (candidate.mask?.forbidden ?? []).some(other => Number(other.logProbability) > candidate.tokenLogProbability));
}

// The step of a path that a column shows.
function onStep(path, step) {
  return path.find(candidate => candidate.step === step);
}

function probability(logProbability) {
  const p = Math.exp(Number(logProbability));
  return `${p >= 0.1 ? (100 * p).toFixed(0) : (100 * p).toPrecision(2)} %`;
}

// camelCase as words
function words(name) {
  return name.replace(/[A-Z]/g, letter => ' ' + letter.toLowerCase());
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
