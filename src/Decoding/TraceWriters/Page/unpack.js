// Packed steps (docs/traces.md, "The page's data") as the steps that JSON Lines has.
class Unpacker {
  tokens = [];
  texts = [];
  logProbabilities = new Map([[0, 0]]);

  line(line) {
    return line.step ? { step: this.step(line.step) } : line;
  }

  step(packed) {
    this.tokens.push(...packed.tokens ?? []);
    const column = (name, missing) => Array.isArray(packed[name]) ? i => packed[name][i] ?? missing : () => packed[name] ?? missing;
    const texts = (packed.texts ?? []).map(text => typeof text === 'string' ? (this.texts.push(text), text) : this.texts[text]);
    const text = name => { const place = column(name, 0); return i => place(i) === 0 ? null : texts[place(i) - 1]; };
    let sum = 0;
    const scores = packed.scoreReal ? column('scoreReal', null) : (list => i => list[i])(packed.score.map(above => (sum += above) / 1e4));
    const hypothesis = place => place === 0 ? 0 : packed.from + place - 1;
    const token = place => { const [text, ids, special] = this.tokens[place]; return { text, ids, isSpecial: special === 1 }; };
    const [id, parent, place, total, told, proposal, bound, weight, copies, outcome, lookahead, lookaheadTokens, lookaheadEnded] = ['id', 'parent', 'token', 'logProbability', 'tokenLogProbability', 'logProposal', 'scoreIsBound', 'logWeight', 'copies', 'outcome', 'lookaheadText', 'lookaheadTokens', 'lookaheadEnded']
      .map((name, i) => column(name, [0, 0, 0, null, null, null, 0, null, 0, 0, '', 0, 0][i]));
    const bank = text('bank'), finish = text('finishReason'), reason = text('reason');
    const candidates = Array.from({ length: packed.count }, (_, i) => {
      const one = {
        id: packed.first + i + id(i), parent: hypothesis(parent(i)), ...token(place(i)), logProbability: Number(total(i)), logProposal: proposal(i), score: Number(scores(i)), scoreIsBound: bound(i) === 1,
        heuristics: packed.heuristics?.[i] ?? null, logWeight: weight(i), bank: bank(i), copies: copies(i), finishReason: finish(i), reason: reason(i) ?? '',
        lookaheadText: lookahead(i), lookaheadTokens: lookaheadTokens(i), lookaheadEnded: lookaheadEnded(i) === 1,
      };
      one.outcome = outcome(i) > 0 ? ['kept', 'finished', 'pruned'][outcome(i) - 1] : one.copies === 0 ? 'pruned' : one.finishReason === null ? 'kept' : 'finished';
      one.tokenLogProbability = Number(told(i) ?? Math.min(0, one.logProbability - this.logProbabilities.get(one.parent)));
      return one;
    });
    for (const one of candidates) if (one.outcome !== 'pruned') this.logProbabilities.set(one.id, one.logProbability);
    const masks = (packed.masks ?? []).map(([after, forces, loss, ...told]) => ({
      after: hypothesis(after), forces: forces === 1, loss,
      forbidden: told.flatMap((value, i) => i % 2 === 0 ? [{ ...token(value), logProbability: Number(told[i + 1]) }] : []),
    }));
    return { step: packed.step, answer: packed.answer, attempt: packed.attempt, candidates, masks };
  }
}
