// Draws one trace below an element and lets a reader walk through it; draws again as the trace grows.
class TraceView {
  answer = null;
  current = null;
  picked = false;
  open = new Set();
  fold = true;
  // while a search goes on: how many tokens of its text are settled
  settled = null;

  /** @param actions what can be done with a candidate: (candidate) => elements */
  constructor(root, { actions = () => [] } = {}) {
    this.actions = actions;
    this.trace = new Trace();
    this.parts = {};
    const part = (name, element, ...children) => { element.classList.add(name); element.append(...children); return this.parts[name] = element; };
    const button = (name, key, text, act) => { const element = part(name, make('button', { type: 'button', 'aria-pressed': 'false', title: `${text} (${key})` }, text)); element.addEventListener('click', act); return element; };
    this.root = root;
    root.classList.add('trace');
    root.append(
      part('story', make('section'), part('answers', make('nav', { 'aria-label': 'Answers' })), part('words', make('p')), part('cards', make('div'))),
      part('choice', make('section')),
      part('picture', make('section'),
        make('div', { class: 'tools' }, part('legend', make('div')), button('unfold', 'f', 'dead branches', () => this.toggleFold()), button('logarithms', 'l', 'log P', () => this.toggleLogs())),
        part('overview', make('div', { title: 'The whole search; click to go there' })),
        part('scroll', make('div', { tabindex: 0, role: 'group', 'aria-label': 'The tree of candidates, a column a step: arrow keys move, Enter opens a step' }))),
      part('detail', make('section', { 'aria-live': 'polite' })),
      part('step', make('section'), part('title', make('h2')), part('rows', make('div', { tabindex: 0, role: 'group', 'aria-label': 'Every candidate of the step' }))));
    this.parts.scroll.addEventListener('keydown', event => { if (event.key === 'Enter' && this.current) this.openStep(this.current.step.index); });
  }

  clear() {
    this.trace = new Trace();
    [this.answer, this.current, this.all, this.picked] = [null, null, null, false];
    this.open.clear();
  }

  get steps() { return this.seen.answers.get(this.answer === 'all' ? 0 : this.shown) ?? []; }

  get shown() { return this.answer ?? this.trace.winner() ?? this.trace.answers.keys().next().value ?? 0; }

  // what is drawn: the trace, or its answers as one
  get seen() { return this.answer === 'all' ? this.all ??= this.trace.together() : this.trace; }

  // Draws what there is; a reader's place is kept.
  draw({ follow = false } = {}) {
    const { trace, parts } = this;
    this.path = this.seen.committed(this.steps);
    parts.words.replaceChildren(...this.drawWords());
    parts.cards.replaceChildren(...this.drawCards());
    parts.choice.replaceChildren(...showSelection(trace, answer => this.showAnswer(answer)));
    parts.choice.hidden = parts.choice.childElementCount === 0;
    parts.answers.replaceChildren(...this.drawAnswers());
    parts.legend.replaceChildren(...this.drawLegend());
    parts.overview.replaceChildren(drawOverview(this.seen, this.steps, this.path, index => this.pick(this.at(index))));
    this.drawPicture();
    const chosen = this.current && !follow ? this.current : this.path.find(overruled) && !follow ? this.path.find(overruled) : this.path.at(-1);
    if (chosen) this.select(chosen, { scroll: follow });
  }

  drawPicture() {
    const { scroll, unfold } = this.parts;
    unfold.setAttribute('aria-pressed', String(!this.fold));
    if (this.steps.length === 0) return scroll.replaceChildren(make('p', { class: 'dim' }, 'No steps were traced.'));
    const { scrollLeft, scrollTop } = scroll;
    this.layout = layTree(this.seen, this.steps, this.path, this);
    const labels = this.layout.bands.filter(band => band.height > 0 && band.bank !== null).map(band => make('div', { class: 'bandLabel', style: `top:${band.top + 3}px` }, make('span', {}, make('i', { style: `background:${bankColour(this.seen, band.bank)}` }), band.bank)));
    unfold.hidden = this.fold && !this.layout.bands.some(band => band.folded);
    if (this.layout.below.rows > 0 && labels.length > 0) labels.push(make('div', { class: 'bandLabel', style: `top:${this.layout.below.top - 6}px` }, make('span', {}, 'not kept')));
    scroll.replaceChildren(make('div', { class: 'treeBox', style: `width:${this.layout.width}px` }, drawTree(this.seen, this.layout, { select: one => this.pick(one), open: index => this.openStep(index) }), ...labels));
    scroll.scrollTo({ left: scrollLeft, top: scrollTop, behavior: 'instant' });
  }

