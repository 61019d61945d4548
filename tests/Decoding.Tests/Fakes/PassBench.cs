using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Works of several sessions, and the passes that are formed of them, one by one on the test's own thread.</summary>
internal sealed class PassBench : IDisposable
{
    private const int Tokens = 500;
    private readonly TableEngine _engine;
    private readonly PrefixSharing _sharing;
    private readonly ForwardPass _pass;
    private readonly List<SessionWork> _waiting = [];
    private readonly List<IEngineSession> _sessions = [];
    private long _passes;
    private long _works;

    public PassBench(int maxRows)
    {
        _engine = new(Tokens, 1, maxRows, contextLength: 10_000);
        _sharing = new(_engine);
        _pass = new(_engine, new(maxRows));
    }

    /// <summary>A session that asks for what follows a text of so many tokens.</summary>
    public SessionWork Prompt(int tokens, Urgency urgency = default, CancellationToken cancellationToken = default)
    {
        var session = Open(urgency);
        return Add(session, [session.Engine.Tree.AddRoot([.. Enumerable.Repeat(1, tokens)])], cancellationToken);
    }

    /// <summary>A session with a text under way that asks for so many of its continuations.</summary>
    public SessionWork Step(int rows = 1, Urgency urgency = default)
    {
        var session = Open(urgency);
        _engine.Forward([new(session.Engine, session.Engine.Tree.AddRoot([1]), 0, 0)], []);
        return Step(session, rows);
    }

    /// <summary>Of a session with a text under way, its next step.</summary>
    public SessionWork Step(ScheduledSession session, int rows = 1)
    {
        var root = session.Engine.Tree.AddRoot([1]);
        return Add(session, [.. Enumerable.Range(0, rows).Select(token => session.Engine.Tree.Append(root, token))], default);
    }

    /// <summary>Forms the next pass of all that waits, and runs it.</summary>
    /// <returns>How many rows each of these works had of it.</returns>
    public int[] Pass(params SessionWork[] works)
    {
        _pass.Begin(_waiting, ++_passes);
        int[] rows = [.. works.Select(work => _waiting.Contains(work) ? work.Share : 0)];
        Assert.True(_pass.TryEnd());
        _pass.Answer(_sharing);
        _waiting.RemoveAll(work => work.EndIfCancelled());
        return rows;
    }

    public void Dispose()
    {
        foreach (var session in _sessions) session.Dispose();
        _engine.Dispose();
    }

    private ScheduledSession Open(Urgency urgency)
    {
        _sessions.Add(_engine.Open(new(), Tokens * 20));
        return new(_sessions[^1], urgency) { LastServed = _passes };
    }

    private SessionWork Add(ScheduledSession session, int[] nodes, CancellationToken cancellationToken)
    {
        EvaluationRequest[] requests = [.. nodes.Select(node => new EvaluationRequest { Node = node, Top = new TokenLogProbability[1] })];
        var work = new SessionWork(session, [], requests, cancellationToken) { Number = ++_works };
        Assert.True(work.TryPlan(_sharing));
        _waiting.Add(work);
        return work;
    }
}
