// The page around the picture: text, cards, the open step's table, keys.
const view = id => document.getElementById(id);
const state = { answer: 0, steps: [], path: [], current: null };

function showAnswer(answer) {
  state.answer = answer;
  state.steps = answers.get(answer) ?? [];
  state.path = committed(state.steps);
  view('text').replaceChildren(make('span', { class: 'prompt' }, header.prompt), ...state.path.map(candidate => {
    const token = make('span', { class: `token${overruled(candidate) ? ' overruled' : ''}`, 'data-id': candidate.id, title: `step ${candidate.step.step}` }, candidate.text);
    token.addEventListener('click', () => select(candidate));
    return token;
  }));
  view('tree').replaceChildren(state.steps.length > 0 ? drawTree(state.steps, state.path, select) : 'No steps were traced.');
  view('overview').replaceChildren(drawOverview(state.steps, state.path, select));
  for (const button of view('answers').children) button.toggleAttribute('aria-current', button.dataset.answer === String(answer));
  if (state.path.length > 0) select(state.path[Math.max(0, state.path.findIndex(overruled))], false);
}

function select(candidate, scroll = true) {
  state.current = candidate;
  const step = candidate.step, chain = lineage(candidate), chosen = new Set(chain.map(one => one.id)), isPath = state.path.includes(candidate);
  for (const element of document.querySelectorAll('.current, .chosen')) element.classList.remove('current', 'chosen');
  document.querySelector(`.column[data-step="${step.index}"]`)?.classList.add('current');
  document.querySelector('#overview .here')?.setAttribute('x', step.index);
  document.querySelector(`.node[data-id="${candidate.id}"]`)?.classList.add('chosen');
  if (!isPath) for (const edge of document.querySelectorAll('.edge')) edge.classList.toggle('chosen', chosen.has(Number(edge.dataset.edge)));
  const token = state.path[step.index] && document.querySelector(`.token[data-id="${state.path[step.index].id}"]`);
  token?.classList.add('current');
  if (scroll) token?.scrollIntoView({ block: 'nearest' });
  const box = view('scroll'), left = shape.left + step.index * shape.column - box.clientWidth / 2 + shape.column / 2;
  box.scrollTo({ left, behavior: scroll ? 'smooth' : 'instant' });
  showStep(step, scroll);
}

function showStep(step, scroll) {
  const kept = step.candidates.filter(candidate => candidate.outcome !== 'pruned').length;
  view('stepTitle').replaceChildren(`Step ${step.step} of ${state.steps.length}`,
    make('small', {}, `${count(step.candidates.length, 'candidate', 'candidates')} of ${count(new Set(step.candidates.map(candidate => candidate.parent)).size, 'hypothesis', 'hypotheses')}, ${kept} kept; ranked by c = log P + λ·h, λ = ${lambda}`));
  const parts = header.heuristics.map((heuristic, i) => ({ title: heuristic.weight === 1 ? heuristic.name : `${heuristic.name} × ${heuristic.weight}`, i }));
  const scores = step.candidates.map(candidate => candidate.score).filter(Number.isFinite), low = Math.min(...scores), high = Math.max(...scores);
  const titles = [['#', 'number'], ['after', 'number'], ['token', ''], ['log p(token)', 'number'], ['log P', 'number'], ...parts.map(part => [part.title, 'number']),
    ...(parts.length > 0 ? [['λ·h', 'number']] : []), ['c', 'number'], ['lookahead', ''], ['what became of it', '']];
  const table = make('table', {},
    make('thead', {}, make('tr', {}, ...titles.map(([title, kind]) => make('th', { class: kind }, title)))),
    make('tbody', {}, ...step.candidates.map(candidate => {
      const kind = state.path.includes(candidate) ? 'path' : candidate.outcome === 'pruned' ? 'pruned' : 'kept';
      const before = lineage(byId.get(candidate.parent)).slice(-4).map(one => one.text).join('').slice(-16);
      const row = make('tr', { class: `${kind}${candidate === state.current ? ' chosen' : ''}`, 'data-row': candidate.id },
        cell('number', candidate.rank), cell('before', before === '' ? 'prompt' : '…' + before.replace(/\n/g, '⏎')), cell('text', visible(candidate.text)),
        bar(number(candidate.tokenLogProbability), Math.exp(candidate.tokenLogProbability), 'var(--kept)'), cell('number', number(candidate.logProbability)),
        ...parts.map(part => cell('number', number(candidate.heuristics[part.i]))),
        ...(parts.length > 0 ? [cell('number', atMost(candidate) + number(lambda * candidate.reward))] : []),
        bar(atMost(candidate) + number(candidate.score), high > low ? (candidate.score - low) / (high - low) : 1, 'var(--reward)'),
        make('td', { class: 'lookahead' }, candidate.lookaheadText, candidate.lookaheadEnded ? make('em', {}, ' ■ end') : null),
        make('td', { class: 'outcome' }, make('b', {}, candidate.outcome), `: ${candidate.reason}`));
      row.addEventListener('click', () => select(candidate));
      return row;
    })));
  view('rows').replaceChildren(table);
  if (scroll) document.querySelector('tr.chosen')?.scrollIntoView({ block: 'nearest' });
}

