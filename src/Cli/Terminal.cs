namespace DecodeAlign.Cli;

/// <summary>What commands read from and write to.</summary>
internal sealed record Terminal
{
    /// <summary>The width of what is not a terminal.</summary>
    public const int WidthOfFiles = 80;

    public required TextReader In { get; init; }

    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, notes and progress.</summary>
    public required TextWriter Error { get; init; }

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns that help and reports may take.</summary>
    public int Width { get; init; } = WidthOfFiles;

    /// <summary>Whether colours may be used on a terminal: not where <c>NO_COLOR</c> is set.</summary>
    public bool Colours { get; init; } = true;

    /// <summary>Where <c>decodealign.json</c> is looked for.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The user's first interrupt: finish with what there is.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Says something beside the result.</summary>
    public void Note(string message) => Error.WriteLine($"note: {message}");
}
