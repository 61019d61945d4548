namespace DecodeAlign.Decoding;

/// <summary>Makes one trace of the searches that a selection asks for: one header, which tells the selection's settings too, candidates and answers numbered through. Its end is the selection's.</summary>
internal sealed class JoinedTrace(ITraceSink sink, Selection selection, string name) : ITraceSink
{
    private bool _begun;
    private int _candidates;
    private int _answers;
    private int _candidatesBefore;
    private int _answersBefore;

    public void OnBegin(TraceHeader header)
    {
        (_candidatesBefore, _answersBefore) = (_candidates, _answers);
        if (_begun) return;
        _begun = true;
        var settings = new Dictionary<string, object>(header.Settings);
        foreach (var (name, value) in DecoderDescription.Describe(selection)) settings[name] = value;
        sink.OnBegin(header with { Decoder = name, Settings = settings });
    }

    public void OnStep(TraceStep traceStep)
    {
        var before = _candidatesBefore;
        _answers = Math.Max(_answers, _answersBefore + traceStep.Answer + 1);
        foreach (var candidate in traceStep.Candidates) _candidates = Math.Max(_candidates, before + candidate.Id);
        sink.OnStep(traceStep.Renumber(before, _answersBefore + traceStep.Answer));
    }

    public void OnEnd(DecodingResult result)
    {
        // one of the answers, not the end
    }
}
