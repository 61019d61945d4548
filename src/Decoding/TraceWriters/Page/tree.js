// The picture: one column a step, what was kept on top in lanes, what was pruned below it, edges from each candidate to the one it continues.
const shape = { column: 132, node: 104, height: 22, lane: 28, top: 96, left: 70, chart: 60, mostPruned: 12 };

function drawTree(steps, path, select) {
  const onPath = new Set(path.map(candidate => candidate.id));
  const places = placeNodes(steps, onPath);
  const rows = Math.max(...[...places.values()].map(place => place.row), 0) + 2;
  const width = shape.left + steps.length * shape.column + 20, height = shape.top + rows * shape.lane;
  const svg = make('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' });
  const columns = make('g'), edges = make('g'), strongEdges = make('g'), nodes = make('g');
  svg.append(columns, drawChart(path, width), edges, strongEdges, nodes);

  const rewards = [...byId.values()].map(candidate => candidate.reward);
  const range = { least: Math.min(...rewards), most: Math.max(...rewards) };
  for (const step of steps) {
    const x = shape.left + step.index * shape.column;
    const column = make('rect', { class: 'column', x, y: 0, width: shape.column, height, 'data-step': step.index });
    column.addEventListener('click', () => select(onStep(path, step) ?? step.candidates[0]));
    columns.append(column, make('text', { class: 'number', x: x + shape.column / 2, y: 12 }, step.attempt > 0 ? `${step.step} again` : String(step.step)));
    const hidden = step.candidates.filter(candidate => !places.has(candidate.id)).length;
    if (hidden > 0) {
      const lowest = Math.max(...step.candidates.map(candidate => places.get(candidate.id)?.row ?? 0));
      columns.append(make('text', { class: 'more', x: x + shape.column / 2, y: shape.top + (lowest + 1.3) * shape.lane }, `+ ${hidden} more`));
    }
    for (const candidate of step.candidates) {
      const place = places.get(candidate.id);
      if (!place) continue;
      const kind = onPath.has(candidate.id) ? 'path' : candidate.outcome === 'pruned' ? 'pruned' : 'kept';
      (kind === 'pruned' ? edges : strongEdges).append(drawEdge(candidate, place, places.get(candidate.parent), kind));
      nodes.append(drawNode(candidate, place, kind, range, select));
    }
  }
  return svg;
}

// Lanes: the committed path is lane 0; a hypothesis keeps the lane of the one it continues where that is free.
function placeNodes(steps, onPath) {
  const places = new Map();
  const lanes = Math.max(1, ...steps.map(step => step.candidates.filter(candidate => candidate.outcome !== 'pruned').length));
  for (const step of steps) {
    const x = shape.left + step.index * shape.column + (shape.column - shape.node) / 2;
    const taken = new Set();
    const put = (candidate, row) => { taken.add(row); places.set(candidate.id, { x, row, y: shape.top + row * shape.lane }); };
    const kept = step.candidates.filter(candidate => candidate.outcome !== 'pruned');
    const winner = step.candidates.find(candidate => onPath.has(candidate.id));
    if (winner) put(winner, 0);
    const waiting = [];
    for (const candidate of kept.filter(candidate => candidate !== winner)) {
      const lane = places.get(candidate.parent)?.row;
      if (lane > 0 && lane < lanes && !taken.has(lane)) put(candidate, lane);
      else waiting.push(candidate);
    }
    for (const candidate of waiting) {
      let row = winner || taken.has(0) ? 1 : 0;
      while (taken.has(row)) row++;
      put(candidate, row);
    }
    let row = Math.max(lanes, ...[...taken].map(value => value + 1));
    for (const candidate of step.candidates.filter(candidate => candidate.outcome === 'pruned' && candidate !== winner).slice(0, shape.mostPruned)) put(candidate, row++);
  }
  return places;
}

