// Why one of several answers was kept: the directions that were asked, as angles from the target, what the objectives say of each answer, and which answers no other beats in all of them.
function showSelection(trace, choose) {
  const { selection } = trace;
  if (!selection) return showAnswers(trace, choose);
  const show = choose;
  choose = answer => show(trace.numberOf(answer.answer.ids));
  const best = selection.answers[0], scores = selection.answers.map(answer => answer.score), low = Math.min(...scores), high = Math.max(...scores);
  const share = score => high > low ? (score - low) / (high - low) : 1, front = paretoFront(selection.answers);
  const titles = ['answer', 'offset', ...selection.target.objectives.map(name => `asked ${name}`), ...best.rewards.map(reward => `got ${reward.objective}`), 'v·r', 'text'];
  const body = make('tbody', {}, ...selection.answers.map(answer => {
    const cells = [cell('number', `${answer.number + 1}${front.has(answer) ? ' ◆' : ''}`), cell('number', `${answer.offsetDegrees.toFixed(0)}°`), ...answer.direction.weights.map(weight => cell('number', number(weight, 2))),
      ...answer.rewards.map(reward => cell('number', number(reward.value, 2))), bar(number(answer.score), share(answer.score), 'var(--reward)'), cell('lookahead', answer.answer.text)];
    cells.forEach((one, i) => { one.dataset.label = titles[i]; });
    const row = make('tr', { class: answer === best ? 'path' : 'pruned', ...(front.has(answer) ? { title: 'no other answer is better by every objective' } : {}) }, ...cells);
    row.addEventListener('click', () => choose(answer));
    return row;
  }));
  return [make('h2', {}, 'Selection', make('small', {}, `${selection.plan}, ${selection.directions}; kept: ${selection.reason}`)),
    make('div', { class: 'selection' }, drawFan(selection, share, choose), drawFront(selection.answers, front, choose),
      make('div', { class: 'rows', tabindex: 0, role: 'group', 'aria-label': 'Answers' }, make('table', {}, make('thead', {}, make('tr', {}, ...titles.map(title => make('th', { scope: 'col' }, title)))), body)))];
}

// The target points right; a ray's angle is its offset, on the side of the target where it lies; its length is the score.
function drawFan(selection, share, choose) {
  const size = 230, centre = [24, size / 2], reach = size - 64, target = selection.target.weights;
  const across = direction => {
    const along = direction.weights.reduce((sum, weight, i) => sum + weight * target[i], 0);
    return direction.weights.map((weight, i) => weight - along * target[i]);
  };
  const axis = selection.answers.map(answer => across(answer.direction)).find(one => one.some(value => Math.abs(value) > 1e-9)) ?? target;
  const end = (degrees, length) => [centre[0] + length * Math.cos(degrees * Math.PI / 180), centre[1] - length * Math.sin(degrees * Math.PI / 180)];
  const ray = (kind, [x, y]) => make('line', { class: kind, x1: centre[0], y1: centre[1], x2: x, y2: y });
  const fan = make('svg', { class: 'plot fan', width: size, height: size, viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': 'The directions that were asked, as angles from the preference' },
    ray('targetRay', end(0, reach + 26)), make('text', { class: 'caption', x: 8, y: 12 }, 'asked'));
  for (const answer of [...selection.answers].reverse()) {
    const side = across(answer.direction).reduce((sum, value, i) => sum + value * axis[i], 0) < 0 ? -1 : 1;
    const tip = end(side * answer.offsetDegrees, reach * (0.45 + 0.55 * share(answer.score)));
    fan.append(mark(answer, answer === selection.answers[0], tip, choose, ray(answer === selection.answers[0] ? 'path' : 'other', tip)));
  }
  return fan;
}

// Answers that heuristics rate, two heuristics or more: the same front, of what they say of each.
function showAnswers(trace, choose) {
  const told = trace.end?.answers ?? [];
  if (told.length < 2 || told[0].heuristics.length < 2) return [];
  const answers = told.map((answer, i) => ({ number: trace.numberOf(answer.ids) ?? i, rewards: answer.heuristics.map(one => ({ objective: one.name, value: one.value })), text: answer.text }));
  return [make('h2', {}, 'Answers', make('small', {}, `${count(answers.length, 'text', 'texts')} by what the heuristics say of each; the line joins those that no other beats in all of them`)),
    make('div', { class: 'selection' }, drawFront(answers, paretoFront(answers), answer => choose(answer.number)))];
}

// The first two objectives, each answer a point, and the front of those that no other beats in all objectives.
function drawFront(answers, front, choose) {
  const size = 230, room = 26, names = answers[0].rewards.slice(0, 2).map(reward => reward.objective);
  if (names.length < 2) return null;
  const values = answers.map(answer => answer.rewards.slice(0, 2).map(reward => Number(reward.value)));
  const scale = [0, 1].map(i => { const low = Math.min(...values.map(value => value[i])), high = Math.max(...values.map(value => value[i])); return value => (high > low ? (value - low) / (high - low) : 0.5); });
  const at = answer => { const [x, y] = answer.rewards.slice(0, 2).map((reward, i) => scale[i](Number(reward.value))); return [room + x * (size - 2 * room), size - room - y * (size - 2 * room)]; };
  const plot = make('svg', { class: 'plot front', width: size, height: size, viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': `Answers by ${names[0]} and ${names[1]}; the front joins those that no other beats in both` });
  const line = [...front].map(at).sort((a, b) => a[0] - b[0]).map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  plot.append(make('path', { class: 'frontLine', d: line }), make('text', { class: 'caption', x: size - 6, y: size - 8, 'text-anchor': 'end' }, `${names[0]} →`), make('text', { class: 'caption', x: 8, y: 12 }, `↑ ${names[1]}`));
  for (const answer of [...answers].reverse()) plot.append(mark(answer, answer === answers[0], at(answer), choose, null, front.has(answer)));
  return plot;
}

function mark(answer, isBest, [x, y], choose, ray, isFront = true) {
  const group = make('g', { class: `ray ${isBest ? 'path' : 'other'}${isFront ? '' : ' beaten'}` }, ray, make('circle', { cx: x, cy: y, r: 9 }), make('text', { x, y }, String(answer.number + 1)),
    make('title', {}, [answer.text, `answer ${answer.number + 1}${answer.offsetDegrees === undefined ? '' : `: ${answer.offsetDegrees.toFixed(0)}° from the target, v·r = ${number(answer.score)}`}`, answer.rewards.map(reward => `${reward.objective} ${number(reward.value, 2)}`).join(', ')].filter(line => line).join('\n')));
  group.addEventListener('click', () => choose(answer));
  return group;
}

// The answers that no other one beats: at least as good by every objective, and better by one.
function paretoFront(answers) {
  const beats = (one, other) => one.rewards.every((reward, i) => Number(reward.value) >= Number(other.rewards[i].value)) && one.rewards.some((reward, i) => Number(reward.value) > Number(other.rewards[i].value));
  return new Set(answers.filter(answer => !answers.some(other => beats(other, answer))));
}
