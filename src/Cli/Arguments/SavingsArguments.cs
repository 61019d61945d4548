using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Options that make a search cheaper, or end it early.</summary>
internal sealed class SavingsArguments
{
    private readonly Option<SavingsOptions?> _savings = new("--savings")
    {
        Description = "Savings that never change the text: all (default), none, or some of reuse, prune, shorten, finish, forced, pipeline (as wide as pays), pipeline=W. \"all,pipeline=0\" changes one. Where a saving can't be used, it is off, and the report says why.",
        HelpName = "LIST",
        CustomParser = Read,
    };

    private readonly Option<long> _budget = new("--budget") { Description = "Stop with the best text so far after this many token evaluations. Requirements are still met. Default: no limit.", HelpName = "N", CustomParser = Whole };
    private readonly Option<TimeSpan> _deadline = new("--deadline") { Description = "Stop with the best text so far after 5s, 300ms or 2m. Requirements are still met, which may take a few more tokens.", HelpName = "TIME", CustomParser = Time };
    private readonly Option<bool> _stream = new("--stream") { Description = "Print text as soon as it is certain. That is what all texts that may still be chosen begin with. Not with --json." };

    public void AddTo(HelpfulCommand command)
    {
        command.Add(OptionGroup.Search, [_deadline], [_budget, _savings]);
        command.Add(OptionGroup.Output, [_stream]);
    }

    /// <summary>The request with the savings and limits that are asked for.</summary>
    public DecodingRequest Limit(ParseResult parsed, DecodingRequest request) =>
        request with { Savings = parsed.GetValue(_savings) ?? request.Savings, Budget = parsed.GetValue(_budget), Deadline = parsed.GetValue(_deadline) };

    public bool Streams(ParseResult parsed, bool json)
    {
        if (!parsed.GetValue(_stream)) return false;
        return json ? throw new UsageException("--stream prints text as soon as it is certain, --json one object at the end: choose one") : true;
    }

    private static SavingsOptions? Read(ArgumentResult result)
    {
        SavingsOptions? savings = null;
        foreach (var part in Text(result).Split(','))
        {
            savings = part switch
            {
                "all" => SavingsOptions.All,
                "none" => SavingsOptions.None,
                "reuse" => Some(savings) with { Reuse = true },
                "prune" => Some(savings) with { Prune = true },
                "shorten" => Some(savings) with { Shorten = true },
                "finish" => Some(savings) with { Finish = true },
                "forced" => Some(savings) with { Forced = true },
                "pipeline" => Some(savings) with { Pipeline = null },
                _ when part.StartsWith("pipeline=", StringComparison.Ordinal) && int.TryParse(part.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) => Some(savings) with { Pipeline = steps },
                _ => null,
            };
            if (savings is not null) continue;
            result.AddError($"--savings: '{part}' is not one of all, none, reuse, prune, shorten, finish, forced, pipeline, pipeline=W.{Closest.Hint(part, ["all", "none", "reuse", "prune", "shorten", "finish", "forced", "pipeline", "pipeline=W"])}");
            return null;
        }
        return savings;
    }

    private static SavingsOptions Some(SavingsOptions? named) => named ?? SavingsOptions.None;

    private static long Whole(ArgumentResult result)
    {
        if (long.TryParse(Text(result), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var value) && value > 0) return value;
        result.AddError($"--budget: '{Text(result)}' is not a whole number above 0.");
        return 0;
    }

    private static TimeSpan Time(ArgumentResult result)
    {
        var text = Text(result);
        var (unit, length) = text.EndsWith("ms", StringComparison.Ordinal) ? (1e-3, 2) : text.EndsWith('s') ? (1, 1) : text.EndsWith('m') ? (60, 1) : (0.0, 0);
        if (unit > 0 && double.TryParse(text.AsSpan(..^length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount * unit is > 0 and < 1e9) return TimeSpan.FromSeconds(amount * unit);
        result.AddError($"--deadline: '{text}' is not a time such as 5s, 300ms or 2m.");
        return TimeSpan.Zero;
    }

    private static string Text(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
}
