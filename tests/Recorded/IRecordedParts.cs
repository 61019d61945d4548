using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Makes what recorded requests name.</summary>
internal interface IRecordedParts : IAsyncDisposable
{
    ILanguageModel Model(string kind);

    IHeuristic Heuristic(string kind);

    IConstraint Constraint(string kind);

    IPreferenceConditioner Conditioner(string kind);
}
