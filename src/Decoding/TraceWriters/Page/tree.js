// The picture: a column a step. Hypotheses stand in bands, one a bank, those furthest on below; what was not kept and what a constraint forbade stand below.
// Branches that led to none of the best texts are folded to a count that opens their column; hypotheses with equal texts are one node.
const shape = { height: 24, row: 29, top: 26, left: 26, gap: 20, strip: 18, band: 20, mostPruned: 8, mostForbidden: 3, longest: 14, fewest: 8 };

function layTree(trace, steps, path, { fold, open }) {
  const living = trace.living(steps), onPath = new Set(path.map(candidate => candidate.id)), places = new Map();
  const bands = (trace.has.banks.length > 0 ? trace.has.banks : [null]).map(bank => ({ bank, rows: 0, folded: false }));
  const bandOf = candidate => bands.find(band => band.bank === candidate.bank) ?? bands[0];
  // a narrow beam is shown whole
  const folds = fold && steps.some(step => step.kept > shape.fewest);
  const columns = steps.map(step => {
    const column = { step, nodes: [], folded: new Map(), below: [], more: 0 }, taken = new Map(bands.map(band => [band, new Set()])), isOpen = !folds || open.has(step.index);
    const kept = mergeEqual(step.candidates.filter(candidate => candidate.outcome !== 'pruned' || onPath.has(candidate.id)), onPath);
    for (const node of kept) {
      const band = node.band = bandOf(node.candidate);
      if (isOpen || node.path || node.all.some(one => living.has(one.id))) column.nodes.push(node);
      else { column.folded.set(band, (column.folded.get(band) ?? 0) + node.all.length); band.folded = true; }
    }
    // the answer first; then whoever can go on in the lane of what it continues
    column.nodes.sort((a, b) => b.path - a.path);
    const waiting = column.nodes.filter(node => {
      const before = places.get(node.candidate.parent), lane = node.path ? 0 : before?.band === node.band ? before.lane : -1;
      if (lane < 0 || taken.get(node.band).has(lane)) return true;
      place(node, lane);
      return false;
    });
    for (const node of waiting) {
      let lane = 0;
      while (taken.get(node.band).has(lane)) lane++;
      place(node, lane);
    }
    function place(node, lane) {
      node.lane = lane;
      taken.get(node.band).add(lane);
      node.band.rows = Math.max(node.band.rows, lane + 1);
      for (const one of node.all) places.set(one.id, node);
    }
    const mask = onStep(path, step)?.mask, pruned = step.candidates.filter(candidate => candidate.outcome === 'pruned' && !onPath.has(candidate.id));
    const forbidden = (mask?.forbidden ?? []).filter(token => token.logProbability > Math.log(0.01)).slice(0, shape.mostForbidden);
    const most = trace.has.banks.length === 0 || open.has(step.index) ? shape.mostPruned : 0;
    column.below = [...forbidden.map(token => ({ forbidden: token, after: mask.after })), ...pruned.slice(0, most).map(candidate => ({ candidate, all: [candidate] }))];
    column.below.forEach((node, lane) => { node.lane = lane; if (node.candidate) places.set(node.candidate.id, node); });
    column.more = most > 0 ? Math.max(0, pruned.length - most) : 0;
    column.width = Math.max(34, ...[...column.nodes, ...column.below].map(width));
    return column;
  });

  let x = shape.left, y = shape.top;
  for (const column of columns) { column.x = x; x += column.width + shape.gap; }
  for (const band of bands) {
    band.top = y;
    band.height = band.rows === 0 && !band.folded ? 0 : (band.bank === null ? 4 : shape.band) + band.rows * shape.row + (band.folded ? shape.strip : 0);
    y += band.height;
  }
  const below = { top: y, rows: Math.max(0, ...columns.map(column => column.below.length + (column.more > 0 ? 1 : 0))) };
  for (const column of columns) {
    for (const node of column.nodes) { node.x = column.x; node.y = node.band.top + (node.band.bank === null ? 4 : shape.band) + node.lane * shape.row; node.width = column.width; }
    for (const node of column.below) { node.x = column.x; node.y = below.top + 8 + node.lane * shape.row; node.width = column.width; }
  }
  return { columns, bands, below, places, width: x + 10, height: y + (below.rows > 0 ? 8 + below.rows * shape.row : 0) + 6 };
}

