// Why one of several answers was kept: the directions that were asked, as angles from the target, and what the target rates each answer.
function drawSelection(choose) {
  const place = view('selection');
  if (!selection) return;
  place.hidden = false;
  const best = selection.answers[0], scores = selection.answers.map(answer => answer.score), low = Math.min(...scores), high = Math.max(...scores);
  const share = score => high > low ? (score - low) / (high - low) : 1;
  const titles = [['answer', 'number'], ['offset', 'number'], ...selection.target.objectives.map(name => [`asked ${name}`, 'number']), ...best.rewards.map(reward => [`got ${reward.objective}`, 'number']), ['v·r', 'number'], ['text', '']];
  const table = make('table', {},
    make('thead', {}, make('tr', {}, ...titles.map(([title, kind]) => make('th', { class: kind }, title)))),
    make('tbody', {}, ...selection.answers.map(answer => {
      const row = make('tr', { class: answer === best ? 'path' : 'pruned' },
        cell('number', answer.number + 1), cell('number', `${answer.offsetDegrees.toFixed(0)}°`), ...answer.direction.weights.map(weight => cell('number', number(weight, 2))),
        ...answer.rewards.map(reward => cell('number', number(reward.value, 2))), bar(number(answer.score), share(answer.score), 'var(--reward)'), cell('lookahead', answer.answer.text));
      row.addEventListener('click', () => choose(answer.number));
      return row;
    })));
  place.append(make('h2', {}, 'Selection', make('small', {}, `${selection.plan}, ${selection.directions}; kept: ${selection.reason}`)), make('div', { class: 'selection' }, drawFan(share, choose), table));
}

// The target points right; a ray's angle is its offset, on the side of the target where it lies; its length is the score.
function drawFan(share, choose) {
  const size = 230, centre = [24, size / 2], reach = size - 64, target = selection.target.weights;
  const across = direction => {
    const along = direction.weights.reduce((sum, weight, i) => sum + weight * target[i], 0);
    return direction.weights.map((weight, i) => weight - along * target[i]);
  };
  const axis = selection.answers.map(answer => across(answer.direction)).find(one => one.some(value => Math.abs(value) > 1e-9)) ?? target;
  const end = (degrees, length) => [centre[0] + length * Math.cos(degrees * Math.PI / 180), centre[1] - length * Math.sin(degrees * Math.PI / 180)];
  const ray = (kind, [x, y]) => make('line', { class: kind, x1: centre[0], y1: centre[1], x2: x, y2: y });
  const fan = make('svg', { class: 'fan', width: size, height: size, viewBox: `0 0 ${size} ${size}` }, ray('targetRay', end(0, reach + 26)));
  for (const answer of [...selection.answers].reverse()) {
    const side = across(answer.direction).reduce((sum, value, i) => sum + value * axis[i], 0) < 0 ? -1 : 1;
    const kind = answer === selection.answers[0] ? 'path' : 'other', tip = end(side * answer.offsetDegrees, reach * (0.45 + 0.55 * share(answer.score)));
    const mark = make('g', { class: `ray ${kind}` }, ray(kind, tip), make('circle', { cx: tip[0], cy: tip[1], r: 9 }), make('text', { x: tip[0], y: tip[1] }, String(answer.number + 1)),
      make('title', {}, `answer ${answer.number + 1}: ${answer.offsetDegrees.toFixed(0)}° from the target, v·r = ${number(answer.score)}`));
    mark.addEventListener('click', () => choose(answer.number));
    fan.append(mark);
  }
  return fan;
}
