// One search and what it told: the text as it comes, and the picture that grows beside it.
class Lane {
  constructor(root, name) {
    this.name = name;
    this.title = make('h2', { class: 'laneTitle' });
    this.state = make('p', { class: 'state', role: 'status' });
    this.given = make('p', { class: 'given', hidden: '' });
    const place = make('div');
    this.root = make('section', { class: 'lane', 'aria-label': name === '' ? 'The search' : `Search ${name}` }, this.title, this.state, this.given, place);
    root.append(this.root);
    this.view = new TraceView(place, { actions: (candidate, trace) => this.actions(candidate, trace) });
    this.view.root.hidden = true;
    this.prefix = null;
  }

  // Runs a request; what came before stays until the first step is there.
  async run(request, title, onWhatIf) {
    this.stop();
    const stop = this.stopper = new AbortController(), view = this.view;
    this.onWhatIf = onWhatIf;
    this.title.replaceChildren(...title);
    this.tell('searching …');
    this.root.setAttribute('aria-busy', 'true');
    view.clear();
    view.trace.given = this.prefix?.ids.length ?? 0;
    [view.settled, this.failed] = [0, null];
    try {
      await server.search(request, stop.signal, line => {
        if (this.stopper !== stop) return;
        if (line.error) throw new Error(line.error.message);
        if (line.text) view.settled += line.text.ids.length;
        else view.trace.add(line);
        this.schedule();
      });
      if (this.stopper === stop) this.tell(view.trace.end ? '' : 'The search ended without a result.');
    } catch (error) {
      if (this.stopper !== stop) return;
      if (error.name === 'AbortError') this.tell('stopped');
      else {
        this.failed = error;
        this.tell(error.message, true);
      }
    } finally {
      if (this.stopper === stop) {
        this.stopper = null;
        view.settled = null;
        // what is worth looking at first, unless a reader looks at something already
        if (!view.picked) view.current = null;
        this.root.removeAttribute('aria-busy');
        this.draw();
      }
    }
  }

  stop() {
    this.stopper?.abort();
  }

  tell(text, isFault = false) {
    this.state.textContent = text;
    this.state.classList.toggle('fault', isFault);
    this.state.hidden = text === '';
  }

  // As often as drawing leaves time for.
  schedule() {
    if (this.due) return;
    this.due = setTimeout(() => this.draw(), Math.max(120, 3 * (this.took ?? 0)));
  }

  draw() {
    clearTimeout(this.due);
    this.due = null;
    if (this.view.trace.byId.size === 0) return;
    const start = performance.now();
    this.view.root.hidden = false;
    this.given.hidden = this.prefix === null;
    if (this.prefix) {
      const back = make('button', { type: 'button' }, 'back to the whole search');
      back.addEventListener('click', () => { this.prefix = null; this.onWhatIf(this); });
      this.given.replaceChildren('What if ', make('q', {}, this.prefix.text), '? The text begins with it. ', back);
    }
    this.view.draw({ follow: this.stopper !== null && !this.view.picked });
    this.took = performance.now() - start;
  }

  // What if this token? The search goes on from a candidate, kept or not.
  actions(candidate, trace) {
    if (candidate.finishReason !== null || candidate.isSpecial) return [];
    const button = make('button', { type: 'button', class: 'whatIf' }, 'What if this token?');
    button.addEventListener('click', () => {
      this.prefix = { ids: spelled(trace.lineage(candidate)), text: candidate.before + candidate.text };
      this.onWhatIf(this);
    });
    return [button];
  }

  // What the answer cost and what it is worth, for a comparison.
  get figures() {
    const { end, selection } = this.view.trace;
    if (!end) return null;
    const reward = selection ? selection.answers[0].score : end.answer.heuristics.reduce((sum, one) => sum + one.weight * one.value, 0), cost = end.statistics;
    return { decoder: end.decoder, text: end.text, reward: selection || end.answer.heuristics.length > 0 ? reward : null, logProbability: end.answer.logProbability, tokens: cost.generatedTokens, evaluations: cost.tokenEvaluations, passes: cost.batchedPasses, seconds: cost.elapsedSeconds };
  }
}