// Hypotheses whose texts are equal, such as copies of a particle, are one node; the best stands for them.
function mergeEqual(candidates, onPath) {
  const nodes = new Map();
  for (const candidate of candidates) {
    const key = `${candidate.bank}|${candidate.outcome}|${candidate.isSpecial}|${candidate.before}${candidate.text}`;
    const node = nodes.get(key) ?? { candidate, all: [], path: false };
    node.all.push(candidate);
    if (onPath.has(candidate.id)) [node.candidate, node.path] = [candidate, true];
    nodes.set(key, node);
  }
  return [...nodes.values()];
}

function label(node) {
  const { text, isSpecial } = node.forbidden ?? node.candidate, shown = isSpecial ? text : visible(text);
  return (shown.length > shape.longest ? shown.slice(0, shape.longest - 1) + '…' : shown) + (node.all?.length > 1 ? ` ×${node.all.length}` : '');
}

function share(node) {
  const p = 100 * Math.exp(Number((node.forbidden ?? node.candidate)[node.forbidden ? 'logProbability' : 'tokenLogProbability']));
  return p >= 0.95 ? `${Math.round(p)}%` : p >= 0.05 ? `${p.toFixed(1)}%` : '~0%';
}

function width(node) {
  return 16 + label(node).length * 7.3 + 6 + share(node).length * 6 + (node.candidate?.outcome === 'finished' ? 14 : 0);
}

function drawTree(trace, layout, { select, open }) {
  const { columns, bands, below, places } = layout, bottom = layout.height;
  const svg = make('svg', { width: layout.width, height: bottom, viewBox: `0 0 ${layout.width} ${bottom}`, role: 'img', 'aria-label': 'The tree of candidates; the table below has every one of them' });
  const back = make('g'), edges = make('g'), strong = make('g'), nodes = make('g');
  svg.append(back, edges, strong, nodes);
  const rewards = columns.flatMap(column => [...column.nodes, ...column.below].flatMap(node => node.candidate ? [node.candidate.reward] : []));
  const least = Math.min(...rewards), range = Math.max(...rewards) - least;
  for (const band of bands.filter(band => band.height > 0 && band.bank !== null)) back.append(make('rect', { class: 'band', x: 0, y: band.top + 1, width: layout.width, height: band.height - 2, fill: bankColour(trace, band.bank) }));
  for (const column of columns) {
    const { step } = column, middle = column.x + column.width / 2;
    const area = make('rect', { class: 'column', x: column.x - shape.gap / 2, y: 0, width: column.width + shape.gap, height: bottom, 'data-step': step.index });
    area.addEventListener('click', () => select(column.nodes[0]?.candidate ?? step.candidates[0]));
    back.append(area, make('text', { class: 'number', x: middle, y: 12 }, step.attempt > 0 ? `${step.step} again` : String(step.step)));
    for (const [band, amount] of column.folded) {
      const y = band.top + band.height - shape.strip, chip = make('g', { class: 'chip' }, make('rect', { x: middle - 17, y, width: 34, height: 14, rx: 7 }), make('text', { x: middle, y: y + 7 }, `+${amount}`),
        make('title', {}, `${count(amount, 'hypothesis was', 'hypotheses were')} kept here and led to none of the best texts: click to open the step`));
      chip.addEventListener('click', () => open(step.index));
      nodes.append(chip);
    }
    if (column.more > 0) back.append(make('text', { class: 'number', x: middle, y: below.top + 8 + column.below.length * shape.row + 10 }, `+${column.more}`));
    for (const node of [...column.nodes, ...column.below]) {
      const kind = node.forbidden ? 'forbidden' : node.path ? 'path' : node.candidate.outcome === 'pruned' ? 'pruned' : 'kept';
      for (const parent of new Set(node.forbidden ? [node.after] : node.all.map(one => one.parent))) {
        const from = places.get(parent);
        if (from || parent === 0) (kind === 'path' || kind === 'kept' ? strong : edges).append(drawEdge(node, from, kind));
      }
      nodes.append(drawNode(trace, node, kind, range > 0 ? (node.candidate?.reward - least) / range : 0, select));
    }
  }
  return svg;
}

