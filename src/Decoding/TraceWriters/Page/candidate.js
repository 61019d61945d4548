// One candidate: what it is, why it was kept or not, its score in parts, its lookahead, and what constraints forbade in its place.
function showCandidate(trace, candidate, actions = []) {
  const card = make('article', { class: `candidate ${candidate.outcome}` });
  card.append(
    make('h3', {}, tokenElement(candidate), make('span', { class: `badge ${candidate.outcome}` }, candidate.outcome === 'pruned' ? 'not kept' : candidate.outcome),
      make('small', {}, `step ${candidate.step.step}, after `, candidate.before === '' ? 'the prompt' : make('q', {}, ending(candidate.before)))),
    make('p', { class: 'why' }, why(candidate)));
  if (candidate.lookaheadTokens > 0)
    card.append(make('p', { class: 'lookahead' }, make('span', { class: 'dim' }, candidate.before === '' ? '…' : ending(candidate.before, 40)), make('mark', {}, candidate.isSpecial ? '' : candidate.text), make('i', {}, candidate.lookaheadText), candidate.lookaheadEnded ? make('small', {}, ' ■ the text ended') : null,
      make('small', {}, ` lookahead of ${count(candidate.lookaheadTokens, 'token', 'tokens')}`)));
  card.append(showParts(trace, candidate), ...showForbidden(candidate));
  if (actions.length > 0) card.append(make('p', { class: 'actions' }, ...actions));
  return card;
}

// c as a sum: what the model thinks and what each heuristic adds, as bars from a common zero.
function showParts(trace, candidate) {
  const rule = trace.rule(), parts = [];
  if (trace.has.rewards && candidate.heuristics) {
    parts.push([`${rule.own}, the model`, trace.own(candidate), 'model']);
    trace.header.heuristics.forEach((heuristic, i) => parts.push([`λ·${heuristic.weight === 1 ? '' : `${weight(heuristic.weight)}·`}${heuristic.name}, worth ${number(candidate.heuristics[i])}`, trace.lambda * heuristic.weight * Number(candidate.heuristics[i]), 'heuristic']));
  }
  parts.push([`c${parts.length === 0 ? ` = ${rule.own}` : ''}${candidate.scoreIsBound ? ', at most' : ''}`, candidate.score, 'total']);
  const most = Math.max(...parts.map(([, value]) => Math.abs(value)).filter(Number.isFinite), 1e-9);
  const list = make('dl', { class: 'parts' });
  const row = (name, value, bar) => list.append(make('dt', {}, name), make('dd', {}, bar, value));
  row('p(token)', make('span', {}, percent(candidate.tokenLogProbability), make('small', { class: 'logs' }, ` log p ${number(candidate.tokenLogProbability)}`)), makeBar(0, Math.exp(candidate.tokenLogProbability), 'chance'));
  for (const [name, value, kind] of parts) row(name, number(value), Number.isFinite(value) ? makeBar(value < 0 ? 0.5 + value / most / 2 : 0.5, Math.abs(value) / most / 2, kind) : makeBar(0, 0, kind));
  if (candidate.logProposal !== null) row('q(token), drawn from', percent(candidate.logProposal), makeBar(0, Math.exp(candidate.logProposal), 'chance'));
  if (candidate.logWeight !== null) row('log weight', number(candidate.logWeight), make('span'));
  if (!candidate.heuristics && trace.header.heuristics.length > 0) list.append(make('dt', { class: 'dim' }, trace.header.heuristics.map(heuristic => heuristic.name).join(', ')), make('dd', { class: 'dim' }, 'not asked: it does not rank here'));
  return list;
}

function makeBar(from, share, kind) {
  return make('span', { class: `partBar ${kind}`, style: `--from:${(100 * from).toFixed(1)}%;--share:${(100 * Math.min(1, share)).toFixed(1)}%` });
}

// What a constraint forbade after the same text, and how much of the model's probability that was.
function showForbidden(candidate) {
  const mask = candidate.mask;
  if (!mask || mask.forbidden.length === 0) return [];
  const best = Math.max(...candidate.step.candidates.filter(other => other.parent === candidate.parent).map(other => other.tokenLogProbability));
  const tokens = mask.forbidden.flatMap(token => [make('span', { class: `forbiddenToken${Number(token.logProbability) > best ? ' likelier' : ''}`, ...(Number(token.logProbability) > best ? { title: 'likelier than any token that was proposed' } : {}) }, make('s', {}, tokenElement(token)), ` ${percent(token.logProbability)}`), ' ']);
  return [make('p', { class: 'forbidden' }, 'A constraint forbade here: ', ...tokens, make('small', {}, `${mask.loss === null ? '' : `${percent(-mask.loss)} of the probability was left`}${mask.forces ? '; what came was forced' : ''}`))];
}