  drawAnswers() {
    const { answers } = this.trace, winner = this.trace.winner(), shown = this.shown;
    if (answers.size < 2) return [];
    const title = answer => answer === 'all' ? 'all as one tree' : `answer ${answer + 1}${answer === winner ? ' ✓' : ''}`, choices = [...answers.keys(), 'all'];
    if (choices.length > 12) {
      const select = make('select', { 'aria-label': 'Answer' }, ...choices.map(answer => make('option', { value: answer }, title(answer))));
      select.value = String(shown);
      select.addEventListener('change', () => this.showAnswer(select.value === 'all' ? 'all' : Number(select.value)));
      return [select];
    }
    return choices.map(answer => {
      const button = make('button', { type: 'button', 'aria-pressed': String(answer === shown) }, title(answer));
      button.addEventListener('click', () => this.showAnswer(answer));
      return button;
    });
  }

  drawWords() {
    let told = 0;
    const tokens = this.path.map(candidate => {
      told += candidate.ids.length;
      const token = make('span', { class: `token${this.settled !== null && told > this.settled ? ' tentative' : ''}${overruled(candidate) ? ' overruled' : ''}${candidate.mask?.forces ? ' forced' : ''}${candidate.isSpecial ? ' special' : ''}`, 'data-id': candidate.id, title: `step ${candidate.step.step}, ${percent(candidate.tokenLogProbability)}${candidate.mask?.forces ? ', forced by a constraint' : ''}` }, candidate.text);
      token.addEventListener('click', () => this.pick(candidate));
      return token;
    });
    return [make('span', { class: 'prompt' }, this.trace.header.prompt), ...tokens, ...this.closing()];
  }

  // what the constraints alone wrote where the search was ended early
  closing() {
    const ids = spelled(this.path), own = this.trace.end?.answers.find(answer => ids.length < answer.ids.length && ids.every((id, i) => id === answer.ids[i]));
    const text = own ? own.text.slice(this.path.map(candidate => candidate.text).join('').length) : '';
    return text === '' ? [] : [make('span', { class: 'token forced', title: `written by the constraint alone: ${own.finishReason}` }, text)];
  }

  drawCards() {
    const { header, end } = this.trace, cards = [], card = (title, text, kind = '') => cards.push(make('div', { class: `card ${kind}` }, make('b', { title }, title), make('span', {}, text)));
    for (const heuristic of end?.answer.heuristics ?? [])
      card(`${heuristic.name} × ${weight(heuristic.weight)}`, `${number(heuristic.value)}${heuristic.satisfied === true ? ' ✓ met' : heuristic.satisfied === false ? ' ✗ not met' : ''}`, heuristic.satisfied === true ? 'met' : heuristic.satisfied === false ? 'unmet' : '');
    for (const constraint of header.constraints) card('must hold', constraint);
    if (!end) return cards;
    card('log P', number(end.answer.logProbability, 2));
    card('c of the answer', number(end.answer.score, 2));
    card('ended by', { eos: 'the model', length: 'the limit of tokens', constraint: 'a constraint' }[end.answer.finishReason] ?? end.answer.finishReason);
    if (end.answer.maskLoss) card('constraints forced', `${end.answer.forced.length} of ${count(end.answer.ids.length, 'token', 'tokens')}`);
    if (end.answer.maskLoss) card('lost to masks', `${number(end.answer.totalMaskLoss, 2)} nats`);
    for (const { key, value } of end.measures ?? []) card(key, number(value, 2));
    const cost = end.statistics;
    card('tokens written', String(cost.generatedTokens));
    card('tokens evaluated', cost.tokenEvaluations.toLocaleString('en'));
    card('batched passes', cost.batchedPasses.toLocaleString('en'));
    card('heuristic calls', cost.heuristicCalls.toLocaleString('en'));
    card('seconds', number(cost.elapsedSeconds, 2));
    return cards;
  }

  drawLegend() {
    const { has, header } = this.trace, swatch = (style, text) => make('span', {}, make('i', { style }), text);
    return [
      swatch('background:var(--pathSoft);border:1.6px solid var(--path)', 'the answer'),
      swatch('background:var(--keptSoft);border:1px solid var(--kept)', 'kept'),
      swatch('border:1px dashed var(--faint)', 'not kept'),
      swatch('background:var(--path);height:2px;vertical-align:3px', 'the model alone would have gone another way'),
      ...has.rewards ? [swatch('background:var(--reward);width:4px', 'worth of its lookahead, h')] : [],
      ...header.constraints.length > 0 ? [swatch('border-bottom:2px dotted var(--kept);border-radius:0', 'forced by a constraint'), make('span', {}, make('s', {}, 'token'), ' forbidden')] : [],
      ...has.banks.length > 0 ? [make('span', {}, 'bands: hypotheses compete with those of their own bank; +n led to none of the best texts')] : [],
    ];
  }