function count(amount, one, many) {
  return `${amount} ${amount === 1 ? one : many}`;
}

// a lookahead that was left off leaves a bound
function atMost(candidate) {
  return candidate.scoreIsBound ? '≤ ' : '';
}

function cell(kind, text) {
  return make('td', { class: kind }, String(text));
}

function bar(text, share, colour) {
  return make('td', { class: 'number bar', style: `--share:${colour};--width:${(Math.max(0, Math.min(1, share || 0)) * 100).toFixed(1)}%` }, text);
}

function showCards() {
  const cards = view('cards'), card = (title, text, kind = '') => cards.append(make('div', { class: `card ${kind}` }, make('b', { title }, title), make('span', {}, text)));
  const options = header.options;
  view('decoder').textContent = [options.decoder, `beam ${options.beam}`, `${options.candidates} candidates`, `lookahead ${options.lookahead}`, `λ ${options.lambda}`, header.model].join(' · ');
  document.title = `DecodeAlign trace: ${header.prompt.slice(0, 40)}`;
  for (const heuristic of end?.answer.heuristics ?? [])
    card(`${heuristic.name} × ${heuristic.weight}`, `${number(heuristic.value)}${heuristic.satisfied === true ? ' ✓ met' : heuristic.satisfied === false ? ' ✗ not met' : ''}`, heuristic.satisfied === true ? 'met' : heuristic.satisfied === false ? 'unmet' : '');
  for (const constraint of header.constraints) card('must hold', constraint);
  if (!end) return card('the trace ends early', 'the search did not finish', 'unmet');
  card('log P', number(end.answer.logProbability, 2));
  card('c of the answer', number(end.answer.score, 2));
  card('ended by', end.answer.finishReason);
  const cost = end.statistics;
  card('tokens written', String(cost.generatedTokens));
  card('tokens evaluated', cost.tokenEvaluations.toLocaleString('en'));
  card('batched passes', cost.batchedPasses.toLocaleString('en'));
  card('heuristic calls', cost.heuristicCalls.toLocaleString('en'));
  card('seconds', number(cost.elapsedSeconds, 2));
}

function showLegend() {
  const swatch = (style, text) => view('legend').append(make('span', {}, make('i', { style }), text));
  swatch('background:var(--pathSoft);border:1.6px solid var(--path)', 'committed');
  swatch('background:var(--keptSoft);border:1px solid var(--kept)', 'kept in the beam');
  swatch('border:1px dashed var(--faint)', 'pruned');
  swatch('background:var(--kept);height:3px;vertical-align:3px', 'probability of the token');
  swatch('background:var(--reward);width:4px', 'worth of its lookahead, h');
  swatch('background:var(--path);height:2px;vertical-align:3px', 'the model alone would have gone another way');
  view('legend').append(make('span', {}, make('kbd', {}, '←'), ' ', make('kbd', {}, '→'), ' step  ', make('kbd', {}, '↑'), ' ', make('kbd', {}, '↓'), ' candidate'));
}

function move(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 't') return toggleTheme();
  if (!state.current) return;
  const here = state.current.step, at = index => state.path[index] ?? state.steps[index]?.candidates[0];
  const next = {
    ArrowLeft: () => at(here.index - 1), ArrowRight: () => at(here.index + 1), Home: () => at(0), End: () => at(state.steps.length - 1),
    ArrowUp: () => here.candidates[state.current.rank - 2], ArrowDown: () => here.candidates[state.current.rank],
  }[event.key];
  if (!next) return;
  event.preventDefault();
  const candidate = next();
  if (candidate) select(candidate);
}

function toggleTheme() {
  const root = document.documentElement, dark = getComputedStyle(root).colorScheme === 'dark' || (root.style.colorScheme === '' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.style.colorScheme = dark ? 'light' : 'dark';
}

showCards();
drawSelection(showAnswer);
showLegend();
const winner = [...answers.keys()].find(answer => end && committed(answers.get(answer)).map(one => one.token).join() === end.answer.ids.join());
if (answers.size > 1)
  for (const answer of answers.keys()) {
    const button = make('button', { 'data-answer': answer }, `answer ${answer + 1}${answer === winner ? ' ✓' : ''}`);
    button.addEventListener('click', () => showAnswer(answer));
    view('answers').append(button);
  }
view('theme').addEventListener('click', toggleTheme);
document.addEventListener('keydown', move);
showAnswer(winner ?? answers.keys().next().value ?? 0);