function drawNode(candidate, place, kind, range, select) {
  const probability = Math.exp(candidate.tokenLogProbability);
  const share = range.most > range.least ? (candidate.reward - range.least) / (range.most - range.least) : 0;
  const label = visible(candidate.text);
  const group = make('g', { class: `node ${kind} ${candidate.outcome}`, transform: `translate(${place.x} ${place.y})`, 'data-id': candidate.id },
    make('rect', { class: 'box', width: shape.node, height: shape.height, rx: 5 }),
    make('rect', { class: 'reward', width: 3.5, x: 0, y: 3, height: shape.height - 6, rx: 1.5, opacity: has.rewards ? share.toFixed(3) : 0 }),
    make('circle', { class: 'bankMark', cx: shape.node - 7, cy: 6, r: 3, fill: bankColour(candidate.bank) }),
    make('rect', { class: 'likely', x: 8, y: shape.height - 4, height: 2, width: ((shape.node - 16) * probability).toFixed(1), rx: 1 }),
    make('text', { x: 9, y: shape.height / 2 - 1 }, label.length > 12 ? label.slice(0, 11) + '…' : label));
  if (candidate.outcome === 'finished') group.append(make('text', { x: shape.node - 12, y: shape.height / 2 }, '■'));
  group.append(make('title', {}, `${visible(candidate.text)}   c ${number(candidate.score)}   log P ${number(candidate.logProbability)}\n${candidate.outcome}: ${candidate.reason}`));
  group.addEventListener('click', () => select(candidate));
  return group;
}

function drawEdge(candidate, place, from, kind) {
  const x1 = from ? from.x + shape.node : 16, y1 = (from ? from.y : shape.top) + shape.height / 2;
  const x2 = place.x, y2 = place.y + shape.height / 2, bend = Math.max(14, (x2 - x1) / 2);
  return make('path', { class: `edge ${kind}`, 'data-edge': candidate.id, d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
}

// Above the tree: how likely the model found each committed token (bars), and the weighted heuristics after its lookahead (line).
function drawChart(path, width) {
  const base = 22 + shape.chart, chart = make('g');
  chart.append(make('line', { class: 'axis', x1: shape.left, x2: width, y1: base, y2: base }));
  const rewards = path.map(candidate => candidate.reward), least = Math.min(...rewards, 0), most = Math.max(...rewards, least + 1e-9);
  let line = '';
  for (const candidate of path) {
    const x = shape.left + candidate.step.index * shape.column;
    const tall = Math.exp(candidate.tokenLogProbability) * (shape.chart - 6);
    chart.append(make('rect', { class: 'probability', x: x + 40, y: base - tall, width: shape.column - 80, height: tall, rx: 2, 'pointer-events': 'none' }));
    const y = base - 2 - (candidate.reward - least) / (most - least) * (shape.chart - 10);
    line += `${line ? 'L' : 'M'}${x + 6} ${y} L${x + shape.column - 6} ${y} `;
  }
  if (has.rewards) chart.append(make('path', { class: 'rewardLine', d: line, 'pointer-events': 'none' }));
  chart.append(make('text', { class: 'caption', x: 8, y: base - 30 }, 'p(token)'));
  if (has.rewards) chart.append(make('text', { class: 'caption', x: 8, y: base - 14 }, `h: ${number(most, 2)}`));
  return chart;
}

// The whole search at a glance: a bar for each committed token, marked where the model alone would have gone another way, and the line of h.
function drawOverview(steps, path, select) {
  const height = 100, svg = make('svg', { viewBox: `0 0 ${Math.max(1, steps.length)} ${height}`, preserveAspectRatio: 'none', role: 'img' });
  const rewards = path.map(candidate => candidate.reward), least = Math.min(...rewards, 0), most = Math.max(...rewards, least + 1e-9);
  let line = '';
  for (const candidate of path) {
    const x = candidate.step.index, tall = Math.exp(candidate.tokenLogProbability) * (height - 20);
    svg.append(make('rect', { class: overruled(candidate) ? 'overruled' : 'probability', x: x + .15, width: .7, y: height - 6 - tall, height: tall + 6 }));
    const y = height - 12 - (candidate.reward - least) / (most - least) * (height - 24);
    line += `${line ? 'L' : 'M'}${x} ${y} L${x + 1} ${y} `;
  }
  if (has.rewards) svg.append(make('path', { class: 'rewardLine', d: line }));
  svg.append(make('rect', { class: 'here', x: 0, y: 1, width: 1, height: height - 2 }));
  svg.addEventListener('click', event => {
    const box = svg.getBoundingClientRect(), index = Math.min(steps.length - 1, Math.floor((event.clientX - box.left) / box.width * steps.length));
    select(onStep(path, steps[index]) ?? steps[index].candidates[0]);
  });
  return svg;
}