  showAnswer(answer) {
    if (answer !== 'all' && !this.trace.answers.has(answer)) return;
    [this.answer, this.current] = [answer, null];
    this.open.clear();
    this.draw();
  }

  openStep(index) {
    if (!this.open.delete(index)) this.open.add(index);
    this.drawPicture();
    if (this.current) this.select(this.current);
  }

  toggleFold() {
    this.fold = !this.fold;
    this.drawPicture();
    if (this.current) this.select(this.current);
  }

  toggleLogs() {
    this.parts.logarithms.setAttribute('aria-pressed', String(this.root.classList.toggle('withLogs')));
  }

  // The candidate of a step to look at first.
  at(index) {
    const step = this.steps[index];
    return step && (onStep(this.path, step) ?? step.candidates[0]);
  }

  // A reader's own choice: a text that grows stops leading the eye.
  pick(candidate) {
    this.picked = true;
    this.select(candidate);
  }

  select(candidate, { scroll = true } = {}) {
    if (!candidate) return;
    const { root, parts, seen: trace, path } = this, { step } = candidate, chain = new Set(trace.lineage(candidate).map(one => String(one.id))), has = list => list.split(' ').some(id => chain.has(id));
    this.current = candidate;
    for (const element of root.querySelectorAll('.current, .chosen')) element.classList.remove('current', 'chosen');
    root.querySelector(`.column[data-step="${step.index}"]`)?.classList.add('current');
    root.querySelector('.overview .here')?.setAttribute('x', step.index);
    for (const node of root.querySelectorAll('.node[data-ids]')) if (node.dataset.ids.split(' ').includes(String(candidate.id))) node.classList.add('chosen');
    if (!path.includes(candidate)) for (const edge of root.querySelectorAll('.edge[data-edges]')) edge.classList.toggle('chosen', has(edge.dataset.edges));
    const shown = onStep(path, step), token = shown && root.querySelector(`.token[data-id="${shown.id}"]`);
    token?.classList.add('current');
    const box = parts.scroll, column = this.layout?.columns[step.index], y = this.layout?.places.get(candidate.id)?.y ?? this.layout?.bands.find(band => band.bank === candidate.bank)?.top;
    if (column) box.scrollTo({ left: column.x + column.width / 2 - box.clientWidth / 2, top: y !== undefined && (y < box.scrollTop || y + shape.row > box.scrollTop + box.clientHeight) ? y - box.clientHeight / 2 : box.scrollTop, behavior: 'instant' });
    const rule = trace.rule();
    parts.title.replaceChildren(`Step ${step.step} of ${this.steps.at(-1).step}${step.attempt > 0 ? `, attempt ${step.attempt + 1}` : ''}`,
      make('small', {}, `${count(step.candidates.length, 'candidate', 'candidates')} of ${count(new Set(step.candidates.map(one => one.parent)).size, 'hypothesis', 'hypotheses')}, ${step.kept} kept; c = ${rule.c}`));
    parts.detail.replaceChildren(showCandidate(trace, candidate, this.actions(candidate, trace)));
    parts.rows.replaceChildren(showRows(trace, step, path, candidate, one => this.pick(one)));
    const row = scroll && root.querySelector('tr.chosen');
    if (row) parts.rows.scrollTo({ top: row.offsetTop - parts.rows.clientHeight / 2, behavior: 'instant' });
  }

  // Arrow keys walk; true: the key was one of them.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.current) return false;
    if (event.key === 'f') return this.toggleFold(), true;
    if (event.key === 'l') return this.toggleLogs(), true;
    const here = this.current.step;
    const next = {
      ArrowLeft: () => this.at(here.index - 1), ArrowRight: () => this.at(here.index + 1), Home: () => this.at(0), End: () => this.at(this.steps.length - 1),
      ArrowUp: () => here.candidates[this.current.rank - 2], ArrowDown: () => here.candidates[this.current.rank],
    }[event.key];
    if (!next) return false;
    event.preventDefault();
    this.pick(next());
    return true;
  }
}