function drawNode(trace, node, kind, reward, select) {
  const { candidate, forbidden } = node, told = forbidden ?? candidate, chance = Math.exp(Number(forbidden ? forbidden.logProbability : candidate.tokenLogProbability));
  const group = make('g', { class: `node ${kind} ${candidate?.outcome ?? ''}${told.isSpecial ? ' special' : ''}`, transform: `translate(${node.x} ${node.y})`, ...(candidate ? { 'data-ids': node.all.map(one => one.id).join(' ') } : {}) },
    make('rect', { class: 'box', width: node.width, height: shape.height, rx: told.isSpecial ? 12 : 5 }),
    trace.has.rewards && candidate ? make('rect', { class: 'reward', width: 3.5, x: 0, y: 4, height: shape.height - 8, rx: 1.5, opacity: reward.toFixed(3) }) : null,
    make('rect', { class: 'likely', x: 8, y: shape.height - 4, height: 2, width: ((node.width - 16) * chance).toFixed(1), rx: 1 }),
    make('text', { x: 9, y: shape.height / 2 - 1 }, label(node)), make('text', { class: 'share', x: node.width - (candidate?.outcome === 'finished' ? 20 : 7), y: shape.height / 2 - 1 }, share(node)),
    candidate?.outcome === 'finished' ? make('text', { x: node.width - 15, y: shape.height / 2 - 1 }, '■') : null,
    make('title', {}, forbidden ? `${visible(forbidden.text)}: a constraint forbade it; the model gave it ${percent(forbidden.logProbability)}`
      : `${visible(candidate.text)}   ${percent(candidate.tokenLogProbability)}   c ${number(candidate.score)}\n${why(candidate)}${node.all.length > 1 ? `\n${node.all.length} hypotheses with this text` : ''}`));
  if (candidate) group.addEventListener('click', () => select(candidate));
  return group;
}

function drawEdge(node, from, kind) {
  const x1 = from ? from.x + from.width : 8, y1 = (from ? from.y : node.y) + shape.height / 2, x2 = node.x, y2 = node.y + shape.height / 2, bend = Math.max(10, (x2 - x1) / 2);
  return make('path', { class: `edge ${kind}`, ...(node.candidate ? { 'data-edges': node.all.map(one => one.id).join(' ') } : {}), d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
}

function bankColour(trace, bank) {
  return bank === null ? 'transparent' : `hsl(${(trace.has.banks.indexOf(bank) * 137 + 200) % 360} 60% 50%)`;
}

// The whole search at a glance: a bar for each token of the answer, marked where the model alone would have gone another way, and the line of h.
function drawOverview(trace, steps, path, choose) {
  const height = 100, svg = make('svg', { viewBox: `0 0 ${Math.max(1, steps.length)} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': 'How likely the model found each token of the answer' });
  const rewards = path.map(candidate => candidate.reward), least = Math.min(...rewards, 0), most = Math.max(...rewards, least + 1e-9);
  let line = '';
  for (const candidate of path) {
    const x = candidate.step.index, tall = Math.exp(candidate.tokenLogProbability) * (height - 20);
    svg.append(make('rect', { class: overruled(candidate) ? 'overruled' : 'probability', x: x + .15, width: .7, y: height - 6 - tall, height: tall + 6 }));
    const y = height - 12 - (candidate.reward - least) / (most - least) * (height - 24);
    line += `${line ? 'L' : 'M'}${x} ${y} L${x + 1} ${y} `;
  }
  if (trace.has.rewards) svg.append(make('path', { class: 'rewardLine', d: line }));
  svg.append(make('rect', { class: 'here', x: 0, y: 1, width: 1, height: height - 2 }));
  svg.addEventListener('click', event => {
    const box = svg.getBoundingClientRect();
    choose(Math.max(0, Math.min(steps.length - 1, Math.floor((event.clientX - box.left) / box.width * steps.length))));
  });
  return svg;
}
