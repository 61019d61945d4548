// A trace: a header, steps as they come, and an end where the search came to one.
class Trace {
  header = { prompt: '', model: '', decoder: '', settings: {}, heuristics: [], constraints: [] };
  end = null;
  selection = null;
  answers = new Map();
  byId = new Map();
  // how many tokens a reader gave the text to begin with: that others were forbidden there says nothing
  given = 0;
  // what some candidate has: columns that none fills are left out
  has = { values: false, rewards: false, proposals: false, weights: false, lookaheads: false, banks: [] };

  add(line) {
    if (line.header) this.header = line.header;
    if (line.selection) this.selection = line.selection;
    if (line.end) this.end = line.end;
    if (line.step) this.addStep(line.step);
  }

  get lambda() { return this.header.settings.lambda ?? 0; }

  addStep(step) {
    if (!this.answers.has(step.answer)) this.answers.set(step.answer, []);
    const steps = this.answers.get(step.answer);
    step.index = steps.length;
    step.kept = step.candidates.filter(candidate => candidate.outcome !== 'pruned').length;
    const masks = new Map(step.masks.map(mask => [mask.after, mask]));
    step.candidates.forEach((candidate, i) => {
      candidate.rank = i + 1;
      candidate.step = step;
      for (const field of ['tokenLogProbability', 'logProbability', 'score']) candidate[field] = Number(candidate[field]);
      candidate.lookaheadTokens ??= candidate.lookaheadIds.length;
      candidate.reason = candidate.reason.replace(/^rank \d+ of \d+, \d+ kept(; )?/, '');
      // what a lookahead that was left off could have been worth is drawn where it is known to be finite
      const reward = (candidate.heuristics ?? []).reduce((sum, value, i) => sum + Number(value) * (this.header.heuristics[i]?.weight ?? 1), 0);
      candidate.reward = Number.isFinite(reward) ? reward : 0;
      candidate.mask = step.step > this.given ? masks.get(candidate.parent) ?? null : null;
      const before = this.byId.get(candidate.parent);
      candidate.before = before ? before.before + (before.isSpecial ? '' : before.text) : '';
      this.byId.set(candidate.id, candidate);
      this.note(candidate);
    });
    steps.push(step);
  }

  note(candidate) {
    const has = this.has;
    has.values ||= candidate.heuristics !== null && candidate.heuristics.length > 0;
    has.rewards ||= this.lambda !== 0 && has.values;
    has.proposals ||= candidate.logProposal !== null;
    has.weights ||= candidate.logWeight !== null;
    has.lookaheads ||= candidate.lookaheadTokens > 0;
    if (candidate.bank !== null && !has.banks.includes(candidate.bank))
      has.banks = [...has.banks, candidate.bank].sort((a, b) => (a === 'ended') - (b === 'ended') || a.localeCompare(b, 'en', { numeric: true }));
  }

  // A candidate and what it continues, first to last.
  lineage(candidate) {
    const path = [];
    for (; candidate; candidate = this.byId.get(candidate.parent)) path.unshift(candidate);
    return path;
  }

  // The candidates that became an answer, first to last: those that spell its ids or most of them (a search that ended early wrote the rest itself).
  committed(steps) {
    if (steps.length === 0) return [];
    const ends = steps.flatMap(step => step.candidates.filter(candidate => candidate.outcome === 'finished'));
    const last = steps[steps.length - 1].candidates, going = last.filter(candidate => candidate.outcome === 'kept');
    for (const answer of this.end?.answers ?? []) {
      const path = [...ends, ...going].map(one => this.lineage(one)).filter(path => path.length > 0 && spelled(path).every((id, i) => id === answer.ids[i])).sort((a, b) => spelled(b).length - spelled(a).length)[0];
      if (path && (path.at(-1).outcome === 'kept' || spelled(path).length === answer.ids.length)) return path;
    }
    return this.lineage(last.find(candidate => candidate.outcome !== 'pruned') ?? last[0]);
  }

  // Which hypotheses led to one of the best texts, or are still under way: the others are dead branches.
  living(steps, most = 3) {
    const living = new Set(), last = steps.at(-1), best = (this.end?.answers ?? []).slice(0, most).map(answer => answer.ids.join());
    const ends = steps.flatMap(step => step.candidates.filter(candidate => candidate.outcome === 'finished' || (candidate.outcome === 'kept' && step === last)));
    const led = ends.filter(candidate => best.includes(spelled(this.lineage(candidate)).join()));
    for (const one of led.length > 0 ? led : ends)
      for (let at = one; at && !living.has(at.id); at = this.byId.get(at.parent)) living.add(at.id);
    return living;
  }

  // All answers as one search, so that what they have in common is one branch.
  together() {
    const all = new Trace(), lists = [...this.answers.values()];
    all.add({ header: this.header });
    all.end = this.end;
    for (let i = 0; lists.some(steps => steps.length > i); i++) {
      const now = lists.filter(steps => steps.length > i).map(steps => steps[i]);
      all.addStep({ step: i + 1, answer: 0, attempt: 0, candidates: now.flatMap(step => step.candidates.map(candidate => ({ ...candidate }))), masks: now.flatMap(step => step.masks).filter((mask, i, masks) => masks.findIndex(other => other.after === mask.after) === i) });
    }
    return all;
  }

  // The answer that was chosen, by its number among the answers that were traced.
  winner() {
    return this.end ? this.numberOf(this.end.answer.ids) : undefined;
  }

  // The number among the answers that were traced of the one that is these tokens; undefined: none is.
  numberOf(ids) {
    const paths = [...this.answers].map(([answer, steps]) => [answer, spelled(this.committed(steps))]).filter(([, path]) => path.length > 0 && path.every((id, i) => id === ids[i]));
    // of one that was ended early only the beginning was traced
    return paths.sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
  }

  // c without the heuristics' part
  own(candidate) {
    return candidate.score - this.lambda * candidate.reward;
  }

  // By what candidates are ranked, as the settings say.
  rule() {
    const exponent = this.header.settings.lengthExponent, own = exponent ? `log P / length${exponent === 1 ? '' : `^${exponent}`}` : 'log P';
    return { own, c: `${own}${this.has.rewards ? ` + λ·h, λ = ${this.lambda}` : ''}` };
  }
}

function spelled(path) {
  return path.flatMap(candidate => candidate.ids);
}

// The candidate of a path that a step decided.
function onStep(path, step) {
  return path.find(candidate => candidate.step === step);
}

// Whether the model alone would have taken another token here, one that a constraint forbade included.
function overruled(candidate) {
  return candidate.ids.length === 1 && (candidate.step.candidates.some(other => other.parent === candidate.parent && other.ids.length === 1 && other.tokenLogProbability > candidate.tokenLogProbability + 2e-4)
    || (candidate.mask?.forbidden ?? []).some(other => Number(other.logProbability) > candidate.tokenLogProbability));
}

// What became of a candidate and why, in a sentence.
function why(candidate) {
  const { step, rank, outcome, copies, reason } = candidate, times = copies > 1 ? `, ${copies} times` : '';
  const what = { kept: `Kept${times}`, finished: `Kept${times}, and its text ends here`, pruned: 'Not kept' }[outcome];
  return `${what}: ${ordinal(rank)} of ${count(step.candidates.length, 'candidate', 'candidates')}, of which ${step.kept} ${step.kept === 1 ? 'was' : 'were'} kept${reason ? `; ${reason.replace(/^the text ends here(; )?/, '')}` : ''}`.replace(/; $/, '') + '.';
}
