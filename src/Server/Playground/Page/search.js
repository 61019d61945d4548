// What the server is asked, with the key that a reader gave where it wants one.
const server = {
  get key() { return sessionStorage.getItem('decodealign.key') ?? ''; },
  set key(key) { sessionStorage.setItem('decodealign.key', key); },

  get headers() { return this.key === '' ? {} : { Authorization: `Bearer ${this.key}` }; },

  async catalogue() {
    return (await this.checked(await fetch('/decodealign/v1/catalogue', { headers: this.headers }))).json();
  },

  // Each line of a search as it comes.
  async search(request, signal, onLine) {
    const response = await this.checked(await fetch('/decodealign/v1/search', { method: 'POST', headers: { ...this.headers, 'Content-Type': 'application/json' }, body: JSON.stringify(request), signal }));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = '';;) {
      const { value, done } = await reader.read();
      const lines = (rest + (value ?? '')).split('\n');
      rest = lines.pop();
      for (const line of done && rest !== '' ? [...lines, rest] : lines) if (line !== '') onLine(JSON.parse(line));
      if (done) return;
    }
  },

  async checked(response) {
    if (response.ok) return response;
    const text = await response.text();
    let told;
    try { told = JSON.parse(text).error; } catch { told = null; }
    const field = told?.param && !told.message.includes(told.param) ? `${told.param}: ` : '';
    throw Object.assign(new Error(told ? field + told.message : `The server answered ${response.status}.`), { status: response.status });
  },
};
