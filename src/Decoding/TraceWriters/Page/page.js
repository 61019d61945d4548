// The page around the picture: text, cards, the open step's table, keys.
const view = id => document.getElementById(id);
const state = { answer: 0, steps: [], path: [], current: null };

function showAnswer(answer) {
  state.answer = answer;
  state.steps = answers.get(answer) ?? [];
  state.path = committed(state.steps);
  view('text').replaceChildren(...[make('span', { class: 'prompt' }, header.prompt), ...state.path.map(candidate => {
    const token = make('span', { class: `token${overruled(candidate) ? ' overruled' : ''}${candidate.mask?.forces ? ' forced' : ''}`, 'data-id': candidate.id, title: `step ${candidate.step.step}${candidate.mask?.forces ? ', forced by a constraint' : ''}` }, candidate.text);
    token.addEventListener('click', () => select(candidate));
    return token;
  }), closing()].filter(part => part !== null));
  view('tree').replaceChildren(state.steps.length > 0 ? drawTree(state.steps, state.path, select) : 'No steps were traced.');
  view('overview').replaceChildren(drawOverview(state.steps, state.path, select));
  for (const button of view('answers').children) button.toggleAttribute('aria-current', button.dataset.answer === String(answer));
  if (state.path.length > 0) select(state.path[Math.max(0, state.path.findIndex(overruled))], false);
}

// what the constraints alone wrote where the search was ended early
function closing() {
  const own = end?.answers.find(answer => spelled(state.path).length < answer.ids.length && spelled(state.path).every((id, i) => id === answer.ids[i]));
  const text = own ? own.text.slice(state.path.map(candidate => candidate.text).join('').length) : '';
  return text === '' ? null : make('span', { class: 'token forced', title: `written by the constraint alone: ${own.finishReason}` }, text);
}

function select(candidate, scroll = true) {
  state.current = candidate;
  const step = candidate.step, chain = lineage(candidate), chosen = new Set(chain.map(one => one.id)), isPath = state.path.includes(candidate);
  for (const element of document.querySelectorAll('.current, .chosen')) element.classList.remove('current', 'chosen');
  document.querySelector(`.column[data-step="${step.index}"]`)?.classList.add('current');
  document.querySelector('#overview .here')?.setAttribute('x', step.index);
  document.querySelector(`.node[data-id="${candidate.id}"]`)?.classList.add('chosen');
  if (!isPath) for (const edge of document.querySelectorAll('.edge')) edge.classList.toggle('chosen', chosen.has(Number(edge.dataset.edge)));
  const shown = onStep(state.path, step), token = shown && document.querySelector(`.token[data-id="${shown.id}"]`);
  token?.classList.add('current');
  if (scroll) token?.scrollIntoView({ block: 'nearest' });
  const box = view('scroll'), left = shape.left + step.index * shape.column - box.clientWidth / 2 + shape.column / 2;
  box.scrollTo({ left, behavior: scroll ? 'smooth' : 'instant' });
  showStep(step, scroll);
}

// By what candidates are ranked, as the settings say.
function rule() {
  const own = header.settings.lengthExponent ? `log P / length^${header.settings.lengthExponent}` : 'log P';
  return `c = ${own}${has.rewards ? ` + λ·h, λ = ${lambda}` : ''}`;
}

function showStep(step, scroll) {
  const kept = step.candidates.filter(candidate => candidate.outcome !== 'pruned').length;
  view('stepTitle').replaceChildren(`Step ${step.step} of ${state.steps[state.steps.length - 1].step}${step.attempt > 0 ? `, attempt ${step.attempt + 1}` : ''}`,
    make('small', {}, `${count(step.candidates.length, 'candidate', 'candidates')} of ${count(new Set(step.candidates.map(candidate => candidate.parent)).size, 'hypothesis', 'hypotheses')}, ${kept} kept; ${rule()}`));
  const parts = has.values ? header.heuristics.map((heuristic, i) => ({ title: heuristic.weight === 1 ? heuristic.name : `${heuristic.name} × ${heuristic.weight}`, i })) : [];
  const scores = step.candidates.map(candidate => candidate.score).filter(Number.isFinite), low = Math.min(...scores), high = Math.max(...scores);
  const titles = [['#', 'number'], ...(has.banks.length > 0 ? [['bank', '']] : []), ['after', 'number'], ['token', ''], ['log p(token)', 'number'], ...(has.proposals ? [['log q', 'number']] : []), ['log P', 'number'],
    ...parts.map(part => [part.title, 'number']), ...(has.rewards ? [['λ·h', 'number']] : []), ['c', 'number'], ...(has.weights ? [['log weight', 'number']] : []),
    ...(has.lookaheads ? [['lookahead', '']] : []), ['what became of it', '']];
  const table = make('table', {},
    make('thead', {}, make('tr', {}, ...titles.map(([title, kind]) => make('th', { class: kind }, title)))),
    make('tbody', {}, ...step.candidates.map(candidate => {
      const kind = state.path.includes(candidate) ? 'path' : candidate.outcome === 'pruned' ? 'pruned' : 'kept';
      const row = make('tr', { class: `${kind}${candidate === state.current ? ' chosen' : ''}`, 'data-row': candidate.id },
        cell('number', candidate.rank), ...(has.banks.length > 0 ? [make('td', { class: 'bank' }, ...(candidate.bank === null ? ['–'] : [make('i', { style: `background:${bankColour(candidate.bank)}` }), candidate.bank]))] : []),
        cell('before', before(candidate.parent)), cell('text', visible(candidate.text)),
        bar(number(candidate.tokenLogProbability), Math.exp(candidate.tokenLogProbability), 'var(--kept)'), ...(has.proposals ? [optional(candidate.logProposal)] : []), cell('number', number(candidate.logProbability)),
        ...parts.map(part => optional(candidate.heuristics?.[part.i] ?? null, 'not computed')),
        ...(has.rewards ? [candidate.heuristics ? cell('number', atMost(candidate) + number(lambda * candidate.reward)) : optional(null, 'not computed')] : []),
        bar(atMost(candidate) + number(candidate.score), high > low ? (candidate.score - low) / (high - low) : 1, 'var(--reward)'), ...(has.weights ? [optional(candidate.logWeight)] : []),
        ...(has.lookaheads ? [make('td', { class: 'lookahead' }, candidate.lookaheadText, candidate.lookaheadEnded ? make('em', {}, ' ■ end') : null)] : []),
        make('td', { class: 'outcome' }, make('b', {}, `${candidate.outcome}${candidate.copies > 1 ? ` ×${candidate.copies}` : ''}`), `: ${candidate.reason}`));
      row.addEventListener('click', () => select(candidate));
      return row;
    })));
  view('masks').replaceChildren(...showMasks(step));
  view('rows').replaceChildren(table);
  if (scroll) document.querySelector('tr.chosen')?.scrollIntoView({ block: 'nearest' });
}

