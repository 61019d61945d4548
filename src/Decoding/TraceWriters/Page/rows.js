// Every candidate of a step as a table: bank by bank where there are banks, percent first, logarithms on demand.
function showRows(trace, step, path, current, select) {
  const { has, header } = trace, parts = has.values ? header.heuristics.map((heuristic, i) => [heuristic.weight === 1 ? heuristic.name : `${heuristic.name} × ${weight(heuristic.weight)}`, i]) : [];
  const columns = [
    ['#', one => cell('number', one.rank)],
    ['after', one => cell('before', ending(one.before))],
    ['token', one => make('td', { class: 'text' }, tokenElement(one))],
    ['p(token)', one => bar(percent(one.tokenLogProbability), Math.exp(one.tokenLogProbability), 'var(--kept)')],
    ['log p(token)', one => cell('number logs', number(one.tokenLogProbability)), 'logs'],
    ...has.proposals ? [['q(token)', one => one.logProposal === null ? none() : cell('number', percent(one.logProposal))], ['log q', one => one.logProposal === null ? none('–', 'logs') : cell('number logs', number(one.logProposal)), 'logs']] : [],
    ['log P', one => cell('number logs', number(one.logProbability)), 'logs'],
    ...parts.map(([title, i]) => [title, one => one.heuristics ? cell('number', number(one.heuristics[i])) : none('not asked')]),
    ...has.rewards ? [['λ·h', one => one.heuristics ? cell('number', atMost(one) + number(trace.lambda * one.reward)) : none('not asked')]] : [],
    ['c', one => bar(atMost(one) + number(one.score), range.high > range.low ? (one.score - range.low) / (range.high - range.low) : 1, 'var(--reward)')],
    ...has.weights ? [['log weight', one => one.logWeight === null ? none() : cell('number', number(one.logWeight))]] : [],
    ...has.lookaheads ? [['lookahead', one => make('td', { class: 'lookahead' }, one.lookaheadText, one.lookaheadEnded ? make('em', {}, ' ■ end') : null)]] : [],
    ['what became of it', one => make('td', { class: 'outcome' }, make('b', {}, `${one.outcome === 'pruned' ? 'not kept' : one.outcome}${one.copies > 1 ? ` ×${one.copies}` : ''}`), one.reason ? `: ${one.reason}` : '')],
  ];
  const scores = step.candidates.map(one => one.score).filter(Number.isFinite), range = { low: Math.min(...scores), high: Math.max(...scores) };
  const body = make('tbody'), groups = has.banks.length > 0 ? has.banks.map(bank => [bank, step.candidates.filter(one => one.bank === bank)]).filter(([, own]) => own.length > 0) : [[null, step.candidates]];
  for (const [bank, own] of groups) {
    if (bank !== null) body.append(make('tr', { class: 'bank' }, make('th', { colspan: columns.length, scope: 'colgroup' }, make('i', { style: `background:${bankColour(trace, bank)}` }), bank, make('small', {}, ` ${own.filter(one => one.outcome !== 'pruned').length} of ${own.length} kept`))));
    for (const one of own) {
      const kind = path.includes(one) ? 'path' : one.outcome === 'pruned' ? 'pruned' : 'kept';
      const row = make('tr', { class: `${kind}${one === current ? ' chosen' : ''}`, 'data-row': one.id }, ...columns.map(([title, show]) => { const cell = show(one); cell.dataset.label = title; return cell; }));
      row.addEventListener('click', () => select(one));
      body.append(row);
    }
  }
  return make('table', {}, make('thead', {}, make('tr', {}, ...columns.map(([title, , kind = '']) => make('th', { class: kind, scope: 'col' }, title)))), body);
}

// a lookahead that was left off leaves a bound
function atMost(candidate) {
  return candidate.scoreIsBound ? '≤ ' : '';
}

function cell(kind, text) {
  return make('td', { class: kind }, String(text));
}

function none(text = '–', kind = '') {
  return cell(`number none ${kind}`, text);
}

function bar(text, share, colour) {
  return make('td', { class: 'number bar', style: `--bar:${colour};--width:${(Math.max(0, Math.min(1, share || 0)) * 100).toFixed(1)}%` }, text);
}
