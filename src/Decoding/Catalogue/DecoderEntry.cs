namespace DecodeAlign.Decoding;

/// <summary>A decoder by name: what it is, its settings with their defaults, and how its parts are made of them. Immutable.</summary>
public sealed class DecoderEntry
{
    private readonly Func<DecoderSettings, DecoderParts> _create;

    internal DecoderEntry(string name, string summary, string? paper, IReadOnlyList<DecoderSetting> settings, Func<DecoderSettings, DecoderParts> create) =>
        (Name, Summary, Paper, Settings, _create) = (name, summary, paper, settings, create);

    /// <summary>The name, such as <c>grid-beam</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    public string Summary { get; }

    /// <summary>The paper that it is of, such as <c>arXiv 2402.06147</c>; null: none.</summary>
    public string? Paper { get; }

    /// <summary>Its settings, each with its default.</summary>
    public IReadOnlyList<DecoderSetting> Settings { get; }

    /// <summary>A setting by name, without regard to case; null: it has no such setting, so that a value for it does nothing.</summary>
    public DecoderSetting? Find(string name) => Settings.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the decoder.</summary>
    /// <param name="settings">Values by name: an int, a double, a bool or a string each. What is not given is the default; what the decoder does not have is passed over (<see cref="Find"/> tells).</param>
    /// <exception cref="ArgumentException">A value is not of its setting's kind, or out of its range; the message names the setting.</exception>
    public DecoderParts Create(IEnumerable<KeyValuePair<string, object>>? settings = null)
    {
        var parts = _create(new(this, settings ?? [])) with { Name = Name };
        parts.Validate();
        return parts;
    }
}
