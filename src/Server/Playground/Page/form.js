// The form: what to write, what must hold, what to prefer, and how to search; everything there is to choose from comes from the server's catalogue.
class Form {
  constructor(root, catalogue, settings, changed) {
    [this.root, this.catalogue, this.settings, this.changed] = [root, catalogue, settings, changed];
    this.draw();
  }

  get model() { return this.catalogue.models.find(model => model.name === this.settings.model) ?? this.catalogue.models[0]; }

  // Redraws what depends on how many parts there are; the reader's place is kept by its name.
  draw() {
    const focused = document.activeElement?.id;
    this.root.replaceChildren(this.drawText(), this.drawRequirements(), this.drawHeuristics(), this.drawPreference(), ...this.settings.lanes.map((lane, i) => this.drawLane(lane, i)), this.drawRun());
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  drawText() {
    const { settings, catalogue } = this;
    const prompt = make('textarea', { id: 'prompt', rows: 3, spellcheck: 'false' });
    prompt.value = settings.prompt;
    prompt.addEventListener('input', () => this.set(settings, 'prompt', prompt.value));
    const parts = [this.labelled('prompt', 'Prompt', prompt)];
    if (catalogue.models.length > 1) parts.push(this.labelled('modelName', 'Model', this.select('modelName', catalogue.models.map(model => model.name), settings.model, value => { settings.model = value; this.again(); })));
    if (this.model?.chatTemplate) parts.push(this.flag('chat', 'as a message of a chat', settings.chat, value => this.set(settings, 'chat', value)));
    parts.push(make('div', { class: 'pair' }, this.labelled('tokens', 'Most tokens', this.whole('tokens', settings.tokens, 1, value => this.set(settings, 'tokens', value))), this.labelled('seed', 'Seed', this.whole('seed', settings.seed, 0, value => this.set(settings, 'seed', value)))));
    return this.group('Text', ...parts);
  }

  drawRequirements() {
    const { settings, catalogue } = this, rows = settings.require.map((one, i) => {
      const about = catalogue.constraints.find(known => known.name === one.name), id = `require${i}`;
      const input = about?.argument === 'nothing' ? make('small', { id, tabindex: -1 }, about.summary) : this.text(id, one.argument, about?.argument ?? '', value => { one.argument = value; this.changed(); });
      return make('div', { class: 'row' }, make(about?.argument === 'nothing' ? 'span' : 'label', { for: id, title: about?.summary ?? '' }, one.name), input, this.remove(`${one.name}, requirement`, () => { settings.require.splice(i, 1); this.again(); }));
    });
    const schema = make('textarea', { id: 'schema', rows: 4, spellcheck: 'false', placeholder: '{"type":"object", …}' });
    schema.value = settings.schema;
    schema.addEventListener('input', () => this.set(settings, 'schema', schema.value));
    return this.group('What must hold', ...rows, this.adder('addRequirement', 'add a requirement', catalogue.constraints, name => { settings.require.push({ name, argument: '' }); this.again(`require${settings.require.length - 1}`); }),
      make('details', settings.schema === '' ? {} : { open: '' }, make('summary', {}, 'JSON schema'), this.labelled('schema', 'The text is JSON that this schema allows', schema)));
  }

  drawHeuristics() {
    const { settings, catalogue } = this, rows = settings.heuristics.map((one, i) => {
      const about = catalogue.heuristics.find(known => known.name === one.name), id = `heuristic${i}`;
      return make('div', { class: 'row wide' }, make('label', { for: id, title: about?.summary ?? '' }, one.name), this.text(id, one.argument, about?.argument ?? '', value => { one.argument = value; this.changed(); }),
        this.remove(`${one.name}, heuristic`, () => { settings.heuristics.splice(i, 1); this.again(); }),
        this.slider(`weight${i}`, `weight of ${one.name}`, one.weight, 0, 10, 0.25, value => { one.weight = value; this.changed(); }), make('small', {}, about?.summary ?? ''));
    });
    return this.group('What to prefer', ...rows, this.adder('addHeuristic', 'add a heuristic', catalogue.heuristics, name => {
      const about = catalogue.heuristics.find(known => known.name === name);
      settings.heuristics.push({ ...parseHeuristic(about.argument === 'default' ? `${name}=default` : name), weight: 1 });
      this.again(`heuristic${settings.heuristics.length - 1}`);
    }));
  }

  drawPreference() {
    const { settings } = this, objectives = this.model?.objectives ?? [];
    if (objectives.length < 2) return make('div');
    const use = this.flag('usePreference', 'choose among answers by a preference (RPS)', settings.preference !== null, on => { settings.preference = on ? { objectives: objectives.slice(0, 2), degrees: 45 } : null; this.again(); });
    return this.group('Preference', use, settings.preference ? makeDial(settings.preference, objectives, this.changed) : null);
  }

  drawLane(lane, i) {
    const { settings, catalogue } = this, decoder = catalogue.decoders.find(one => one.name === lane.decoder), id = `decoder${i}`, both = settings.lanes.length > 1;
    // rps is what a preference beside a decoder does
    const known = catalogue.decoders.filter(one => one.name !== 'rps').map(one => one.name);
    const choose = this.select(id, [...catalogue.configured.map(one => one.name), ...known], lane.decoder, value => { [lane.decoder, lane.set] = [value, {}]; this.again(); });
    choose.setAttribute('aria-label', both ? `Decoder ${'AB'[i]}` : 'Decoder');
    const lambda = decoder?.settings.find(one => one.name === 'lambda'), prefers = settings.heuristics.length > 0;
    const others = (decoder?.settings ?? []).filter(one => one.name !== 'lambda');
    return this.group(both ? `Decoder ${'AB'[i]}` : 'Decoder', choose,
      decoder ? make('p', { class: 'about' }, decoder.summary, decoder.paper ? ` (${decoder.paper})` : '') : null,
      prefers && !ranks(lane, catalogue) ? make('p', { class: 'about' }, 'It ranks by no heuristics, so none are asked.') : null,
      lambda && prefers ? this.slider(`lambda${i}`, 'λ, weight of the heuristics', Number(lane.set.lambda ?? lambda.default), 0, 20, 0.25, value => { lane.set.lambda = String(value); this.changed(); }) : null,
      others.length > 0 ? make('details', Object.keys(lane.set).some(name => name !== 'lambda') ? { open: '' } : {}, make('summary', {}, 'settings'), ...others.map(setting => this.setting(lane, setting, i))) : null,
      i === 0 ? this.flag('beside', 'beside another decoder', both, on => { if (on) settings.lanes.push({ decoder: 'best-of', set: {} }); else settings.lanes.length = 1; this.again(); }) : null);
  }

  setting(lane, setting, i) {
    const id = `${setting.name}${i}`, given = lane.set[setting.name], change = value => { if (value === '' || value === null) delete lane.set[setting.name]; else lane.set[setting.name] = String(value); this.changed(); };
    const usual = setting.defaultsTo ?? (setting.default === '' ? 'none' : String(setting.default));
    if (setting.kind === 'flag') return this.flag(id, words(setting.name), (given ?? String(setting.default)) === 'true', on => change(on === setting.default ? null : on), setting.meaning);
    const input = setting.kind === 'choice' ? this.select(id, ['', ...setting.choices], given ?? '', change, usual) : this.text(id, given ?? '', usual, change, setting.kind === 'whole' || setting.kind === 'number' ? 'decimal' : 'text');
    return make('div', { class: 'row', title: `${setting.meaning} ${setting.range}` }, make('label', { for: id }, words(setting.name)), input);
  }

  drawRun() {
    return make('div', { class: 'run' }, make('button', { id: 'run', type: 'submit', class: 'primary' }, 'Write'), make('button', { id: 'stop', type: 'button', disabled: '' }, 'Stop'), make('small', { class: 'dim' }, make('kbd', {}, 'Ctrl'), ' ', make('kbd', {}, 'Enter'), ', ', make('kbd', {}, 'Esc')));
  }

  again(focus) {
    this.draw();
    if (focus) document.getElementById(focus)?.focus();
    this.changed();
  }

  set(object, name, value) {
    object[name] = value;
    this.changed();
  }

  group(title, ...children) {
    return make('fieldset', {}, make('legend', {}, title), ...children);
  }

  labelled(id, title, input) {
    return make('div', { class: 'field' }, make('label', { for: id }, title), input);
  }

  text(id, value, hint, change, mode = 'text') {
    const input = make('input', { id, type: 'text', inputmode: mode, placeholder: hint, autocomplete: 'off', spellcheck: 'false' });
    input.value = value;
    input.addEventListener('input', () => change(input.value));
    return input;
  }

  whole(id, value, least, change) {
    const input = make('input', { id, type: 'number', min: least, step: 1, required: '' });
    input.value = value;
    input.addEventListener('input', () => { if (input.value !== '' && input.validity.valid) change(Number(input.value)); });
    return input;
  }

  select(id, choices, value, change, usual = '') {
    const select = make('select', { id }, ...choices.map(choice => make('option', { value: choice }, choice === '' ? usual : choice)));
    select.value = value;
    select.addEventListener('change', () => change(select.value));
    return select;
  }

  flag(id, title, value, change, meaning = '') {
    const box = make('input', { id, type: 'checkbox' });
    box.checked = value;
    box.addEventListener('change', () => change(box.checked));
    return make('label', { class: 'flag', title: meaning }, box, ` ${title}`);
  }

  slider(id, title, value, least, greatest, step, change) {
    const input = make('input', { id, type: 'range', min: least, max: Math.max(greatest, value), step }), told = make('output', { for: id });
    input.value = value;
    told.textContent = input.value;
    input.addEventListener('input', () => { told.textContent = input.value; change(Number(input.value)); });
    return make('div', { class: 'sliderRow' }, make('label', { for: id }, title), input, told);
  }

  adder(id, title, known, add) {
    const select = make('select', { id, 'aria-label': title }, make('option', { value: '' }, `+ ${title}…`), ...known.map(one => make('option', { value: one.name, title: one.summary }, one.name)));
    select.addEventListener('change', () => { if (select.value !== '') add(select.value); });
    return select;
  }

  remove(what, act) {
    const button = make('button', { type: 'button', class: 'remove', 'aria-label': `Remove ${what}` }, '×');
    button.addEventListener('click', act);
    return button;
  }
}
