namespace DecodeAlign.Experiments;

/// <summary>One round of load: who asks when, and for what.</summary>
/// <param name="Number">Prompts differ from round to round.</param>
/// <param name="Requests">Requests of the round.</param>
/// <param name="Prompts">Lengths of the prompts in tokens, taken in turn.</param>
/// <param name="Common">Tokens that all prompts of a round begin with, from their lengths.</param>
/// <param name="MaxTokens">Tokens of each answer.</param>
/// <param name="Rate">Requests a second, at random times of a fixed seed; 0: all at once.</param>
internal sealed record LoadRound(int Number, int Requests, int[] Prompts, int Common, int MaxTokens, double Rate)
{
    /// <summary>The words of a request's prompt, by number.</summary>
    public IEnumerable<int> Prompt(int request)
    {
        var own = new Random(Number * 10_007 + request + 1);
        var common = new Random(-Number - 1);
        return Enumerable.Range(0, Prompts[request % Prompts.Length]).Select(place => (place < Common ? common : own).Next(1000));
    }

    /// <summary>Seconds after the round's beginning at which each request comes.</summary>
    public double[] Arrivals()
    {
        var (draws, at) = (new Random(Number), 0.0);
        return [.. Enumerable.Range(0, Requests).Select(_ => Rate == 0 ? 0 : at -= Math.Log(1 - draws.NextDouble()) / Rate)];
    }
}

/// <summary>What a round took.</summary>
/// <param name="First">Seconds to the first token of each request, in order of arrival.</param>
/// <param name="Between">Seconds between tokens, of all requests.</param>
/// <param name="Seconds">From the first arrival to the last answer.</param>
/// <param name="Tokens">Tokens generated.</param>
/// <param name="Passes">Forward passes.</param>
/// <param name="Rows">Rows of these.</param>
internal sealed record LoadTimes(double[] First, double[] Between, double Seconds, int Tokens, long Passes, long Rows);