// What the constraints forbade at the step: the chosen candidate's hypothesis first, then those of the others that lost most.
function showMasks(step) {
  const most = 4, own = mask => mask.after === state.current.parent;
  const masks = step.masks.filter(mask => mask.forbidden.length > 0).sort((a, b) => own(b) - own(a) || (b.loss ?? 0) - (a.loss ?? 0));
  const lines = masks.slice(0, most).map(mask => {
    const best = Math.max(...step.candidates.filter(candidate => candidate.parent === mask.after).map(candidate => candidate.tokenLogProbability), -Infinity);
    const tokens = mask.forbidden.flatMap(token => [
      make('span', { class: Number(token.logProbability) > best ? 'likelier' : '', title: Number(token.logProbability) > best ? 'likelier than any token that was proposed' : '' }, make('code', {}, visible(token.text)), ` ${probability(token.logProbability)}`), ' ']);
    return make('li', { class: own(mask) ? 'own' : '' }, 'after ', make('code', {}, before(mask.after)), ' a constraint forbade ', ...tokens,
      make('small', {}, `${mask.loss === null ? '' : `${probability(-mask.loss)} of the probability was left`}${mask.forces ? '; what came was forced' : ''}`));
  });
  return masks.length > most ? [...lines, make('li', {}, make('small', {}, `and after ${count(masks.length - most, 'more hypothesis', 'more hypotheses')}`))] : lines;
}

// The end of a hypothesis's text.
function before(id) {
  const text = lineage(byId.get(id)).slice(-4).map(one => one.text).join('').slice(-16);
  return text === '' ? 'prompt' : '…' + text.replace(/\n/g, '⏎');
}

function optional(value, otherwise = '–') {
  return value === null ? cell('number none', otherwise) : cell('number', number(value));
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
  view('decoder').textContent = [header.decoder, ...Object.entries(header.settings).map(([name, value]) => value === true ? words(name) : `${words(name)} ${value}`), `seed ${header.seed ?? 0}`, header.model].join(' · ');
  document.title = `DecodeAlign trace: ${header.prompt.slice(0, 40)}`;
  for (const heuristic of end?.answer.heuristics ?? [])
    card(`${heuristic.name} × ${heuristic.weight}`, `${number(heuristic.value)}${heuristic.satisfied === true ? ' ✓ met' : heuristic.satisfied === false ? ' ✗ not met' : ''}`, heuristic.satisfied === true ? 'met' : heuristic.satisfied === false ? 'unmet' : '');
  for (const constraint of header.constraints) card('must hold', constraint);
  if (!end) return card('the trace ends early', 'the search did not finish', 'unmet');
  card('log P', number(end.answer.logProbability, 2));
  card('c of the answer', number(end.answer.score, 2));
  card('ended by', end.answer.finishReason);
  if (end.answer.maskLoss) card('constraints forced', `${end.answer.forced.length} of ${count(end.answer.ids.length, 'token', 'tokens')}`);
  if (end.answer.maskLoss) card('lost to masks', `${number(end.answer.totalMaskLoss, 2)} nats`);
  for (const { key, value } of end.measures ?? []) card(key, number(value, 2));
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
  if (has.rewards) swatch('background:var(--reward);width:4px', 'worth of its lookahead, h');
  for (const bank of has.banks) swatch(`background:${bankColour(bank)};width:8px;height:8px;border-radius:4px`, bank);
  if (header.constraints.length > 0) swatch('border-bottom:2px dotted var(--kept);border-radius:0', 'forced by a constraint');
  swatch('background:var(--path);height:2px;vertical-align:3px', 'the model alone would have gone another way');
  view('legend').append(make('span', {}, make('kbd', {}, '←'), ' ', make('kbd', {}, '→'), ' step  ', make('kbd', {}, '↑'), ' ', make('kbd', {}, '↓'), ' candidate'));
}

function move(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 't') return toggleTheme();
  if (!state.current) return;
  const here = state.current.step, at = index => state.steps[index] && (onStep(state.path, state.steps[index]) ?? state.steps[index].candidates[0]);
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
const winner = [...answers.keys()].find(answer => end && spelled(committed(answers.get(answer))).join() === end.answer.ids.join());
if (answers.size > 1)
  for (const answer of answers.keys()) {
    const button = make('button', { 'data-answer': answer }, `answer ${answer + 1}${answer === winner ? ' ✓' : ''}`);
    button.addEventListener('click', () => showAnswer(answer));
    view('answers').append(button);
  }
view('theme').addEventListener('click', toggleTheme);
document.addEventListener('keydown', move);
showAnswer(winner ?? answers.keys().next().value ?? 0);
