using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Cpu;

namespace DecodeAlign.Experiments;

/// <summary>
/// Time to the first token of requests that come at once, and time between tokens of requests that come at random times; beside another build of this program, which takes turns with this one round by round.
/// </summary>
internal static class FirstTokenCommand
{
    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = "SmolLM2-135M or stories15M with random weights, embedded, or paced: passes that take the time of SmolLM2-135M and compute nothing.", DefaultValueFactory = _ => "SmolLM2-135M" };
        var format = new Option<WeightFormat>("--format") { Description = "Weight format.", DefaultValueFactory = _ => WeightFormat.BF16 };
        var threads = new Option<int>("--threads") { Description = "Threads that compute.", DefaultValueFactory = _ => 2 };
        var requests = new Option<string>("--requests") { Description = "Requests of a round; several, one after the other.", DefaultValueFactory = _ => "1,4,16,32,64" };
        var prompts = new Option<string>("--prompts") { Description = "Tokens of the prompts, in turn.", DefaultValueFactory = _ => "128" };
        var common = new Option<int>("--common") { Description = "Tokens that all prompts of a round begin with." };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens of each answer.", DefaultValueFactory = _ => 32 };
        var rate = new Option<double>("--rate") { Description = "Requests a second at random times; 0: all at once." };
        var rounds = new Option<int>("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 10 };
        var beside = new Option<string?>("--beside") { Description = "Another build's experiments.dll, which takes turns with this one." };
        var http = new Option<bool>("--http") { Description = "Over HTTP instead of in the process." };
        var worker = new Option<bool>("--worker") { Description = "Runs the rounds that standard input names.", Hidden = true };
        var command = new Command("first-token", "Time to the first token and between tokens of requests at once or at random times.") { shape, format, threads, requests, prompts, common, tokens, rate, rounds, beside, http, worker };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(worker)
            ? LoadWorker.RunAsync(parsed.GetValue(shape)!, parsed.GetValue(format), parsed.GetValue(threads), parsed.GetValue(http), cancellationToken)
            : RunAsync(
                [.. new[] { typeof(FirstTokenCommand).Assembly.Location, parsed.GetValue(beside) }.OfType<string>()],
                FormattableString.Invariant($"first-token --worker --shape {parsed.GetValue(shape)} --format {parsed.GetValue(format)} --threads {parsed.GetValue(threads)} --http {parsed.GetValue(http)}"),
                Numbers(parsed.GetValue(requests)!),
                new(0, 0, Numbers(parsed.GetValue(prompts)!), parsed.GetValue(common), parsed.GetValue(tokens), parsed.GetValue(rate)),
                parsed.GetValue(rounds)));
        return command;
    }

    private static async Task RunAsync(string[] builds, string arguments, int[] requests, LoadRound load, int rounds)
    {
        Process[] workers = [.. builds.Select(build => Process.Start(new ProcessStartInfo("dotnet", $"\"{build}\" {arguments}") { RedirectStandardInput = true, RedirectStandardOutput = true })!)];
        foreach (var worker in workers)
            if (await worker.StandardOutput.ReadLineAsync() != "ready") throw new InvalidOperationException("a worker did not start");
        Console.WriteLine($"{arguments.Replace("--worker ", "", StringComparison.Ordinal)}; prompts of {string.Join(", ", load.Prompts)} tokens, {load.Common} in common, {load.MaxTokens} tokens each, {(load.Rate == 0 ? "at once" : $"{load.Rate} a second")}, {rounds} rounds; medians (and quartiles) over rounds");
        foreach (var count in requests)
        {
            var times = workers.Select(_ => new List<LoadTimes>()).ToArray();
            for (var round = -1; round < rounds; round++)
                for (var turn = 0; turn < workers.Length; turn++)
                {
                    // each is the first in every other round; the first round warms up
                    var build = (round & 1) == 0 ? turn : workers.Length - 1 - turn;
                    await workers[build].StandardInput.WriteLineAsync(JsonSerializer.Serialize(load with { Number = round + 2, Requests = count }));
                    var told = JsonSerializer.Deserialize<LoadTimes>(await workers[build].StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("a worker ended"))!;
                    if (round >= 0) times[build].Add(told);
                }
            LoadReport.Write(count, load, times);
        }
        foreach (var worker in workers)
        {
            worker.StandardInput.Close();
            await worker.WaitForExitAsync();
            worker.Dispose();
        }
    }

    private static int[] Numbers(string list) => [.. list.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
