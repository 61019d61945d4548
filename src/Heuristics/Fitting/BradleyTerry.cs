namespace DecodeAlign.Heuristics;

/// <summary>
/// The Bradley–Terry model: P(a is preferred to b) = σ(w·(f(a) − f(b))). Fitted by Newton's method with a normal prior on the weights of differences that are scaled to a root mean square of 1, so that few or one-sided
/// pairs give finite weights.
/// </summary>
internal static class BradleyTerry
{
    private const int MostSteps = 100;

    /// <summary>Fits weights.</summary>
    /// <param name="differences">Of each pair, what the preferred text has more of each feature.</param>
    /// <param name="deviation">The prior's standard deviation.</param>
    /// <returns>The weights, and their covariance (Laplace's approximation); 0 for a feature that never differs.</returns>
    public static (double[] Weights, double[,] Covariance) Fit(IReadOnlyList<double[]> differences, double deviation)
    {
        var features = differences[0].Length;
        var scales = new double[features];
        for (var j = 0; j < features; j++) scales[j] = Math.Sqrt(differences.Sum(d => d[j] * d[j]) / differences.Count);
        double[][] scaled = [.. differences.Select(d => d.Select((value, j) => scales[j] > 0 ? value / scales[j] : 0).ToArray())];
        var precision = 1 / (deviation * deviation);
        var weights = new double[features];
        var loss = Loss(scaled, weights, precision);
        for (var step = 0; step < MostSteps; step++)
        {
            var (gradient, hessian) = Derivatives(scaled, weights, precision);
            var move = Multiply(Inverse(hessian), gradient);
            // the loss is convex: a step that raises it, by more than rounding does, is halved
            var size = 1.0;
            double[] next;
            double lower;
            do
            {
                next = [.. weights.Select((w, j) => w - size * move[j])];
                lower = Loss(scaled, next, precision);
                size /= 2;
            }
            while (lower > loss * (1 + 1e-12) && size > 1e-12);
            var moved = move.Max(Math.Abs);
            (weights, loss) = (next, lower);
            if (moved < 1e-10) break;
        }
        var covariance = Inverse(Derivatives(scaled, weights, precision).Hessian);
        for (var i = 0; i < features; i++)
            for (var j = 0; j < features; j++) covariance[i, j] = scales[i] > 0 && scales[j] > 0 ? covariance[i, j] / (scales[i] * scales[j]) : 0;
        return ([.. weights.Select((w, j) => scales[j] > 0 ? w / scales[j] : 0)], covariance);
    }

    private static double Loss(double[][] differences, double[] weights, double precision)
    {
        var loss = weights.Sum(w => w * w) * precision / 2;
        foreach (var d in differences)
        {
            var margin = Dot(d, weights);
            loss += margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;
        }
        return loss;
    }

    private static (double[] Gradient, double[,] Hessian) Derivatives(double[][] differences, double[] weights, double precision)
    {
        var features = weights.Length;
        var gradient = new double[features];
        var hessian = new double[features, features];
        for (var j = 0; j < features; j++) (gradient[j], hessian[j, j]) = (precision * weights[j], precision);
        foreach (var d in differences)
        {
            var wrong = 1 / (1 + Math.Exp(Dot(d, weights)));
            for (var i = 0; i < features; i++)
            {
                gradient[i] -= wrong * d[i];
                for (var j = 0; j < features; j++) hessian[i, j] += wrong * (1 - wrong) * d[i] * d[j];
            }
        }
        return (gradient, hessian);
    }

    // symmetric and positive definite, because of the prior: Gauss and Jordan without pivots
    private static double[,] Inverse(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        var left = (double[,])matrix.Clone();
        var right = new double[size, size];
        for (var i = 0; i < size; i++) right[i, i] = 1;
        for (var column = 0; column < size; column++)
        {
            var pivot = left[column, column];
            for (var j = 0; j < size; j++) (left[column, j], right[column, j]) = (left[column, j] / pivot, right[column, j] / pivot);
            for (var row = 0; row < size; row++)
            {
                if (row == column) continue;
                var factor = left[row, column];
                for (var j = 0; j < size; j++)
                {
                    left[row, j] -= factor * left[column, j];
                    right[row, j] -= factor * right[column, j];
                }
            }
        }
        return right;
    }

    private static double[] Multiply(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, vector.Length).Select(i => Enumerable.Range(0, vector.Length).Sum(j => matrix[i, j] * vector[j]))];

    public static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }
}
