// The playground: a form on one side, one search or two on the other.
const playground = {
  lanes: [],
  byId: id => document.getElementById(id),

  async start() {
    this.byId('theme').addEventListener('click', toggleTheme);
    document.addEventListener('keydown', event => this.key(event));
    try {
      this.catalogue = await server.catalogue();
    } catch (error) {
      return this.refused(error);
    }
    this.settings = readLink(location.hash, newSettings(this.catalogue));
    this.form = new Form(this.byId('form'), this.catalogue, this.settings, () => this.changed());
    this.byId('form').addEventListener('submit', event => { event.preventDefault(); this.run(); });
    this.byId('form').addEventListener('click', event => { if (event.target.id === 'stop') this.stop(); });
    this.byId('share').addEventListener('click', () => this.share());
    window.addEventListener('hashchange', () => {
      if (location.hash === writeLink(this.settings)) return;
      this.settings = readLink(location.hash, newSettings(this.catalogue));
      this.form.settings = this.settings;
      this.form.draw();
      if (location.hash.length > 1) this.run();
      else this.greet();
    });
    this.tellModel();
    if (location.hash.length > 1) this.run();
    else this.greet();
  },

  // what a newcomer can try
  greet() {
    this.stop();
    this.lanes = [];
    const tries = [
      ['Two words that must be there, by grid beam search', [['tokens', 64], ['require', 'must-include=fox,river'], ['require', 'whole-sentences'], ['a', 'grid-beam']]],
      ['DeAL with a reward: the more positive, the better', [['heuristic', 'positivity=default@1'], ['a', 'deal']]],
      ['The best of several answers by a preference (RPS)', [['preference', 'positivity=0.866,brevity=0.500'], ['a', 'sample']]],
      ['Two decoders beside each other', [['heuristic', 'positivity=default@1'], ['a', 'deal'], ['b', 'best-of']]],
    ];
    this.byId('lanes').replaceChildren(make('div', { class: 'start' }, make('h2', {}, 'What a search decides'),
      make('p', {}, 'Write a text on the left, say what it must hold or should be like, and choose a decoder. The text appears here with the tree of what the search considered: a click on a token or a candidate tells why.'),
      make('ul', {}, ...tries.map(([title, link]) => make('li', {}, make('a', { href: `#${new URLSearchParams([['prompt', this.settings.prompt], ...link])}` }, title))))));
  },

  // a server with keys wants one before it tells anything
  refused(error) {
    const key = make('input', { id: 'key', type: 'password', autocomplete: 'off' });
    const form = this.byId('form');
    form.replaceChildren(make('p', { class: 'state fault', role: 'alert' }, error.message), ...(error.status === 401 ? [make('div', { class: 'field' }, make('label', { for: 'key' }, 'Key'), key), make('button', { type: 'submit', class: 'primary' }, 'Use')] : []));
    form.addEventListener('submit', event => { event.preventDefault(); server.key = key.value; location.reload(); }, { once: true });
  },

  tellModel() {
    const model = this.form.model, facts = model?.facts;
    this.byId('model').textContent = facts ? `${facts.name}, ${(facts.parameters / 1e6).toFixed(1)} M parameters` : model?.state === 'loading' ? `${model.name} loads: ${Math.round(100 * model.progress)} %` : model?.name ?? '';
    if (model?.state !== 'loading' || this.asking) return;
    this.asking = setTimeout(async () => {
      this.asking = null;
      this.catalogue.models = (await server.catalogue()).models;
      this.tellModel();
    }, 2000);
  },

  changed() {
    history.replaceState(null, '', writeLink(this.settings));
    this.tellModel();
  },

  async run() {
    const lanes = this.settings.lanes;
    if (this.lanes.length !== lanes.length) {
      this.stop();
      this.byId('lanes').replaceChildren();
      this.lanes = lanes.map((_, i) => new Lane(this.byId('lanes'), lanes.length > 1 ? 'AB'[i] : ''));
      this.byId('lanes').classList.toggle('two', lanes.length > 1);
    }
    for (const lane of this.lanes) lane.prefix = null;
    this.changed();
    await Promise.all(this.lanes.map(lane => this.runLane(lane)));
  },

  async runLane(lane) {
    const i = this.lanes.indexOf(lane), { settings } = this, decoder = settings.lanes[i]?.decoder;
    let request;
    try {
      request = toRequest(settings, settings.lanes[i], this.catalogue, lane.prefix);
    } catch (error) {
      return lane.tell(error.message, true);
    }
    this.busy(true);
    const title = [lane.name === '' ? decoder : `${lane.name}: ${decoder}`, ...settings.preference ? [make('small', {}, `preference ${preferenceText(settings.preference)}`)] : []];
    await lane.run(request, title, lane => this.runLane(lane));
    if (this.lanes.every(one => !one.stopper)) this.busy(false);
    this.compare();
  },

  stop() {
    for (const lane of this.lanes) lane.stop();
  },

  busy(is) {
    this.byId('stop')?.toggleAttribute('disabled', !is);
  },

  // Two searches of one prompt: what each cost and what it is worth; the better of each figure stands out.
  compare() {
    const place = this.byId('comparison'), figures = this.lanes.map(lane => lane.figures);
    place.hidden = figures.length < 2 || figures.includes(null);
    if (place.hidden) return;
    const rows = [['reward', 'reward', 3, 1], ['log P', 'logProbability', 2, 1], ['tokens written', 'tokens', 0, 0], ['tokens evaluated', 'evaluations', 0, -1], ['batched passes', 'passes', 0, -1], ['seconds', 'seconds', 2, -1]];
    const show = (value, digits) => value === null ? '–' : digits === 0 ? value.toLocaleString('en') : number(value, digits);
    place.replaceChildren(make('table', {}, make('thead', {}, make('tr', {}, make('td', {}), ...this.lanes.map((lane, i) => make('th', { scope: 'col' }, `${lane.name}: ${figures[i].decoder}`)))),
      make('tbody', {}, ...rows.filter(([, key]) => figures.some(one => one[key] !== null)).map(([title, key, digits, better]) => make('tr', {}, make('th', { scope: 'row' }, title), ...figures.map((one, i) => {
        const other = figures[1 - i][key], wins = better !== 0 && one[key] !== null && other !== null && better * (one[key] - other) > 0;
        return make('td', { class: wins ? 'better' : '' }, show(one[key], digits), wins ? make('span', { class: 'mark' }, ' better') : null);
      }))))));
  },

  async share() {
    const button = this.byId('share');
    this.changed();
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = 'copied';
    } catch {
      button.textContent = 'the link is in the address bar';
    }
    setTimeout(() => { button.textContent = 'copy link'; }, 2500);
  },

  key(event) {
    if (event.key === 'Escape') return this.stop();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return this.form && this.byId('form').requestSubmit();
    }
    if (event.target.matches('input, textarea, select')) return;
    const lane = this.lanes.find(lane => lane.root.contains(event.target)) ?? this.lanes[0];
    if (lane?.view.key(event)) return;
    if (event.key === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) toggleTheme();
  },
};
playground.start();
