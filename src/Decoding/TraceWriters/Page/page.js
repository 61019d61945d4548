// The page of one trace.
const view = new TraceView(document.getElementById('trace')), unpacker = new Unpacker();
for (const element of document.querySelectorAll('script.trace')) view.trace.add(unpacker.line(JSON.parse(element.textContent)));
const { header, end } = view.trace;
document.title = `DecodeAlign trace: ${header.prompt.slice(0, 40)}`;
document.getElementById('decoder').textContent = [header.decoder, ...Object.entries(header.settings).map(([name, value]) => value === true ? words(name) : `${words(name)} ${value}`), `seed ${header.seed ?? 0}`, header.model].join(' · ');
document.getElementById('unfinished').hidden = end !== null;
document.getElementById('theme').addEventListener('click', toggleTheme);
document.addEventListener('keydown', event => {
  if (event.target.matches('input, textarea, select')) return;
  if (!view.key(event) && event.key === 't' && !event.ctrlKey && !event.metaKey && !event.altKey) toggleTheme();
});
view.draw();
