// What a reader has set: kept as one object, written into the address so that a link shares it, and turned into the server's requests.
function newSettings(catalogue) {
  return { prompt: 'Once upon a time', model: catalogue.defaultModel, tokens: 48, seed: 0, chat: false, require: [], schema: '', heuristics: [], lanes: [{ decoder: 'deal', set: {} }], preference: null };
}

// The settings in an address's fragment; what it does not name stays as it is.
function readLink(fragment, settings) {
  const link = new URLSearchParams(fragment.replace(/^#/, '')), whole = (name, otherwise) => /^\d+$/.test(link.get(name) ?? '') ? Number(link.get(name)) : otherwise;
  if ([...link.keys()].length === 0) return settings;
  const lanes = ['a', 'b'].filter(lane => lane === 'a' || link.has('b')).map(lane => ({
    decoder: link.get(lane) ?? settings.lanes[0].decoder,
    set: Object.fromEntries([...link].filter(([name]) => name.startsWith(`${lane}.`)).map(([name, value]) => [name.slice(2), value])),
  }));
  return {
    ...settings, prompt: link.get('prompt') ?? settings.prompt, model: link.get('model') ?? settings.model, tokens: whole('tokens', settings.tokens), seed: whole('seed', settings.seed), chat: link.get('chat') === '1', lanes,
    require: link.getAll('require').map(parsePair), schema: link.get('schema') ?? '', heuristics: link.getAll('heuristic').map(parseHeuristic), preference: parsePreference(link.get('preference')),
  };
}

function writeLink(settings) {
  const link = new URLSearchParams({ prompt: settings.prompt, model: settings.model, tokens: settings.tokens, seed: settings.seed });
  if (settings.chat) link.set('chat', '1');
  for (const one of settings.require) link.append('require', requirementText(one));
  if (settings.schema.trim() !== '') link.set('schema', settings.schema);
  for (const one of settings.heuristics) link.append('heuristic', heuristicText(one));
  if (settings.preference) link.set('preference', preferenceText(settings.preference));
  settings.lanes.forEach((lane, i) => {
    const name = 'ab'[i];
    link.set(name, lane.decoder);
    for (const [setting, value] of Object.entries(lane.set)) link.set(`${name}.${setting}`, value);
  });
  return `#${link}`;
}

// A lane's request to the server; a text that it cannot be made of throws an error that says which.
function toRequest(settings, lane, catalogue, prefix) {
  const decoder = catalogue.decoders.find(one => one.name === lane.decoder), request = { model: settings.model, max_tokens: settings.tokens, seed: settings.seed, alignment: { decoder: lane.decoder } };
  if (settings.chat) request.messages = [{ role: 'user', content: settings.prompt }];
  else request.prompt = settings.prompt;
  if (prefix) request.prefix = prefix.ids;
  // what is not filled in is not asked for; a decoder that ranks by none is asked for no heuristics, which it would refuse
  const constraints = settings.require.filter(one => one.argument.trim() !== '' || takesNothing(catalogue.constraints, one.name)).map(requirementText), heuristics = ranks(lane, catalogue) ? settings.heuristics.map(heuristicText) : [];
  if (constraints.length > 0) request.alignment.constraints = constraints;
  if (heuristics.length > 0) request.alignment.heuristics = heuristics;
  if (settings.preference) request.alignment.preference = preferenceText(settings.preference);
  if (settings.schema.trim() !== '') {
    let schema;
    try { schema = JSON.parse(settings.schema); } catch (error) { throw new Error(`The JSON schema is no JSON: ${error.message}`); }
    request.response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  }
  for (const [name, value] of Object.entries(lane.set)) {
    const setting = decoder?.settings.find(one => one.name === name);
    if (!setting || value === '') continue;
    const read = { whole: Number, number: Number, flag: value => value === 'true' || value === true, texts: value => value.split('\n') }[setting.kind] ?? String;
    request.alignment[name] = read(value);
  }
  return request;
}

function ranks(lane, catalogue) {
  const decoder = catalogue.decoders.find(one => one.name === lane.decoder);
  return !decoder || decoder.settings.some(setting => setting.name === 'lambda');
}

function takesNothing(known, name) {
  return known.find(one => one.name === name)?.argument.startsWith('nothing') ?? false;
}

function requirementText({ name, argument }) {
  return argument.trim() === '' ? name : `${name}=${argument.trim()}`;
}

function parsePair(text) {
  const at = text.indexOf('=');
  return at < 0 ? { name: text, argument: '' } : { name: text.slice(0, at), argument: text.slice(at + 1) };
}

function parseHeuristic(text) {
  const [, specification, weight] = /^(.*?)(?:@([\d.eE+-]+))?$/s.exec(text);
  return { ...parsePair(specification), weight: weight === undefined ? 1 : Number(weight) };
}

function heuristicText({ name, argument, weight }) {
  return `${name}${argument.trim() === '' ? '' : `=${argument.trim()}`}@${weight}`;
}

// Two objectives and the angle between them: 0° is the first alone.
function preferenceText({ objectives, degrees }) {
  const at = degrees * Math.PI / 180;
  return `${objectives[0]}=${Math.cos(at).toFixed(3)},${objectives[1]}=${Math.sin(at).toFixed(3)}`;
}

function parsePreference(text) {
  const parts = (text ?? '').split(',').map(parsePair);
  if (parts.length !== 2 || parts.some(part => part.name === '' || !Number.isFinite(Number(part.argument)))) return null;
  return { objectives: parts.map(part => part.name), degrees: Math.round(Math.atan2(Number(parts[1].argument), Number(parts[0].argument)) * 180 / Math.PI) };
}
