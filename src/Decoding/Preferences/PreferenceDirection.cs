using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>
/// What a reader prefers: a unit vector over named objectives (Directional Preference Alignment, arXiv 2402.18571; RPS, arXiv 2510.20498). A negative weight asks for less of
/// an objective. Immutable and safe for concurrent use; equal where names, their order and weights are.
/// </summary>
public sealed class PreferenceDirection : IEquatable<PreferenceDirection>
{
    /// <summary>Most objectives of a direction.</summary>
    public const int MostObjectives = 64;

    private const double DegreesPerRadian = 180 / Math.PI;

    private readonly string[] _objectives;
    private readonly double[] _weights;

    private PreferenceDirection(string[] objectives, double[] weights)
    {
        // by the greatest first: the squares of very large or small weights would not be finite, or zero
        var greatest = weights.Max(Math.Abs);
        var norm = Math.Sqrt(weights.Sum(w => w / greatest * (w / greatest)));
        (_objectives, _weights) = (objectives, [.. weights.Select(w => w / greatest / norm)]);
    }

    /// <summary>The objectives' names, in the order in which they were given.</summary>
    public IReadOnlyList<string> Objectives => _objectives;

    /// <summary>One weight for each objective; their squares sum to 1.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Makes the unit vector of some weights.</summary>
    /// <param name="weights">Two objectives or more with a finite weight each, not all zero. Names are letters, digits, - and _. A zero weight makes an objective a dimension of the neighbourhood.</param>
    /// <exception cref="ArgumentException">The weights make no direction; the message names the objective.</exception>
    public static PreferenceDirection Create(IEnumerable<KeyValuePair<string, double>> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var names = new List<string>();
        var values = new List<double>();
        foreach (var (name, weight) in weights)
        {
            if (string.IsNullOrEmpty(name) || name.Length > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                throw Bad($"'{name}' is no name of an objective: letters, digits, - and _, at most 64");
            if (names.Contains(name)) throw Bad($"the objective '{name}' is named twice");
            if (!double.IsFinite(weight)) throw Bad($"the weight of '{name}' must be a finite number; it is {weight.ToString(CultureInfo.InvariantCulture)}");
            names.Add(name);
            values.Add(weight);
        }
        if (names.Count < 2) throw Bad($"a preference direction needs at least two objectives; give a second one, with the weight 0 where it does not matter ({(names.Count == 0 ? "none is" : $"only '{names[0]}' is")} named)");
        if (names.Count > MostObjectives) throw Bad($"a preference direction has at most {MostObjectives} objectives; {names.Count} are named");
        if (values.TrueForAll(value => value == 0)) throw Bad($"the weights of {string.Join(", ", names)} are all zero, which is no direction");
        return new([.. names], [.. values]);
    }

    /// <summary>Reads a direction as the command line writes it: <c>positivity=0.8,brevity=0.6</c>. Weights of any length are scaled to a unit vector.</summary>
    /// <exception cref="FormatException">The text can't be read; the message says what is wrong.</exception>
    public static PreferenceDirection Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var weights = new List<KeyValuePair<string, double>>();
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new FormatException($"'{part.Trim()}' in '{text}' lacks a weight: write OBJECTIVE=WEIGHT,OBJECTIVE=WEIGHT, such as positivity=0.8,brevity=0.6");
            if (!double.TryParse(part.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight))
                throw new FormatException($"'{part[(equals + 1)..].Trim()}' in '{text}' is no number");
            weights.Add(new(part[..equals].Trim(), weight));
        }
        try
        {
            return Create(weights);
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"'{text}': {fault.Message}", fault);
        }
    }

    /// <summary>The weight of an objective; 0 where the direction does not name it.</summary>
    public double WeightOf(string objective)
    {
        var at = Array.IndexOf(_objectives, objective);
        return at < 0 ? 0 : _weights[at];
    }

    /// <summary>The angle to another direction in degrees, 0 to 180. An objective that only one of them names counts with weight 0 in the other.</summary>
    public double AngleTo(PreferenceDirection other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (apart, together) = (0.0, 0.0);
        foreach (var name in _objectives.Union(other._objectives))
        {
            var (mine, others) = (WeightOf(name), other.WeightOf(name));
            apart += (mine - others) * (mine - others);
            together += (mine + others) * (mine + others);
        }
        // arccos of the product would lose half the digits of small angles
        return 2 * Math.Atan2(Math.Sqrt(apart), Math.Sqrt(together)) * DegreesPerRadian;
    }

    /// <summary>v·r: what values are worth to this preference.</summary>
    /// <param name="values">One value for each of <see cref="Objectives"/>, in their order.</param>
    public double Dot(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != _weights.Length) throw new ArgumentException($"{values.Count} values for {_weights.Length} objectives", nameof(values));
        var sum = 0.0;
        for (var i = 0; i < _weights.Length; i++) sum += _weights[i] * values[i];
        return sum;
    }

    /// <summary>
    /// The direction at an angle from this one. With two objectives a positive angle turns from the first towards the second. With more there are several ways to turn: axis i
    /// of an orthonormal frame around the direction, the images of the objectives' axes under the reflection that takes the last objective's axis to the direction.
    /// </summary>
    /// <param name="degrees">Any finite angle.</param>
    /// <param name="axis">Which way, from 0 to one less than the number of objectives, that excluded.</param>
    public PreferenceDirection Turned(double degrees, int axis = 0)
    {
        Require.That(double.IsFinite(degrees), nameof(degrees), "a finite number of degrees", degrees);
        Require.That(axis >= 0 && axis < _weights.Length - 1, nameof(axis), $"from 0 to {_weights.Length - 2}", axis);
        return Turned(degrees / DegreesPerRadian, Frame()[axis]);
    }

    /// <inheritdoc/>
    public bool Equals(PreferenceDirection? other) => other is not null && _objectives.AsSpan().SequenceEqual(other._objectives) && _weights.AsSpan().SequenceEqual(other._weights);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PreferenceDirection);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var name in _objectives) hash.Add(name, StringComparer.Ordinal);
        foreach (var weight in _weights) hash.Add(weight);
        return hash.ToHashCode();
    }

    /// <summary>As <see cref="Parse"/> reads it, to three places.</summary>
    public override string ToString() =>
        string.Join(',', _objectives.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{name}={(Math.Abs(_weights[i]) < 0.0005 ? 0 : _weights[i]):0.000}")));

    /// <summary>cos(angle)·v + sin(angle)·t, for a unit tangent t.</summary>
    internal PreferenceDirection Turned(double radians, double[] tangent)
    {
        var (sin, cos) = Math.SinCos(radians);
        return radians == 0 ? this : new(_objectives, [.. _weights.Select((w, i) => cos * w + sin * tangent[i])]);
    }

    /// <summary>An orthonormal basis of the tangents at the direction: one vector fewer than there are objectives.</summary>
    internal double[][] Frame()
    {
        var last = _weights.Length - 1;
        // of the two reflections that take the last axis to ±v the one that does not divide by nearly zero
        var sign = _weights[last] > 0 ? -1 : 1;
        var normal = _weights.Select(w => -sign * w).ToArray();
        normal[last] += 1;
        var square = normal.Sum(x => x * x);
        var frame = new double[last][];
        for (var axis = 0; axis < last; axis++)
        {
            frame[axis] = [.. normal.Select(x => sign * -2 * normal[axis] * x / square)];
            frame[axis][axis] += sign;
        }
        return frame;
    }

    private static ArgumentException Bad(string message) => new(message);
}
